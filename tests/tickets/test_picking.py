"""Picking up a new ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets import access
from tickets.choices import AssignmentReason, Status, TransitionReason
from tickets.errors import NotAllowed, WrongState
from tickets.models import Notice, NoticeKind, Ticket
from tickets.services.holding import assign
from tickets.services.picking import pick_up

LATER = timedelta(minutes=7)


def test_pick_up_moves_assigns_and_tells(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    row = pick_up(ticket, actor=cast.agent, at=now + LATER)
    stored = Ticket.objects.get()
    assert (stored.status, stored.assignee) == (Status.IN_PROGRESS, cast.agent)
    assert stored.picked_up_at == stored.status_since == now + LATER
    assert (row.reason, row.level, row.assignee) == (TransitionReason.PICKED_UP, 1, None)
    assignment = ticket.assignments.get()
    assert (assignment.reason, assignment.action_id) == (AssignmentReason.PICKED_UP, row.action_id)
    notice = Notice.objects.get(kind=NoticeKind.PICKED_UP)
    assert (notice.recipient, notice.action_id) == (cast.customer, row.action_id)


def test_the_second_agent_comes_too_late(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    stale = Ticket.objects.get()
    pick_up(ticket, actor=cast.agent, at=now)
    with pytest.raises(WrongState):
        pick_up(stale, actor=cast.second_agent, at=now)
    assert Notice.objects.filter(kind=NoticeKind.PICKED_UP).count() == 1
    assert stale.assignee == cast.agent, "the refused caller sees what is true now"


def test_an_assigned_ticket_is_picked_up_by_its_agent_alone(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    assign(ticket, assignee=cast.agent, actor=cast.lead, at=now)
    with pytest.raises(NotAllowed):
        pick_up(ticket, actor=cast.second_agent, at=now)
    pick_up(ticket, actor=cast.agent, at=now)
    assert ticket.assignments.count() == 1


def test_who_picks_up_by_opening(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    opens = {user for user in cast.staff if access.picks_up_by_opening(user, ticket)}
    assert opens == {cast.agent, cast.second_agent, cast.lead}
    assert not access.picks_up_by_opening(cast.customer, ticket)
    pick_up(ticket, actor=cast.agent, at=now)
    assert not access.picks_up_by_opening(cast.agent, ticket)


def test_a_ticket_of_no_team_is_anybodys(cast: Cast, now: datetime) -> None:
    Ticket.objects.filter(pk=new_ticket(cast, at=now).pk).update(team=None)
    ticket = Ticket.objects.get()
    assert access.picks_up_by_opening(cast.l3_agent, ticket)
    assert not access.picks_up_by_opening(cast.manager, ticket)
