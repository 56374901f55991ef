"""Escalating: cold, warm, to a manager; accepting, returning, going down again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Team
from tests.cast import Cast
from tests.tickets.calls import HAND_OFF, WHY, count_rows
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets.choices import EscalationKind, LegKind, Status
from tickets.errors import InvalidInput, WrongState
from tickets.models import Escalation, Notice, NoticeKind, Ticket
from tickets.services import escalating
from tickets.services.holding import assign
from tickets.services.ledger_check import find_differences
from tickets.services.states import resolve

LATER = timedelta(hours=1)


def cold(cast: Cast, ticket: Ticket, *, at: datetime, **fields: object) -> Escalation:
    values = {"to_level": 2, "actor": cast.agent, "at": at, **HAND_OFF}
    return escalating.escalate(ticket, **(values | fields))


def test_cold(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = cold(cast, ticket, at=now + LATER, asked="Look at the log.")
    stored = Ticket.objects.get()
    assert (stored.level, stored.team, stored.assignee) == (2, cast.l2, None)
    assert (stored.status, stored.level_since) == (Status.IN_PROGRESS, now + LATER)
    assert stored.pending_escalation == row
    assert (row.kind, row.is_warm, row.contact) == (EscalationKind.FUNCTIONAL, False, None)
    assert (row.from_level, row.to_level, row.from_team) == (1, 2, cast.l1)
    assert (row.level, row.assignee) == (1, cast.agent), "credit is the escalator's"
    assert (row.tried, row.known, row.asked) == (
        HAND_OFF["tried"],
        HAND_OFF["known"],
        "Look at the log.",
    )
    released = ticket.assignments.order_by("-seq")[0]
    assert (released.to_assignee, released.action_id) == (None, row.action_id)


def test_cold_tells_the_team(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    cold(cast, ticket, at=now + LATER)
    notice = Notice.objects.get(kind=NoticeKind.ESCALATED)
    assert notice.recipient == cast.l2_agent


def test_an_unread_ticket_stays_new(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    cold(cast, ticket, at=now + LATER)
    assert (ticket.status, ticket.picked_up_at) == (Status.NEW, None)


def test_warm(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    row = cold(cast, ticket, at=now + LATER, to_level=3, is_warm=True, to_agent=cast.l3_agent)
    stored = Ticket.objects.get()
    assert (stored.level, stored.team, stored.assignee) == (3, cast.l3, cast.l3_agent)
    assert (row.is_warm, row.contact) == (True, stored.live_contact)
    leg = ticket.contacts.get().legs.order_by("-seq")[0]
    assert (leg.kind, leg.agent) == (LegKind.TRANSFERRED, cast.l3_agent)
    assert Notice.objects.get(kind=NoticeKind.ASSIGNED).recipient == cast.l3_agent
    assert not Notice.objects.filter(kind=NoticeKind.ESCALATED).exists()


def test_warm_without_a_name_waits_for_who_joins(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    row = cold(cast, ticket, at=now + LATER, is_warm=True)
    assert (row.is_warm, ticket.assignee) == (True, None)
    assert ticket.contacts.get().legs.count() == 1


def test_a_call_that_runs_does_not_make_it_warm(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    row = cold(cast, ticket, at=now + LATER)
    assert (row.is_warm, row.contact) == (False, None)
    assert ticket.live_contact is not None


def test_resolving_answers_an_escalation(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    cold(cast, ticket, at=now + LATER, to_level=3, is_warm=True, to_agent=cast.l3_agent)
    resolve(
        ticket, resolution_code="solved", is_l1_capable=False, actor=cast.l3_agent, at=now + LATER
    )
    assert Ticket.objects.get().pending_escalation is None


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"tried": " "}, "tried"),
        ({"known": ""}, "known"),
        ({"reason": "whim"}, "reason"),
        ({"to_level": 1}, "to_level"),
        ({"to_level": 9}, "to_level"),
        ({"to_level": None}, "to_level"),
        ({"to_level": 4}, "to_team"),
        ({"is_warm": True}, "is_warm"),
    ],
)
def test_a_hand_off_is_complete(
    cast: Cast, now: datetime, fields: dict[str, object], name: str
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    rows = count_rows()
    with pytest.raises(InvalidInput) as refused:
        cold(cast, ticket, at=now + LATER, **fields)
    assert name in refused.value.fields
    assert count_rows() == rows


def test_the_receiver_fits(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    wrong: list[dict[str, Any]] = [
        {"to_agent": cast.l2_agent},  # cold names nobody
        {"to_agent": cast.customer, "is_warm": True},
        {"to_team": cast.confidential, "to_agent": cast.l2_agent, "is_warm": True},
        {"to_team": cast.l3, "to_level": 2},
    ]
    for fields in wrong:
        with pytest.raises(InvalidInput):
            cold(cast, ticket, at=now + LATER, **fields)
    Team.objects.filter(pk=cast.l2.pk).update(is_active=False)
    cast.l2.refresh_from_db()
    with pytest.raises(InvalidInput):
        cold(cast, ticket, at=now + LATER, to_team=cast.l2)


def test_several_teams_of_a_level_must_be_named(cast: Cast, now: datetime) -> None:
    Team.objects.create(name="Other specialists", level=2)
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    with pytest.raises(InvalidInput, match="several"):
        cold(cast, ticket, at=now + LATER)
    assert cold(cast, ticket, at=now + LATER, to_team=cast.l2).to_team == cast.l2


def test_the_category_names_the_team(cast: Cast, now: datetime) -> None:
    networks = Team.objects.create(name="Networks", level=2)
    cast.category.default_team = networks
    cast.category.save()
    ticket = new_ticket(cast, at=now, category=cast.category, level=1)
    assert cold(cast, ticket, at=now + LATER).to_team == networks


def test_accept(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    asked = cold(cast, ticket, at=now + LATER)
    row = escalating.accept_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER)
    assert (row.kind, row.answers) == (EscalationKind.ACCEPTED, asked)
    stored = Ticket.objects.get()
    assert (stored.assignee, stored.pending_escalation) == (cast.l2_agent, None)
    assert (stored.level, stored.level_since) == (2, now + LATER)
    assert NoticeKind.PICKED_UP not in _kinds_after(asked)


def test_accepting_an_unread_ticket_picks_it_up(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    asked = cold(cast, ticket, at=now + LATER)
    escalating.accept_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER)
    assert (ticket.status, ticket.picked_up_at) == (Status.IN_PROGRESS, now + 2 * LATER)
    assert NoticeKind.PICKED_UP in _kinds_after(asked)


def _kinds_after(row: Escalation) -> set[str]:
    notices = Notice.objects.exclude(action_id=row.action_id)
    return set(notices.filter(created_at__gte=row.recorded_at).values_list("kind", flat=True))


def test_return(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    asked = cold(cast, ticket, at=now + LATER)
    row = escalating.return_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER, **WHY)
    assert (row.kind, row.answers, row.known) == ("returned", asked, WHY["note"])
    assert (row.from_level, row.to_level) == (2, 1)
    stored = Ticket.objects.get()
    assert (stored.level, stored.team, stored.assignee) == (1, cast.l1, cast.agent)
    assert stored.pending_escalation is None
    assert Notice.objects.get(kind=NoticeKind.RETURNED).recipient == cast.agent


def test_what_came_from_no_team_returns_to_the_levels(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    Ticket.objects.update(team=None)
    cold(cast, ticket, at=now + LATER)
    escalating.return_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER, **WHY)
    assert ticket.team == cast.l1


@pytest.mark.parametrize("change", [{"is_active": False}, {"level": 2}])
def test_a_team_that_works_the_level_no_more_gets_nothing_back(
    cast: Cast, now: datetime, change: dict[str, Any]
) -> None:
    """The level's team gets it; where it has none, or several, the ticket stays and they choose."""
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    asked = cold(cast, ticket, at=now + LATER)
    Team.objects.filter(pk=cast.l1.pk).update(**change)
    rows = count_rows()
    with pytest.raises(InvalidInput, match="First line works L1 no more"):
        escalating.return_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER, **WHY)
    stored = Ticket.objects.get()
    assert (stored.level, stored.team, stored.pending_escalation) == (2, cast.l2, asked)
    assert count_rows() == rows
    instead = Team.objects.create(name="New first line", level=1)
    escalating.return_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER, **WHY)
    stored = Ticket.objects.get()
    assert (stored.level, stored.team, stored.assignee) == (1, instead, cast.agent)
    assert list(find_differences(Ticket.objects.all())) == []


def test_what_came_from_no_team_returns_to_the_escalators_among_several(
    cast: Cast, now: datetime
) -> None:
    """Never to the lower level with the higher level's team."""
    Team.objects.create(name="Other first line", level=1)
    ticket = new_ticket(cast, at=now)
    assert not ticket.team
    cold(cast, ticket, at=now + LATER)
    escalating.return_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER, **WHY)
    stored = Ticket.objects.get()
    assert (stored.level, stored.team, stored.assignee) == (1, cast.l1, cast.agent)


def test_what_came_from_no_team_stays_where_nobody_can_say_whose_it_is(
    cast: Cast, now: datetime
) -> None:
    Team.objects.create(name="Other first line", level=1)
    ticket = new_ticket(cast, at=now)
    cold(cast, ticket, at=now + LATER, actor=cast.manager)
    with pytest.raises(InvalidInput, match="L1 has none or several"):
        escalating.return_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER, **WHY)
    assert Ticket.objects.get().level == 2


def test_the_escalator_who_left_gets_nothing_back(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    cold(cast, ticket, at=now + LATER)
    cast.agent.is_active = False
    cast.agent.save()
    escalating.return_escalation(ticket, actor=cast.l2_agent, at=now + 2 * LATER, **WHY)
    assert ticket.assignee is None
    assert not Notice.objects.filter(kind=NoticeKind.RETURNED).exists()


def test_nothing_pending_is_refused(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    assign(ticket, assignee=cast.l2_agent, actor=cast.lead, at=now + LATER)
    with pytest.raises(WrongState):
        escalating.return_escalation(ticket, actor=cast.l2_agent, at=now + LATER, **WHY)
    with pytest.raises(WrongState):
        escalating.accept_escalation(ticket, actor=cast.l2_agent, at=now + LATER)


def test_deescalate(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    cold(cast, ticket, at=now + LATER, to_level=3)
    escalating.accept_escalation(ticket, actor=cast.l3_agent, at=now + LATER)
    row = escalating.deescalate(ticket, to_level=2, actor=cast.l3_agent, at=now + 2 * LATER, **WHY)
    assert (row.kind, row.from_level, row.to_level) == ("deescalated", 3, 2)
    stored = Ticket.objects.get()
    assert (stored.level, stored.team, stored.assignee) == (2, cast.l2, None)
    assert Notice.objects.get(kind=NoticeKind.RETURNED).recipient == cast.l2_agent


@pytest.mark.parametrize("level", [2, 3])
def test_down_is_down(cast: Cast, now: datetime, level: int) -> None:
    ticket = new_ticket(cast, at=now, level=2)
    with pytest.raises(InvalidInput):
        escalating.deescalate(ticket, to_level=level, actor=cast.l2_agent, at=now, **WHY)


def test_a_manager_is_drawn_in(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = escalating.escalate_to_manager(
        ticket, manager=cast.manager, actor=cast.agent, at=now + LATER, **WHY
    )
    assert (row.kind, row.manager) == (EscalationKind.HIERARCHICAL, cast.manager)
    assert (row.from_level, row.to_level, row.known) == (1, 1, WHY["note"])
    stored = Ticket.objects.get()
    assert (stored.level, stored.team, stored.assignee) == (1, cast.l1, cast.agent)
    assert stored.pending_escalation is None
    assert Notice.objects.get(kind=NoticeKind.DRAWN_IN).recipient == cast.manager


@pytest.mark.parametrize("name", ["agent", "customer"])
def test_only_leads_and_managers_are_drawn_in(cast: Cast, now: datetime, name: str) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    with pytest.raises(InvalidInput):
        escalating.escalate_to_manager(
            ticket, manager=getattr(cast, name), actor=cast.agent, at=now + LATER, **WHY
        )


def test_nobody_is_drawn_into_what_they_may_not_see(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, team=cast.confidential)
    with pytest.raises(InvalidInput):
        escalating.escalate_to_manager(
            ticket, manager=cast.lead, actor=cast.insider, at=now + LATER, **WHY
        )


def test_a_manager_who_draws_themself_in_is_not_told(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    escalating.escalate_to_manager(
        ticket, manager=cast.manager, actor=cast.manager, at=now + LATER, **WHY
    )
    assert not Notice.objects.filter(kind=NoticeKind.DRAWN_IN).exists()
