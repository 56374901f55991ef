"""verify_metrics: silent where all is right; else it names day, figure and tickets, and fails."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from metrics.models import DirtyDay, Snapshot, Stay, TicketFacts
from metrics.verify import verify
from tests.cast import make_cast
from tests.kept import kept
from tests.metrics.desk import RandomDesk
from tickets.models import LedgerTouch

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def desk(db: None) -> RandomDesk:
    """A desk that was filled."""
    return kept(_filled)


def _filled() -> RandomDesk:
    found = RandomDesk(make_cast(), seed=42, start=START)
    found.play(40)
    found.fill()
    return found


@pytest.mark.usefixtures("desk")
def test_all_is_as_the_ledger_says() -> None:
    out = io.StringIO()
    call_command("verify_metrics", stdout=out, stderr=io.StringIO())
    assert "no difference" in out.getvalue()


@pytest.mark.usefixtures("desk")
def test_a_wrong_fact_is_named_with_its_ticket() -> None:
    facts = TicketFacts.objects.exclude(ttfr_seconds=None).first()
    assert facts is not None
    TicketFacts.objects.filter(pk=facts.pk).update(ttfr_seconds=12345)
    found = verify().differences
    assert [one.tickets for one in found] == [(facts.pk,)]
    assert "ttfr_seconds" in str(found[0])
    assert "12345" in str(found[0])


@pytest.mark.usefixtures("desk")
def test_a_missing_row_is_a_difference() -> None:
    stay = Stay.objects.first()
    assert stay is not None
    stay.delete()
    assert verify().differences[0].tickets == (stay.ticket_id,)


@pytest.mark.usefixtures("desk")
def test_a_wrong_snapshot_fails_the_command_and_names_day_figure_and_tickets() -> None:
    row = Snapshot.objects.filter(figure="created", dimension="").first()
    assert row is not None
    Snapshot.objects.filter(pk=row.pk).update(count=77)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_metrics", stdout=out, stderr=io.StringIO())
    tickets = TicketFacts.objects.filter(received_on=row.day).order_by("pk")
    assert f"{row.day}, created: stored count 77" in out.getvalue()
    assert all(f"#{facts.pk}" in out.getvalue() for facts in tickets)


@pytest.mark.usefixtures("desk")
def test_a_wrong_or_invented_segment_is_found() -> None:
    Snapshot.objects.filter(figure="ttfr", dimension="team").delete()
    row = Snapshot.objects.filter(figure="backlog", dimension="").first()
    assert row is not None
    Snapshot.objects.create(
        figure="backlog", day=row.day, dimension="team", segment="999", count=1,
        definition_version=1, computed_at=row.computed_at,
    )  # fmt: skip
    subjects = [one.subject for one in verify().differences]
    assert any("ttfr" in one and "for team" in one for one in subjects)
    assert f"{row.day}, backlog for team 999" in subjects


def test_what_waits_to_be_filled_is_left_out_and_said(desk: RandomDesk) -> None:
    ticket = desk.tickets[0]
    TicketFacts.objects.filter(pk=ticket.pk).update(reopens=9)
    LedgerTouch.objects.create(ticket=ticket, touched_at=desk.now)
    found = verify()
    assert (found.waiting_tickets, found.differences) == (1, ())
    LedgerTouch.objects.all().delete()
    DirtyDay.objects.create(day=date(2026, 3, 2))
    assert verify().waiting_days == 1


@pytest.mark.parametrize("command", ["verify_metrics", "export_facts", "metrics_report"])
def test_a_period_that_ends_before_it_starts_is_refused(command: str) -> None:
    """Nothing compared is no proof that nothing differs."""
    with pytest.raises(CommandError, match="ends before it starts"):
        call_command(command, "--from", "2026-03-02", "--to", "2026-03-01", stdout=io.StringIO())


def test_on_an_empty_desk_nothing_differs() -> None:
    found = verify()
    assert (found.tickets, found.days, found.unfollowed, found.differences) == (0, 0, (), ())


@pytest.mark.usefixtures("desk")
def test_days_can_be_chosen() -> None:
    day = date(2026, 3, 3)
    Snapshot.objects.filter(figure="created").update(count=77)
    assert {one.subject[:10] for one in verify(day, day).differences} <= {"2026-03-03"}
    assert verify(day, day).days == 1
