"""Saying afterwards that a customer's message was only thanks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.tickets.calls import count_rows, first_message
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import CorrectionKind, Status, TransitionReason
from tickets.errors import InvalidInput
from tickets.models import Message, Ticket
from tickets.services.contacting import log_contact, void_contact
from tickets.services.ledger_check import find_differences
from tickets.services.states import resolve, wait
from tickets.services.talking import acknowledge, add_note, reply, reply_as_customer

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def _thanks(cast: Cast, ticket: Ticket, *, at: datetime) -> Message:
    return _says(cast, ticket, "Thanks, works!", at=at)


def _says(cast: Cast, ticket: Ticket, body: str, *, at: datetime) -> Message:
    row = reply_as_customer(ticket, body=body, actor=cast.customer, at=at)
    assert isinstance(row, Message)
    return row


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_the_reopen_is_taken_back(cast: Cast, now: datetime, status: Status) -> None:
    ticket = ticket_in(cast, status, at=now)
    resolved_at, since = ticket.resolved_at, ticket.status_since
    message = _thanks(cast, ticket, at=now + HOUR)
    assert ticket.status == Status.IN_PROGRESS
    row = acknowledge(ticket, message=message, actor=cast.agent, at=now + 2 * HOUR)
    assert row is not None
    assert (row.kind, row.message) == (CorrectionKind.ACKNOWLEDGEMENT, message)
    assert row.transition == message.caused_transitions.get()
    stored = Ticket.objects.get()
    assert (stored.status, stored.resolved_at) == (status, resolved_at)
    assert (stored.status_since, stored.resolution_code) == (since, "solved")
    assert stored.waiting_since == now, "the description was never answered in words"
    restoring = ticket.transitions.order_by("-seq")[0]
    assert (restoring.from_status, restoring.to_status) == (Status.IN_PROGRESS, status)
    assert restoring.reason == TransitionReason.CORRECTED
    assert list(find_differences(Ticket.objects.all())) == []


def test_nothing_is_edited(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    message = _thanks(cast, ticket, at=now + HOUR)
    before = list(ticket.transitions.values())
    acknowledge(ticket, message=message, actor=cast.agent, at=now + 2 * HOUR)
    assert list(ticket.transitions.values())[: len(before)] == before
    message.refresh_from_db()
    assert not message.is_acknowledgement


def test_who_waits_is_told_anew(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    reply(ticket, body="Try.", actor=cast.agent, at=now + HOUR)
    message = _thanks(cast, ticket, at=now + 2 * HOUR)
    assert ticket.waiting_since == now + 2 * HOUR
    acknowledge(ticket, message=message, actor=cast.agent, at=now + 3 * HOUR)
    assert Ticket.objects.get().waiting_since is None
    assert Ticket.objects.get().status == Status.IN_PROGRESS


def test_work_done_meanwhile_stays(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    first_resolved = ticket.resolved_at
    message = _thanks(cast, ticket, at=now + HOUR)
    resolve(ticket, resolution_code="answered", actor=cast.agent, at=now + 2 * HOUR)
    moves = ticket.transitions.count()
    acknowledge(ticket, message=message, actor=cast.agent, at=now + 3 * HOUR)
    stored = Ticket.objects.get()
    assert (stored.status, stored.resolved_at) == (Status.RESOLVED, first_resolved)
    assert ticket.transitions.count() == moves
    assert list(find_differences(Ticket.objects.all())) == []


def test_a_move_by_the_agent_meanwhile_stays(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    message = _thanks(cast, ticket, at=now + HOUR)
    wait(ticket, for_="vendor", actor=cast.agent, at=now + 2 * HOUR)
    acknowledge(ticket, message=message, actor=cast.agent, at=now + 3 * HOUR)
    assert Ticket.objects.get().status == Status.WAITING_VENDOR
    assert list(find_differences(Ticket.objects.all())) == []


def test_what_the_customer_wrote_after_it_reopens_instead(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    message = _thanks(cast, ticket, at=now + HOUR)
    more = _says(cast, ticket, "But now the printer is gone.", at=now + 2 * HOUR)
    acknowledge(ticket, message=message, actor=cast.agent, at=now + 3 * HOUR)
    stored = Ticket.objects.get()
    assert (stored.status, stored.resolved_at) == (Status.IN_PROGRESS, None)
    assert stored.status_since == now + 2 * HOUR
    moved = more.caused_transitions.get()
    assert (moved.occurred_at, moved.to_status) == (now + 2 * HOUR, Status.IN_PROGRESS)
    assert list(find_differences(Ticket.objects.all())) == []
    acknowledge(ticket, message=more, actor=cast.agent, at=now + 4 * HOUR)
    stored = Ticket.objects.get()
    assert (stored.status, stored.status_since) == (Status.RESOLVED, now + 2 * MINUTE)
    assert list(find_differences(Ticket.objects.all())) == []


def test_what_the_customer_wrote_after_it_reopens_instead_also_when_solved_since(
    cast: Cast, now: datetime
) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    message = _thanks(cast, ticket, at=now + HOUR)
    more = _says(cast, ticket, "But now the printer is gone.", at=now + 2 * HOUR)
    resolve(ticket, resolution_code="answered", actor=cast.agent, at=now + 3 * HOUR)
    acknowledge(ticket, message=message, actor=cast.agent, at=now + 4 * HOUR)
    stored = Ticket.objects.get()
    assert (stored.status, stored.resolution_code) == (Status.RESOLVED, "answered")
    assert stored.resolved_at == now + 3 * HOUR
    assert list(find_differences(Ticket.objects.all())) == []
    acknowledge(ticket, message=more, actor=cast.agent, at=now + 5 * HOUR)
    stored = Ticket.objects.get()
    assert (stored.resolved_at, stored.resolution_code) == (now + 2 * MINUTE, "solved")
    assert list(find_differences(Ticket.objects.all())) == []


def test_it_is_marked_after_what_came_last(cast: Cast, now: datetime) -> None:
    """Else the status would be restored at a moment at which the ticket did not have it."""
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    message = _thanks(cast, ticket, at=now + HOUR)
    with pytest.raises(InvalidInput):
        acknowledge(ticket, message=message, actor=cast.manager, at=now + MINUTE)


def test_twice_is_once(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    message = _thanks(cast, ticket, at=now + HOUR)
    acknowledge(ticket, message=message, actor=cast.agent, at=now + 2 * HOUR)
    rows = count_rows()
    assert acknowledge(ticket, message=message, actor=cast.agent, at=now + 2 * HOUR) is None
    assert count_rows() == rows


def test_other_messages_are_refused(cast: Cast, now: datetime) -> None:
    ticket, other = ticket_in(cast, Status.IN_PROGRESS, at=now), new_ticket(cast, at=now)
    messages = [
        first_message(ticket),  # opened the ticket
        first_message(other),
        reply(ticket, body="Try.", actor=cast.agent, at=now + HOUR),
        add_note(ticket, body="Hm.", actor=cast.agent, at=now + HOUR),
    ]
    rows = count_rows()
    for message in messages:
        with pytest.raises(InvalidInput):
            acknowledge(ticket, message=message, actor=cast.agent, at=now + HOUR)
    assert count_rows() == rows


def test_a_contact_that_did_not_happen(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    call = log_contact(
        ticket,
        channel="phone",
        started_at=now + HOUR,
        ended_at=now + HOUR,
        actor=cast.agent,
        at=now + HOUR,
    )
    assert ticket.waiting_since is None
    fields: dict[str, Any] = {"contact": call, "note": "Wrong number.", "actor": cast.agent}
    row = void_contact(ticket, at=now + 2 * HOUR, **fields)
    assert row is not None
    assert row.contact == call
    assert Ticket.objects.get().waiting_since == now
    assert void_contact(ticket, at=now + 2 * HOUR, **fields) is None
    with pytest.raises(InvalidInput):
        void_contact(new_ticket(cast, at=now), at=now + 2 * HOUR, **fields)
    assert list(find_differences(Ticket.objects.all())) == []
