"""Taking back: the ticket is as it was, the ledger tells both, and nothing newer is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Team, User
from tests.cast import Cast
from tests.effort import examples
from tests.tickets.calls import count_rows
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets.choices import Impact, Priority, Status, Urgency
from tickets.errors import Conflict, InvalidInput, NotAllowed, WrongState
from tickets.ledger import STATE_FIELDS
from tickets.models import Category, CustomField, Link, Notice, Ticket
from tickets.services import escalating, holding, picking, relating, states, talking
from tickets.services.ledger_check import find_differences
from tickets.services.properties import change_properties
from tickets.services.relating import current_links
from tickets.services.undoing import can_undo, undo

MINUTE = timedelta(minutes=1)
PROPERTIES = ("subject", "type", "category", "product", "impact", "urgency", "priority",
              "complexity", "custom")  # fmt: skip
TIMES = {"ledger_seq", "status_since", "sla_version", "sla_revision"}

Act = Callable[[Cast, Ticket], Any]


def everything(ticket: Ticket) -> dict[str, Any]:
    """All of a ticket that an act here can change, without when it did."""
    stored = Ticket.objects.get(pk=ticket.pk)
    plain = {name: getattr(stored, name) for name in (*STATE_FIELDS, *PROPERTIES)}
    return {
        **{name: value for name, value in plain.items() if name not in TIMES},
        "tags": {tag.name for tag in stored.tags.all()},
        "links": {(link.other_id, link.kind) for link in current_links(stored)},
    }


def action_of(result: Any) -> Any:
    return (result[0] if isinstance(result, tuple) else result).action_id


def held(cast: Cast) -> Ticket:
    """In progress, with Anna of the first line."""
    return ticket_in(cast, Status.IN_PROGRESS)


def linked(cast: Cast) -> Ticket:
    ticket = held(cast)
    relating.link(ticket, actor=cast.agent, other=new_ticket(cast), kind="related")
    return ticket


ACTS: dict[str, tuple[Callable[[Cast], Ticket], Act]] = {
    "take": (held, lambda c, t: holding.take(t, actor=c.second_agent)),
    "take from nobody": (new_ticket, lambda c, t: holding.take(t, actor=c.second_agent)),
    "assign": (
        held,
        lambda c, t: holding.assign(t, assignee=c.lead, actor=c.second_agent, note="You know it"),
    ),
    "release": (held, lambda c, t: holding.assign(t, assignee=None, actor=c.second_agent)),
    "transfer": (
        held,
        lambda c, t: holding.transfer(
            t, team=Team.objects.create(name="Night", level=1), actor=c.second_agent
        ),
    ),
    "wait": (held, lambda c, t: states.wait(t, for_="vendor", actor=c.second_agent, note="Part")),
    "wait for another": (
        lambda c: ticket_in(c, Status.WAITING_VENDOR),
        lambda c, t: states.wait(t, for_="customer", actor=c.second_agent),
    ),
    "resume": (
        lambda c: ticket_in(c, Status.ON_HOLD),
        lambda c, t: states.resume(t, actor=c.second_agent),
    ),
    "properties": (
        held,
        lambda c, t: change_properties(
            t,
            changes={
                "category": c.category,
                "product": c.product,
                "subject": "Another",
                "complexity": "complex",
                "type": "question",
                "tags": ["one", "two"],
            },
            actor=c.second_agent,
        ),
    ),
    "link": (
        held,
        lambda c, t: relating.link(t, actor=c.second_agent, other=new_ticket(c), kind="duplicate"),
    ),
    "unlink": (
        linked,
        lambda c, t: relating.unlink(t, actor=c.second_agent, link=Link.objects.get(ticket=t)),
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_taken_back_leaves_the_ticket_as_it_was(cast: Cast, name: str) -> None:
    given_, act = ACTS[name]
    ticket = given_(cast)
    before = everything(ticket)
    action_id = action_of(act(cast, ticket))
    assert everything(ticket) != before
    told, rows = Notice.objects.count(), count_rows()
    assert can_undo(ticket, action_id=action_id)
    undo(ticket, action_id=action_id, actor=cast.second_agent)
    assert everything(ticket) == before
    assert count_rows() > rows
    assert Notice.objects.count() == told
    assert list(find_differences(Ticket.objects.all())) == []


@pytest.mark.parametrize("name", ACTS)
def test_it_is_taken_back_once(cast: Cast, name: str) -> None:
    given_, act = ACTS[name]
    ticket = given_(cast)
    action_id = action_of(act(cast, ticket))
    undo(ticket, action_id=action_id, actor=cast.second_agent)
    rows = count_rows()
    with pytest.raises(Conflict):
        undo(ticket, action_id=action_id, actor=cast.second_agent)
    assert count_rows() == rows


def test_waiting_again_says_what_it_waited_for(cast: Cast) -> None:
    ticket = held(cast)
    states.wait(ticket, for_="vendor", note="A part comes on Tuesday", actor=cast.agent)
    row = states.resume(ticket, actor=cast.agent)
    undo(ticket, action_id=action_of(row), actor=cast.agent)
    last = ticket.transitions.order_by("-seq")[0]
    assert (last.to_status, last.note) == (Status.WAITING_VENDOR, "A part comes on Tuesday")


# Refusals -----------------------------------------------------------------------------------------


def test_what_leaves_something_behind_cannot_be_taken_back(cast: Cast) -> None:
    live = live_ticket(cast)
    done: list[tuple[Ticket, Any]] = []

    def note(ticket: Ticket, result: Any) -> None:
        done.append((ticket, result))

    one, two, three, four = (new_ticket(cast) for _ in range(4))
    note(one, picking.pick_up(one, actor=cast.agent))
    note(two, states.wait(two, for_="hold", actor=cast.agent))
    note(three, talking.reply(three, actor=cast.agent, body="Hello"))
    note(four, states.resolve(four, actor=cast.agent, resolution_code="solved"))
    note(four, states.close(four, actor=cast.agent))
    note(
        live,
        holding.transfer(
            live, team=cast.l1, assignee=cast.second_agent, actor=cast.agent, is_warm=True
        ),
    )
    for ticket, result in done:
        assert not can_undo(ticket, action_id=action_of(result))
        with pytest.raises(Conflict):
            undo(ticket, action_id=action_of(result), actor=cast.agent)


def test_a_team_cannot_be_taken_away(cast: Cast) -> None:
    Team.objects.create(name="Another first line", level=1)
    ticket = new_ticket(cast)
    assert ticket.team is None
    row = holding.take(ticket, actor=cast.agent)
    assert ticket.team == cast.l1
    assert not can_undo(ticket, action_id=action_of(row))


def test_only_who_did_it_takes_it_back(cast: Cast) -> None:
    ticket = held(cast)
    row = holding.take(ticket, actor=cast.second_agent)
    with pytest.raises(NotAllowed):
        undo(ticket, action_id=action_of(row), actor=cast.agent)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.second_agent


def test_what_came_after_is_never_overwritten(cast: Cast) -> None:
    agent = cast.second_agent
    taken, waits, changed, escalated = (held(cast) for _ in range(4))
    first = holding.take(taken, actor=agent)
    holding.take(taken, actor=cast.lead)
    waited = states.wait(waits, for_="customer", actor=agent)
    talking.reply_as_customer(waits, actor=cast.customer, body="Here it is")
    category = change_properties(changed, changes={"category": cast.category}, actor=agent)
    change_properties(changed, changes={"category": cast.other_category}, actor=cast.lead)
    given_ = holding.take(escalated, actor=agent)
    escalating.escalate(
        escalated, actor=agent, to_team=cast.l2, reason="access", tried="a", known="b"
    )
    for ticket, result in (
        (taken, first), (waits, waited), (changed, category), (escalated, given_)
    ):  # fmt: skip
        before = everything(ticket)
        with pytest.raises(Conflict, match="changed again"):
            undo(ticket, action_id=action_of(result), actor=agent)
        assert everything(ticket) == before


def test_a_change_beside_it_stays(cast: Cast) -> None:
    ticket = held(cast)
    row = holding.take(ticket, actor=cast.second_agent)
    change_properties(ticket, changes={"complexity": "complex"}, actor=cast.lead)
    undo(ticket, action_id=action_of(row), actor=cast.second_agent)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.complexity) == (cast.agent, "complex")


def test_a_ticket_that_was_closed_meanwhile_stays_closed(cast: Cast) -> None:
    ticket = held(cast)
    row = holding.take(ticket, actor=cast.second_agent)
    states.close(ticket, actor=cast.lead, resolution_code="solved")
    with pytest.raises(WrongState):
        undo(ticket, action_id=action_of(row), actor=cast.second_agent)


def test_nobody_gets_a_ticket_back_who_left(cast: Cast) -> None:
    ticket = held(cast)
    row = holding.take(ticket, actor=cast.second_agent)
    User.objects.filter(pk=cast.agent.pk).update(is_active=False)
    with pytest.raises(InvalidInput, match="works no tickets"):
        undo(ticket, action_id=action_of(row), actor=cast.second_agent)


def test_what_was_deleted_does_not_come_back(cast: Cast) -> None:
    ticket = held(cast)
    gone = Category.objects.create(name="Fax")
    change_properties(ticket, changes={"category": gone}, actor=cast.agent)
    rows = change_properties(ticket, changes={"category": cast.category}, actor=cast.agent)
    assert can_undo(ticket, action_id=action_of(rows))
    gone.delete()
    assert not can_undo(ticket, action_id=action_of(rows))


def test_an_act_that_never_was_is_none(cast: Cast) -> None:
    ticket = held(cast)
    assert not can_undo(ticket, action_id=uuid4())
    with pytest.raises(Conflict):
        undo(ticket, action_id=uuid4(), actor=cast.agent)


# Values -------------------------------------------------------------------------------------------


def test_custom_fields_come_back_as_they_were(cast: Cast) -> None:
    for key, kind in (
        ("asset", "text"),
        ("seats", "number"),
        ("since", "date"),
        ("vip", "boolean"),
    ):
        CustomField.objects.create(key=key, label=key, kind=kind)
    ticket = held(cast)
    first = {"asset": "PC-7", "seats": "2.5", "since": "2026-01-31", "vip": "yes"}
    change_properties(ticket, changes={"custom": first}, actor=cast.agent)
    before = everything(ticket)
    second = {"asset": "", "seats": "3", "since": "", "vip": "no"}
    rows = change_properties(ticket, changes={"custom": second}, actor=cast.agent)
    undo(ticket, action_id=action_of(rows), actor=cast.agent)
    assert everything(ticket) == before


def test_a_value_that_the_ledger_does_not_keep_whole_stays(cast: Cast) -> None:
    ticket = held(cast)
    tags = [f"a-rather-long-tag-{number}" for number in range(20)]
    change_properties(ticket, changes={"tags": tags}, actor=cast.agent)
    rows = change_properties(ticket, changes={"tags": ["one"]}, actor=cast.agent)
    assert not can_undo(ticket, action_id=action_of(rows))


@settings(
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    before=st.tuples(
        st.sampled_from(Impact), st.sampled_from(Urgency), st.none() | st.sampled_from(Priority)
    ),
    after=st.tuples(
        st.sampled_from(Impact), st.sampled_from(Urgency), st.none() | st.sampled_from(Priority)
    ),
)
def test_a_priority_comes_back_whoever_chose_it(
    cast: Cast, before: tuple[Any, ...], after: tuple[Any, ...]
) -> None:
    """Derived from impact and urgency, or chosen against them, before and after."""

    def change(values: tuple[Any, ...]) -> Any:
        impact, urgency, priority = values
        changes = {"impact": impact, "urgency": urgency}
        chosen = {} if priority is None else {"priority": priority}
        return change_properties(ticket, changes=changes | chosen, actor=cast.agent)

    ticket = new_ticket(cast)
    change(before)
    kept = everything(ticket)
    rows = change(after)
    if rows:
        undo(ticket, action_id=action_of(rows), actor=cast.agent)
    assert everything(ticket) == kept


def test_it_happened_when_it_is_said_to_have(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    row = holding.take(ticket, actor=cast.second_agent, at=now + 5 * MINUTE)
    at = now + 6 * MINUTE
    back: Any = undo(ticket, action_id=action_of(row), actor=cast.second_agent, at=at)
    assert (back.occurred_at, back.note) == (at, "Taken back")
