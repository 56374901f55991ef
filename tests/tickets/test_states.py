"""Waiting, resolving, the customer's verdict, closing, cancelling."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings as DjangoSettings

from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets.choices import LegKind, LinkKind, Status, TransitionReason
from tickets.errors import InvalidInput
from tickets.models import Notice, NoticeKind, Ticket, Transition
from tickets.services import states
from tickets.services.contacting import start_contact
from tickets.services.states import WAITS_FOR, close_resolved, resolve

LATER = timedelta(hours=1)
WEEK = timedelta(days=7)
RESOLVED_AFTER = timedelta(minutes=2)  # see scenes.ticket_in


def kinds() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("word", sorted(WAITS_FOR))
def test_wait(cast: Cast, now: datetime, word: str) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = states.wait(ticket, for_=word, note=" Part. ", actor=cast.agent, at=now + LATER)
    assert row is not None
    assert (row.to_status, row.reason, row.note) == (WAITS_FOR[word], "waited", "Part.")
    rows = count_rows()
    assert states.wait(ticket, for_=word, actor=cast.agent, at=now + LATER) is None
    assert count_rows() == rows


def test_wait_for_something_else_is_refused(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    with pytest.raises(InvalidInput):
        states.wait(ticket, for_="Godot", actor=cast.agent, at=now + LATER)


def test_waiting_straight_from_new_is_a_pick_up(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    states.wait(ticket, for_="vendor", actor=cast.agent, at=now + LATER)
    assert (ticket.picked_up_at, ticket.assignee) == (now + LATER, cast.agent)
    assert kinds() == [NoticeKind.RECEIVED, NoticeKind.PICKED_UP]


def test_a_robots_move_is_no_pick_up(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    states.wait(ticket, for_="hold", actor=None, at=now + LATER)
    assert (ticket.picked_up_at, ticket.assignee) == (None, None)
    assert kinds() == [NoticeKind.RECEIVED]


def test_resume(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.ON_HOLD, at=now)
    row = states.resume(ticket, actor=cast.agent, at=now + LATER)
    assert row is not None
    assert (row.from_status, row.to_status) == (Status.ON_HOLD, Status.IN_PROGRESS)
    assert row.reason == TransitionReason.RESUMED


def test_resolve(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = resolve(
        ticket, resolution_code="solved", reply="Fixed.", actor=cast.agent, at=now + LATER
    )
    assert row is not None
    stored = Ticket.objects.get()
    assert (stored.status, stored.resolved_at) == (Status.RESOLVED, now + LATER)
    assert (stored.resolution_code, row.resolution_code) == ("solved", "solved")
    assert row.is_l1_capable is None, "the question is not asked at L1"
    message = ticket.messages.order_by("-seq")[0]
    assert (message.body, message.action_id) == ("Fixed.", row.action_id)
    assert message.seq < row.seq
    notice = Notice.objects.get(kind=NoticeKind.RESOLVED)
    assert (notice.recipient, notice.message) == (cast.customer, message)
    assert NoticeKind.REPLIED not in kinds(), "one mail is enough"


def test_resolving_straight_from_new_is_a_pick_up(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    resolve(ticket, resolution_code="answered", actor=cast.agent, at=now + LATER)
    assert (ticket.picked_up_at, ticket.resolved_at) == (now + LATER, now + LATER)
    assert ticket.assignee == cast.agent
    assert ticket.transitions.count() == 2


@pytest.mark.parametrize("answer", [True, False])
def test_above_l1_the_resolver_answers(cast: Cast, now: datetime, answer: bool) -> None:
    ticket = new_ticket(cast, at=now, level=2)
    fields: dict[str, Any] = {"resolution_code": "solved", "actor": cast.l2_agent, "at": now}
    with pytest.raises(InvalidInput) as refused:
        resolve(ticket, **fields)
    assert "is_l1_capable" in refused.value.fields
    row = resolve(ticket, is_l1_capable=answer, **fields)
    assert row is not None
    assert row.is_l1_capable is answer


def test_at_l1_the_answer_has_no_meaning(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = resolve(
        ticket, resolution_code="solved", is_l1_capable=True, actor=cast.agent, at=now + LATER
    )
    assert row is not None
    assert row.is_l1_capable is None


@pytest.mark.parametrize("code", ["", "magic"])
def test_a_resolution_has_a_code(cast: Cast, now: datetime, code: str) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    for verb in (resolve, states.close):
        with pytest.raises(InvalidInput):
            verb(ticket, resolution_code=code, actor=cast.agent, at=now + LATER)


def test_the_customer_confirms(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    resolved_at, before = ticket.resolved_at, len(kinds())
    row = states.confirm(ticket, actor=cast.customer, at=now + LATER)
    assert row is not None
    assert (row.to_status, row.reason) == (Status.CLOSED, TransitionReason.CONFIRMED)
    assert Ticket.objects.get().resolved_at == resolved_at
    assert len(kinds()) == before, "nobody is told of their own act"


def test_the_customer_rejects(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    row = states.reject(ticket, body="It is back.", actor=cast.customer, at=now + LATER)
    assert isinstance(row, Transition)
    assert (row.to_status, row.reason) == (Status.IN_PROGRESS, TransitionReason.REJECTED)
    assert row.message == ticket.messages.order_by("-seq")[0]
    assert ticket.waiting_since == now
    assert Notice.objects.get(kind=NoticeKind.CUSTOMER_REPLIED).recipient == cast.agent
    assert ticket.resolved_at is None


def test_a_late_rejection_goes_on_in_a_follow_up(cast: Cast, now: datetime) -> None:
    """As any other message of the customer: see test_customer_messages.py."""
    within, beyond = (ticket_in(cast, Status.RESOLVED, at=now) for _ in range(2))
    last = now + RESOLVED_AFTER + timedelta(days=14)
    states.reject(within, body="It is back.", actor=cast.customer, at=last)
    assert Ticket.objects.get(pk=within.pk).status == Status.IN_PROGRESS
    rows, too_late = beyond.ledger_seq, last + timedelta(seconds=1)
    follow_up = states.reject(beyond, body="It is back.", actor=cast.customer, at=too_late)
    assert isinstance(follow_up, Ticket)
    assert follow_up.messages.get().body == "It is back."
    link = follow_up.links.get()
    assert (link.kind, link.other) == (LinkKind.FOLLOW_UP, beyond)
    beyond.refresh_from_db()
    assert (beyond.status, beyond.ledger_seq) == (Status.RESOLVED, rows)


def test_a_rejection_says_why(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    with pytest.raises(InvalidInput):
        states.reject(ticket, body=" ", actor=cast.customer, at=now + LATER)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_an_agent_reopens(cast: Cast, now: datetime, status: Status) -> None:
    ticket = ticket_in(cast, status, at=now)
    with pytest.raises(InvalidInput):
        states.reopen(ticket, reason=" ", actor=cast.agent, at=now + LATER)
    row = states.reopen(ticket, reason="Forgot a part.", actor=cast.agent, at=now + LATER)
    assert row is not None
    assert (row.to_status, row.note) == (Status.IN_PROGRESS, "Forgot a part.")
    assert (ticket.resolved_at, ticket.assignee) == (None, cast.agent)


def test_closing_a_resolved_ticket_is_no_resolution(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    resolved_at = ticket.resolved_at
    row = states.close(ticket, actor=cast.agent, at=now + LATER)
    assert row is not None
    assert row.resolution_code == ""
    stored = Ticket.objects.get()
    assert (stored.resolved_at, stored.resolution_code) == (resolved_at, "solved")
    assert kinds()[-1] == NoticeKind.CLOSED


def test_closing_an_open_ticket_is_its_resolution(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    states.close(ticket, resolution_code="no_fault", actor=cast.agent, at=now + LATER)
    stored = Ticket.objects.get()
    assert (stored.resolved_at, stored.resolution_code) == (now + LATER, "no_fault")


def test_cancel(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = states.cancel(ticket, reason="spam", actor=cast.agent, at=now + LATER)
    assert row is not None
    assert (row.cancel_reason, Ticket.objects.get().cancel_reason) == ("spam", "spam")


@pytest.mark.parametrize("reason", ["", "merged", "boredom"])
def test_cancelling_has_a_reason(cast: Cast, now: datetime, reason: str) -> None:
    ticket = new_ticket(cast, at=now)
    with pytest.raises(InvalidInput):
        states.cancel(ticket, reason=reason, actor=cast.agent, at=now + LATER)


def test_cancelling_ends_the_call(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    states.cancel(ticket, reason="mistake", actor=cast.agent, at=now + LATER)
    assert ticket.live_contact is None
    assert ticket.contacts.get().legs.filter(kind=LegKind.ENDED).exists()


@pytest.mark.parametrize(("seconds", "closed"), [(-1, 0), (0, 1), (1, 1)])
def test_close_by_time(cast: Cast, now: datetime, seconds: int, closed: int) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    ticket_in(cast, Status.IN_PROGRESS, at=now)
    at = now + RESOLVED_AFTER + WEEK + timedelta(seconds=seconds)
    assert close_resolved(at=at) == closed
    assert close_resolved(at=at) == 0, "twice is once"
    ticket.refresh_from_db()
    assert ticket.status == (Status.CLOSED if closed else Status.RESOLVED)
    assert kinds().count(NoticeKind.CLOSED) == closed
    if closed:
        row = ticket.transitions.order_by("-seq")[0]
        assert (row.reason, row.actor, row.occurred_at) == ("closed_by_time", None, at)


def test_the_time_to_close_is_the_desks_to_choose(
    cast: Cast, now: datetime, settings: DjangoSettings
) -> None:
    settings.CLOSE_AFTER_DAYS = 1
    ticket_in(cast, Status.RESOLVED, at=now)
    assert close_resolved(at=now + timedelta(hours=23)) == 0
    assert close_resolved(at=now + timedelta(hours=25)) == 1


def test_nothing_closes_under_a_call(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    start_contact(ticket, channel="phone", actor=cast.agent, at=now + LATER)
    assert close_resolved(at=now + 2 * WEEK) == 0
