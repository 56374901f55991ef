"""check_ledger finds stored promises that are not what the ledger says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.cast import Cast
from tests.tickets.scenes import ticket_in
from tests.tickets.sla.desk import HOUR, promise
from tickets.choices import Status
from tickets.models import SlaTarget, Ticket
from tickets.services import ledger_check
from tickets.services.ledger_check import find_differences


@pytest.fixture
def ticket(cast: Cast, now: datetime) -> Ticket:
    """Picked up in time, to be resolved within four hours."""
    promise(first_response=30, resolution=240)
    return ticket_in(cast, Status.IN_PROGRESS, at=now)


def words() -> list[str]:
    return [each.words for each in find_differences(Ticket.objects.all())]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "breached"),
        ("due_at", None),
        ("alarm_at", None),
        ("spent_seconds", 5.0),
        ("ended_at", datetime.fromisoformat("2026-03-02T10:00:00+00:00")),
        ("began_seq", 9),
    ],
)
def test_a_target_that_was_written_past_the_ledger(ticket: Ticket, field: str, value: Any) -> None:
    assert words() == []
    SlaTarget.objects.filter(kind="resolution").update(**{field: value})
    (found,) = words()
    assert found.startswith(f"target resolution, cycle 1: {field} is stored as {value!r}, the ")


def test_a_target_too_few_and_one_too_many(ticket: Ticket) -> None:
    SlaTarget.objects.filter(kind="resolution").update(kind="hand_over", level=2)
    assert words() == [
        "target hand_over at level 2, cycle 1 is stored alone",
        "target resolution, cycle 1 is told by the ledger alone",
    ]


def test_what_falls_due_next_and_the_version_that_holds(ticket: Ticket, now: datetime) -> None:
    Ticket.objects.update(next_due_at=now + HOUR)
    (found,) = words()
    assert found.startswith("next_due_at is stored as ")
    Ticket.objects.update(next_due_at=now + 4 * HOUR, next_target="first_reply")
    assert len(words()) == 1
    Ticket.objects.update(next_target="resolution", sla_version=None)
    (found,) = words()
    assert found.startswith("sla_version_id is stored as None")


def test_a_ticket_that_is_known_to_be_out_of_step_is_left_to_the_watch(
    ticket: Ticket, now: datetime
) -> None:
    SlaTarget.objects.update(due_at=None)
    Ticket.objects.update(sla_stale_since=now)
    assert words() == []


def test_the_queries_of_a_batch_are_few(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """Eight for the stories, two for the rule book, three for the calendar, one for the targets,
    one for the outages."""
    monkeypatch.setattr(ledger_check, "BATCH", 3)
    promise(first_response=30, resolution=240, target={"is_business": True})
    for _ in range(6):
        ticket_in(cast, Status.IN_PROGRESS, at=now)
    kinds_of_rows = 13
    with django_assert_num_queries(3 + 2 * (kinds_of_rows + 8 + 2 + 3 + 1 + 1)):
        assert words() == []
