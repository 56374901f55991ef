"""What every command refuses: the wrong status, the wrong person, the wrong moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.tickets.calls import (
    CALLS,
    FOR_CUSTOMERS,
    FOR_LEADS,
    NEED_CALL,
    NEED_ESCALATION,
    NEED_OUTAGE,
    count_rows,
)
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets import access
from tickets.choices import Status
from tickets.errors import InvalidInput, NotAllowed, NotThere, WrongState
from tickets.lifecycle import ALLOWED, Verb
from tickets.models import Ticket
from tickets.services import escalating, picking, talking
from tickets.services.base import ENTERED_LATER

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # the fixture `now`
NEED_ABOVE_L1 = {Verb.DEESCALATE, Verb.AUDIT_L1}


def test_every_verb_is_called_here() -> None:
    assert set(CALLS) | {Verb.VOID_CONTACT} == set(Verb)


@pytest.mark.parametrize("verb", sorted(CALLS))
def test_every_wrong_status_is_refused_and_leaves_nothing(
    db: None, now: datetime, verb: Verb
) -> None:
    cast, tickets = kept(_one_of_each)
    for status in sorted(set(Status) - ALLOWED[verb]):
        ticket = tickets[status]
        before = (count_rows(ticket), ticket.notices.count())
        with pytest.raises(WrongState, match="cannot"):
            CALLS[verb](cast, ticket, _able(cast, verb), now + HOUR)
        assert (count_rows(ticket), ticket.notices.count()) == before
        assert Ticket.objects.get(pk=ticket.pk).status == status


@pytest.mark.parametrize(
    "verb", sorted(set(CALLS) - NEED_CALL - NEED_ESCALATION - NEED_OUTAGE - NEED_ABOVE_L1)
)
def test_every_right_status_is_accepted(db: None, now: datetime, verb: Verb) -> None:
    cast, tickets = kept(_one_of_each)
    for status in sorted(ALLOWED[verb]):
        ticket = tickets[status]
        if verb == Verb.ACKNOWLEDGE:
            talking.reply_as_customer(
                ticket, body="Hi.", is_acknowledgement=True, actor=cast.customer, at=now + HOUR
            )
        CALLS[verb](cast, ticket, _able(cast, verb), now + HOUR)


def _one_of_each() -> tuple[Cast, dict[str, Ticket]]:
    """A ticket in every status."""
    cast = make_cast()
    return cast, {status: ticket_in(cast, status, at=NOW) for status in Status}


def _able(cast: Cast, verb: Verb) -> User:
    if verb in FOR_LEADS:
        return cast.lead
    return cast.customer if verb in FOR_CUSTOMERS else cast.agent


@pytest.mark.parametrize("verb", sorted(set(CALLS)))
@pytest.mark.parametrize("name", ["other_customer", "colleague", "viewer"])
def test_other_customers_may_do_nothing(db: None, now: datetime, verb: Verb, name: str) -> None:
    cast, ticket = kept(_scene(verb, now))
    with pytest.raises(NotAllowed):
        CALLS[verb](cast, ticket, getattr(cast, name), now + HOUR)


@pytest.mark.parametrize("verb", sorted(set(CALLS) - FOR_CUSTOMERS))
def test_the_customer_does_no_desk_work(db: None, now: datetime, verb: Verb) -> None:
    cast, ticket = kept(_scene(verb, now))
    rows = count_rows(ticket)
    with pytest.raises(NotAllowed):
        CALLS[verb](cast, ticket, cast.customer, now + HOUR)
    assert count_rows(ticket) == rows + (verb == Verb.UNLINK)  # the link that it would take back


@pytest.mark.parametrize("verb", [Verb.CONFIRM, Verb.REJECT])
@pytest.mark.parametrize("name", ["agent", "lead", "manager", "administrator"])
def test_the_desk_does_not_judge_its_own_work(
    db: None, now: datetime, verb: Verb, name: str
) -> None:
    cast, ticket = kept(_scene(verb, now))
    with pytest.raises(NotAllowed):
        CALLS[verb](cast, ticket, getattr(cast, name), now + HOUR)


@pytest.mark.parametrize("name", ["manager", "administrator"])
def test_managers_do_not_pick_up(cast: Cast, now: datetime, name: str) -> None:
    ticket = new_ticket(cast, at=now)
    with pytest.raises(NotAllowed):
        picking.pick_up(ticket, actor=getattr(cast, name), at=now)


def test_switched_off_people_do_nothing(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    cast.agent.is_active = False
    with pytest.raises(NotAllowed):
        picking.pick_up(ticket, actor=cast.agent, at=now)


@pytest.mark.parametrize("verb", sorted(set(CALLS) - FOR_CUSTOMERS - NEED_ESCALATION))
def test_confidential_tickets_are_closed_to_other_agents(
    cast: Cast, now: datetime, verb: Verb
) -> None:
    ticket = _ready(cast, verb, now, team=cast.confidential)
    with pytest.raises(NotAllowed):
        CALLS[verb](cast, ticket, cast.agent, now + HOUR)


@pytest.mark.parametrize("verb", sorted(set(CALLS) - {Verb.UNLINK}))
def test_no_moment_to_come(db: None, now: datetime, verb: Verb) -> None:
    cast, ticket = kept(_scene(verb, now))
    rows = count_rows(ticket)
    with pytest.raises(InvalidInput, match="future"):
        CALLS[verb](cast, ticket, _worker(cast, verb), timezone.now() + HOUR)
    assert count_rows(ticket) == rows


@pytest.mark.parametrize("verb", sorted(set(CALLS) - ENTERED_LATER))
def test_no_moment_before_what_happened_last(db: None, now: datetime, verb: Verb) -> None:
    cast, ticket = kept(_scene(verb, now))
    with pytest.raises(InvalidInput, match="before"):
        CALLS[verb](cast, ticket, _worker(cast, verb), now - timedelta(seconds=1))


def test_a_ticket_that_is_gone_is_not_there(cast: Cast) -> None:
    with pytest.raises(NotThere):
        picking.pick_up(Ticket(pk=404), actor=cast.agent)


def _worker(cast: Cast, verb: Verb) -> User:
    return cast.l2_agent if verb in NEED_ESCALATION else _able(cast, verb)


@cache
def _scene(verb: Verb, now: datetime) -> Callable[[], tuple[Cast, Ticket]]:
    """The story of `_ready`, the same one for all tests of a verb."""

    def play() -> tuple[Cast, Ticket]:
        cast = make_cast()
        return cast, _ready(cast, verb, now)

    return play


def _ready(cast: Cast, verb: Verb, now: datetime, **fields: object) -> Ticket:
    """A ticket on which only the right is missing for `verb`, and another one beside it."""
    if verb in NEED_CALL and not fields:
        return live_ticket(cast, at=now)
    if Status.NEW in ALLOWED[verb] and verb not in NEED_ESCALATION:
        return new_ticket(cast, at=now, **fields)
    status = min(ALLOWED[verb] - {Status.NEW})
    ticket = ticket_in(cast, status, at=now)
    if verb in NEED_ESCALATION:
        escalating.escalate(
            ticket,
            to_team=cast.l2,
            reason="knowledge",
            tried="a",
            known="b",
            actor=cast.agent,
            at=now + 5 * timedelta(minutes=1),
        )
    if fields:
        Ticket.objects.filter(pk=ticket.pk).update(**fields, assignee=None)
    return ticket


def test_verbs_for_says_what_is_accepted(cast: Cast, now: datetime) -> None:
    """The pages show what `verbs_for` names."""
    for status in Status:
        offered = access.verbs_for(cast.agent, ticket_in(cast, status, at=now))
        for verb in (
            set(Verb)
            - (NEED_CALL | NEED_ESCALATION | NEED_OUTAGE | FOR_LEADS)
            - {Verb.CONFIRM, Verb.REJECT}
        ):
            assert (verb in offered) == (status in ALLOWED[verb]), (verb, status)
        assert not offered & (NEED_CALL | NEED_ESCALATION | {Verb.CONFIRM, Verb.REJECT})


def test_verbs_for_knows_the_situation(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    offered = access.verbs_for(cast.agent, ticket)
    assert offered > NEED_CALL
    assert not offered & {Verb.START_CONTACT, Verb.LOG_CONTACT}
    escalating.escalate(
        ticket, to_team=cast.l2, reason="time", tried="a", known="b", actor=cast.agent, at=now
    )
    assert access.verbs_for(cast.l2_agent, ticket) > NEED_ESCALATION
    assert not NEED_ESCALATION & access.verbs_for(cast.agent, ticket)
