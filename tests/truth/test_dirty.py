"""The dirty file: half of it cannot be true; the rest is imported, and no time is negative."""

from __future__ import annotations

import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from tests.truth.reading import DATA, ROOT
from tickets.models import Ticket, Transition

ARCHIVE = DATA / "dirty" / "customer_support_tickets.zip"
MAPPING = ROOT / "docs" / "import" / "kaggle.toml"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"not on this machine: {ARCHIVE}"),
]


@pytest.fixture
def run_import(tmp_path):
    with zipfile.ZipFile(ARCHIVE) as archive:
        path = archive.extract("customer_support_tickets.csv", tmp_path)
    return lambda *options: call_command("import_history", path, "--mapping", MAPPING, *options)


def test_it_is_refused_as_it_is(run_import, capsys):
    with pytest.raises(CommandError, match="nothing was stored"):
        run_import()
    assert "is before “First Response Time”" in capsys.readouterr().err
    assert not Ticket.objects.exists()


def test_what_can_be_true_is_imported_without_a_negative_time(run_import, capsys):
    run_import("--skip-bad-rows")
    assert "4,285 tickets added" in capsys.readouterr().out
    assert not Ticket.objects.filter(resolved_at__lt=F("received_at")).exists()
    assert not Transition.objects.filter(occurred_at__lt=F("ticket__received_at")).exists()
