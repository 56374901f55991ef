"""Replies and notes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets import access
from tickets.choices import Capacity, Channel, Status, TransitionReason, Visibility
from tickets.errors import InvalidInput, WrongState
from tickets.models import Notice, NoticeKind
from tickets.services.talking import add_note, reply

LATER = timedelta(hours=1)


def test_a_reply_is_public_and_told(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = reply(ticket, body=" Try this. ", actor=cast.agent, at=now + LATER)
    assert (row.body, row.visibility, row.author) == ("Try this.", Visibility.PUBLIC, cast.agent)
    assert (row.author_capacity, row.channel) == (Capacity.AGENT, Channel.PORTAL)
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.last_spoke) == (None, Capacity.AGENT)
    assert ticket.last_spoke_at == now + LATER
    notice = Notice.objects.get(kind=NoticeKind.REPLIED)
    assert (notice.recipient, notice.message) == (cast.customer, row)


def test_a_reply_picks_a_new_ticket_up(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    reply(ticket, body="On it.", actor=cast.agent, at=now + LATER)
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, cast.agent)
    assert ticket.picked_up_at == now + LATER
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds == {NoticeKind.RECEIVED, NoticeKind.REPLIED}, "the reply says it all"


def test_a_managers_reply_is_work(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    reply(ticket, body="I take care.", actor=cast.manager, at=now)
    assert ticket.picked_up_at == now


def test_a_machines_reply_is_no_pick_up_and_no_answer(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    row = reply(ticket, body="We got it.", actor=None, at=now)
    assert row.is_machine
    assert (ticket.status, ticket.waiting_since) == (Status.NEW, now)


def test_reply_and_wait(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = reply(ticket, body="Which?", then="waiting_customer", actor=cast.agent, at=now + LATER)
    transition = ticket.transitions.order_by("-seq")[0]
    assert (transition.to_status, transition.reason) == ("waiting_customer", "waited")
    assert transition.action_id == row.action_id
    reply(ticket, body="Found.", then="in_progress", actor=cast.agent, at=now + LATER)
    assert ticket.transitions.order_by("-seq")[0].reason == TransitionReason.RESUMED


def test_reply_and_stay_leaves_no_transition(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    moves = ticket.transitions.count()
    reply(ticket, body="Still at it.", then="in_progress", actor=cast.agent, at=now + LATER)
    assert ticket.transitions.count() == moves


@pytest.mark.parametrize("then", ["resolved", "closed", "new", "cancelled", "odd"])
def test_a_reply_does_not_resolve(cast: Cast, now: datetime, then: str) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    rows = count_rows()
    with pytest.raises(InvalidInput) as refused:
        reply(ticket, body="Done.", then=then, actor=cast.agent, at=now + LATER)
    assert "then" in refused.value.fields
    assert count_rows() == rows


def test_a_resolved_ticket_can_be_answered_but_not_moved_so(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    reply(ticket, body="One more thing.", actor=cast.agent, at=now + LATER)
    assert ticket.status == Status.RESOLVED
    with pytest.raises(WrongState):
        reply(ticket, body="Hm.", then="on_hold", actor=cast.agent, at=now + LATER)


def test_after_a_call_written_words_go_by_mail(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    assert reply(ticket, body="As said.", actor=cast.agent, at=now).channel == Channel.EMAIL
    row = reply(ticket, body="Link", channel="chat", actor=cast.agent, at=now)
    assert row.channel == Channel.CHAT
    with pytest.raises(InvalidInput):
        reply(ticket, body="Link", channel="pigeon", actor=cast.agent, at=now)


@pytest.mark.parametrize("body", ["", " \n "])
def test_nothing_said_is_refused(cast: Cast, now: datetime, body: str) -> None:
    ticket = new_ticket(cast, at=now)
    with pytest.raises(InvalidInput):
        reply(ticket, body=body, actor=cast.agent, at=now)
    with pytest.raises(InvalidInput):
        add_note(ticket, body=body, actor=cast.agent, at=now)
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_a_note_is_private_and_changes_nothing(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    notices = Notice.objects.count()
    row = add_note(ticket, body="Odd one.", actor=cast.agent, at=now + LATER)
    assert row.visibility == Visibility.PRIVATE
    assert (ticket.status, ticket.waiting_since, ticket.last_spoke_at) == (Status.NEW, now, now)
    assert Notice.objects.count() == notices
    assert row not in access.readable_messages(cast.customer, ticket)
    assert row not in access.readable_messages(cast.viewer, ticket)
    assert row in access.readable_messages(cast.l3_agent, ticket)
