"""check_ledger finds what does not agree."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.cast import Cast
from tests.tickets.scenes import ticket_in
from tickets.choices import Status
from tickets.models import LedgerIsAppendOnly, Ticket, Transition
from tickets.services import ledger_check
from tickets.services.ledger_check import find_differences


def test_a_sound_desk(cast: Cast, now: datetime) -> None:
    for status in Status:
        ticket_in(cast, status, at=now)
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue() == "8 tickets agree with their ledger.\n"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "closed"),
        ("level", 3),
        ("assignee_id", None),
        ("team_id", None),
        ("resolved_at", None),
        ("picked_up_at", None),
        ("waiting_since", None),
        ("ledger_seq", 99),
        ("resolution_code", ""),
    ],
)
def test_a_ticket_that_was_written_past_the_ledger(
    cast: Cast, now: datetime, field: str, value: Any
) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    ticket_in(cast, Status.NEW, at=now)
    Ticket.objects.filter(pk=ticket.pk).update(**{field: value})
    (difference,) = find_differences(Ticket.objects.all())
    assert difference.ticket == ticket.pk
    assert str(difference).startswith(f"#{ticket.pk}: {field} is stored as {value!r}")


def test_the_command_fails_and_names_the_ticket(cast: Cast, now: datetime) -> None:
    ticket, other = ticket_in(cast, Status.NEW, at=now), ticket_in(cast, Status.NEW, at=now)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    out = StringIO()
    with pytest.raises(CommandError, match="1 differences"):
        call_command("check_ledger", stdout=out)
    assert f"#{ticket.pk}: status" in out.getvalue()
    call_command("check_ledger", ticket=other.pk, stdout=out)


def test_a_row_that_was_removed(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    row = ticket.transitions.get(to_status=Status.IN_PROGRESS)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_transition WHERE id = %s", [row.pk])
    words = [each.words for each in find_differences(Ticket.objects.all())]
    assert "row 3 of the ledger has seq 4" in words


def test_a_move_that_starts_where_none_ended(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    Transition.objects.filter(ticket=ticket, to_status="resolved").update(
        from_status="on_hold", level=3
    )
    words = [each.words for each in find_differences(Ticket.objects.all())]
    assert any("leaves “on_hold”, it was “in_progress”" in each for each in words)
    assert any("stamped with another level" in each for each in words)


def test_a_ticket_without_a_ledger(cast: Cast, now: datetime) -> None:
    Ticket.objects.create(
        subject="a",
        customer=cast.customer,
        channel="api",
        calendar=cast.calendar,
        received_at=now,
        recorded_at=now,
        status_since=now,
        level_since=now,
    )
    assert [each.words for each in find_differences(Ticket.objects.all())] == ["it has no ledger"]


def test_it_reads_in_batches(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(ledger_check, "BATCH", 2)
    for _ in range(3):
        ticket_in(cast, Status.IN_PROGRESS, at=now)
    with django_assert_num_queries(3 + 2 * 16):
        assert list(find_differences(Ticket.objects.all())) == []


def test_history_is_not_edited(cast: Cast, now: datetime) -> None:
    row = ticket_in(cast, Status.NEW, at=now).transitions.get()
    with pytest.raises(LedgerIsAppendOnly):
        row.save()
    with pytest.raises(LedgerIsAppendOnly):
        row.delete()
