"""What a customer's message does: resumes, reopens, opens a follow-up, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings as DjangoSettings

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Capacity, LinkKind, Status, TransitionReason
from tickets.errors import InvalidInput
from tickets.lifecycle import WAITING
from tickets.models import Message, Notice, NoticeKind, Ticket
from tickets.services.relating import merge
from tickets.services.states import cancel
from tickets.services.talking import reply_as_customer

LATER = timedelta(hours=1)
DAYS_14 = timedelta(days=14)
RESOLVED_AFTER = timedelta(minutes=2)  # see scenes.ticket_in


@pytest.mark.parametrize("status", sorted(WAITING))
def test_a_waiting_ticket_goes_on(cast: Cast, now: datetime, status: Status) -> None:
    ticket = ticket_in(cast, status, at=now)
    row = reply_as_customer(ticket, body="It is blue.", actor=cast.customer, at=now + LATER)
    move = ticket.transitions.order_by("-seq")[0]
    assert (move.from_status, move.to_status) == (status, Status.IN_PROGRESS)
    assert (move.reason, move.message) == (TransitionReason.CUSTOMER_REPLIED, row)
    assert (move.capacity, ticket.status) == (Capacity.CUSTOMER, Status.IN_PROGRESS)


@pytest.mark.parametrize("status", [Status.NEW, Status.IN_PROGRESS])
def test_an_open_ticket_stays_as_it_is(cast: Cast, now: datetime, status: Status) -> None:
    ticket = ticket_in(cast, status, at=now)
    moves = ticket.transitions.count()
    reply_as_customer(ticket, body="Also this.", actor=cast.customer, at=now + LATER)
    assert (ticket.status, ticket.transitions.count()) == (status, moves)
    assert ticket.waiting_since == now, "they wait since their first unanswered word"


def test_the_assignee_is_told(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = reply_as_customer(ticket, body="News?", actor=cast.customer, at=now + LATER)
    notice = Notice.objects.get(kind=NoticeKind.CUSTOMER_REPLIED)
    assert (notice.recipient, notice.message) == (cast.agent, row)


def test_the_assignee_who_types_it_in_is_not_told(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = reply_as_customer(ticket, body="News?", actor=cast.agent, at=now + LATER)
    assert isinstance(row, Message)
    assert (row.author, row.author_capacity) == (cast.customer, Capacity.CUSTOMER)
    assert not Notice.objects.filter(kind=NoticeKind.CUSTOMER_REPLIED).exists()


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
@pytest.mark.parametrize("seconds", [-1, 0])
def test_a_done_ticket_is_reopened_within_the_window(
    cast: Cast, now: datetime, status: Status, seconds: int
) -> None:
    ticket = ticket_in(cast, status, at=now)
    at = now + RESOLVED_AFTER + DAYS_14 + timedelta(seconds=seconds)
    reply_as_customer(ticket, body="It is back.", actor=cast.customer, at=at)
    stored = Ticket.objects.get()
    assert (stored.status, stored.resolved_at) == (Status.IN_PROGRESS, None)
    assert stored.resolution_code == ""


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_later_a_follow_up_is_opened(cast: Cast, now: datetime, status: Status) -> None:
    ticket = ticket_in(cast, status, at=now)
    rows = ticket.ledger_seq
    at = now + RESOLVED_AFTER + DAYS_14 + timedelta(seconds=1)
    follow_up = reply_as_customer(ticket, body="It is back.", actor=cast.customer, at=at)
    assert isinstance(follow_up, Ticket)
    assert (follow_up.status, follow_up.received_at) == (Status.NEW, at)
    assert (follow_up.customer, follow_up.subject) == (cast.customer, ticket.subject)
    assert follow_up.messages.get().body == follow_up.description == "It is back."
    assert (follow_up.links.get().other, follow_up.links.get().kind) == (
        ticket,
        LinkKind.FOLLOW_UP,
    )
    ticket.refresh_from_db()
    assert (ticket.status, ticket.ledger_seq) == (status, rows)
    assert Notice.objects.filter(ticket=follow_up, kind=NoticeKind.RECEIVED).exists()


def test_the_window_is_the_desks_to_choose(
    cast: Cast, now: datetime, settings: DjangoSettings
) -> None:
    settings.REOPEN_DAYS = 1
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    at = now + timedelta(days=2)
    assert isinstance(reply_as_customer(ticket, body="Back.", actor=None, at=at), Ticket)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.WAITING_CUSTOMER])
def test_a_known_acknowledgement_changes_nothing(cast: Cast, now: datetime, status: Status) -> None:
    ticket = ticket_in(cast, status, at=now)
    waiting, notices = ticket.waiting_since, Notice.objects.count()
    at = now + timedelta(days=100)
    row = reply_as_customer(
        ticket, body="Thanks!", is_acknowledgement=True, actor=cast.customer, at=at
    )
    assert isinstance(row, Message)
    assert row.is_acknowledgement
    assert (ticket.status, ticket.waiting_since) == (status, waiting)
    assert Notice.objects.count() == notices


def test_words_to_a_merged_ticket_reach_the_other(cast: Cast, now: datetime) -> None:
    source, target = new_ticket(cast, at=now), ticket_in(cast, Status.WAITING_CUSTOMER, at=now)
    merge(source, into=target, actor=cast.agent, at=now + LATER)
    row = reply_as_customer(source, body="Hello?", actor=cast.customer, at=now + 2 * LATER)
    assert isinstance(row, Message)
    assert row.ticket == target
    target.refresh_from_db()
    assert target.status == Status.IN_PROGRESS


def test_a_colleagues_merged_ticket_is_followed_up(cast: Cast, now: datetime) -> None:
    source = new_ticket(cast, at=now, customer=cast.colleague, actor=cast.colleague)
    merge(source, into=new_ticket(cast, at=now), actor=cast.agent, at=now + LATER)
    result = reply_as_customer(source, body="And I?", actor=cast.colleague, at=now + 2 * LATER)
    assert isinstance(result, Ticket)
    assert result.customer == cast.colleague


@pytest.mark.parametrize(("reason", "is_followed_up"), [("spam", False), ("withdrawn", True)])
def test_words_to_a_cancelled_ticket(
    cast: Cast, now: datetime, reason: str, is_followed_up: bool
) -> None:
    ticket = new_ticket(cast, at=now)
    cancel(ticket, reason=reason, actor=cast.agent, at=now)
    result = reply_as_customer(ticket, body="Win!", actor=cast.customer, at=now + LATER)
    assert isinstance(result, Ticket) == is_followed_up
    ticket.refresh_from_db()
    assert ticket.status == Status.CANCELLED


def test_an_empty_message_is_refused(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    with pytest.raises(InvalidInput):
        reply_as_customer(ticket, body=" ", actor=cast.customer, at=now + LATER)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
