"""The same file again adds nothing; a killed import is completed; a dry run stores nothing."""

from __future__ import annotations

import pytest
from django.db.models import Model
from django.utils import timezone

from accounts.models import Organization, Team, User
from tickets.importing import loading
from tickets.importing.gathering import gather
from tickets.importing.parsing import load_mapping
from tickets.models import LEDGER_MODELS, BusinessCalendar, ImportBatch, LedgerTouch, Ticket

COUNTED: tuple[type[Model], ...] = (
    *LEDGER_MODELS,
    Ticket,
    User,
    Team,
    Organization,
    BusinessCalendar,
    ImportBatch,
    LedgerTouch,
)


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in COUNTED}


@pytest.mark.django_db
def test_the_same_file_again_adds_nothing(run_import, capsys):
    run_import()
    before = counts()
    run_import()
    assert counts() == before
    assert "0 tickets added, 2 were there already" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_dry_run_says_what_it_would_do_and_stores_nothing(run_import, capsys):
    before = counts()
    run_import("--dry-run")
    assert counts() == before
    told = capsys.readouterr().out
    assert "2 would be added, 0 are there already" in told
    assert "solved on the phone" in told


@pytest.mark.django_db(transaction=True)
def test_a_second_run_completes_one_that_was_killed(
    run_import, log_file, mapping_file, monkeypatch
):
    monkeypatch.setattr(loading, "TICKETS_PER_BATCH", 1)
    mapping = load_mapping(mapping_file)
    now = timezone.now()
    log = gather(log_file, mapping, now=now, seen=lambda _: None)

    def die(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loading.store_log(log, mapping, file_name="small.csv", now=now, stored=die)
    assert Ticket.objects.count() == 1
    assert ImportBatch.objects.get().finished_at is None

    run_import()
    assert Ticket.objects.count() == 2
    assert ImportBatch.objects.get().tickets_added == 2
    assert ImportBatch.objects.get().finished_at is not None
    run_import()
    assert ImportBatch.objects.get().tickets_added == 2
