"""Taking, assigning, transferring."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership, Team
from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import live_ticket, new_ticket
from tickets.choices import AssignmentReason, LegKind, Status
from tickets.errors import InvalidInput
from tickets.models import Notice, NoticeKind, Ticket
from tickets.services.holding import assign, take, transfer
from tickets.services.ledger_check import find_differences

LATER = timedelta(hours=1)


@pytest.fixture
def billing(cast: Cast) -> Team:
    """Another team of L1."""
    team = Team.objects.create(name="Billing line", level=1)
    Membership.objects.create(team=team, user=cast.second_agent)
    return team


def test_take(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    row = take(ticket, actor=cast.agent, at=now + LATER)
    assert row is not None
    assert (row.from_assignee, row.to_assignee, row.reason) == (None, cast.agent, "taken")
    stored = Ticket.objects.get()
    assert (stored.assignee, stored.status) == (cast.agent, Status.NEW), "not read yet"
    rows = count_rows()
    assert take(ticket, actor=cast.agent, at=now + LATER) is None
    assert count_rows() == rows
    assert not Notice.objects.filter(kind=NoticeKind.ASSIGNED).exists()


def test_taking_what_belongs_to_no_team(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    Ticket.objects.update(team=None)
    take(ticket, actor=cast.agent, at=now + LATER)
    assert ticket.team == cast.l1


def test_assign_tells_the_assignee(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    row = assign(ticket, assignee=cast.agent, note="Yours.", actor=cast.lead, at=now + LATER)
    assert row is not None
    assert (row.reason, row.note, row.to_team) == ("assigned", "Yours.", cast.l1)
    assert Notice.objects.get(kind=NoticeKind.ASSIGNED).recipient == cast.agent
    rows, notices = count_rows(), Notice.objects.count()
    assert assign(ticket, assignee=cast.agent, actor=cast.lead, at=now + LATER) is None
    assert (count_rows(), Notice.objects.count()) == (rows, notices)


def test_release(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    row = assign(ticket, assignee=None, actor=cast.agent, at=now + LATER)
    assert row is not None
    assert (row.reason, ticket.assignee) == (AssignmentReason.RELEASED, None)


@pytest.mark.parametrize("name", ["customer", "left"])
def test_only_agents_hold_tickets(cast: Cast, now: datetime, name: str) -> None:
    cast.second_agent.is_active = False
    person = cast.customer if name == "customer" else cast.second_agent
    ticket = new_ticket(cast, at=now)
    with pytest.raises(InvalidInput):
        assign(ticket, assignee=person, actor=cast.lead, at=now + LATER)


def test_confidential_tickets_go_to_members(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, team=cast.confidential)
    with pytest.raises(InvalidInput, match="member"):
        assign(ticket, assignee=cast.agent, actor=cast.manager, at=now + LATER)
    assign(ticket, assignee=cast.insider, actor=cast.manager, at=now + LATER)


def test_transfer(cast: Cast, now: datetime, billing: Team) -> None:
    ticket = live_ticket(cast, at=now)
    assert ticket.team == cast.l1, "two teams work L1: the agent's own has it"
    row = transfer(ticket, team=billing, note="An invoice.", actor=cast.agent, at=now + LATER)
    assert row is not None
    assert (row.from_team, row.to_team, row.to_assignee) == (cast.l1, billing, None)
    stored = Ticket.objects.get()
    assert (stored.team, stored.assignee, stored.level) == (billing, None, 1)
    assert not ticket.escalations.exists()
    rows = count_rows()
    assert transfer(ticket, team=billing, actor=cast.agent, at=now + LATER) is None
    assert count_rows() == rows


def test_a_call_is_handed_over_with_it(cast: Cast, now: datetime, billing: Team) -> None:
    ticket = live_ticket(cast, at=now)
    fields: dict[str, Any] = {
        "team": billing,
        "actor": cast.agent,
        "is_warm": True,
        "at": now + LATER,
    }
    with pytest.raises(InvalidInput):
        transfer(ticket, **fields)
    transfer(ticket, assignee=cast.second_agent, **fields)
    leg = ticket.contacts.get().legs.order_by("-seq")[0]
    assert (leg.kind, leg.agent) == (LegKind.TRANSFERRED, cast.second_agent)
    assert Notice.objects.get(kind=NoticeKind.ASSIGNED).recipient == cast.second_agent


def test_another_level_is_no_transfer(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    with pytest.raises(InvalidInput, match="escalate"):
        transfer(ticket, team=cast.l2, actor=cast.agent, at=now + LATER)


def test_hands_change_in_the_order_of_time(cast: Cast, now: datetime) -> None:
    """A moment that somebody names cannot lie before the last hand-over: who held it would differ
    from who has it."""
    ticket = new_ticket(cast, at=now)
    assign(ticket, assignee=cast.agent, actor=cast.manager, at=now + 2 * LATER)
    with pytest.raises(InvalidInput):
        assign(ticket, assignee=cast.second_agent, actor=cast.manager, at=now + LATER)
    assign(ticket, assignee=cast.second_agent, actor=cast.manager, at=now + 2 * LATER)
    assert list(find_differences(Ticket.objects.all())) == []
