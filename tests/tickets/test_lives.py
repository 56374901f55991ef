"""Random lives: whatever is done in whatever order, the ledger and the ticket agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tests.effort import examples
from tests.tickets.scenes import new_ticket
from tickets.choices import CorrectionKind, Status
from tickets.errors import DeskError
from tickets.models import Correction, Message, Ticket, Transition
from tickets.services import contacting, escalating, holding, picking, relating, states, talking
from tickets.services.ledger_check import find_differences

START = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
# At the same instant, soon, and beyond the days in which a ticket is reopened.
PAUSES = (timedelta(0), timedelta(minutes=10), timedelta(hours=7), timedelta(days=15))
REACHABLE_FROM = {
    "": {Status.NEW},
    Status.CANCELLED: set(),
    Status.CLOSED: {Status.IN_PROGRESS, Status.CANCELLED},
}

Act = Callable[[Cast, Ticket, datetime], object]


def _last_message(ticket: Ticket) -> Message:
    return ticket.messages.order_by("-seq")[0]


def _hand_off(cast: Cast, ticket: Ticket, at: datetime, **fields: object) -> object:
    words = {"reason": "knowledge", "tried": "restart", "known": "it fails"}
    return escalating.escalate(ticket, actor=cast.agent, at=at, **(words | fields))  # type: ignore[arg-type]


def _resolve(cast: Cast, ticket: Ticket, at: datetime) -> object:
    return states.resolve(
        ticket, resolution_code="solved", is_l1_capable=False, actor=cast.l2_agent, at=at
    )


ACTS: dict[str, Act] = {
    "pick up": lambda c, t, at: picking.pick_up(t, actor=c.agent, at=at),
    "take": lambda c, t, at: holding.take(t, actor=c.second_agent, at=at),
    "assign": lambda c, t, at: holding.assign(t, assignee=c.agent, actor=c.lead, at=at),
    "release": lambda c, t, at: holding.assign(t, assignee=None, actor=c.lead, at=at),
    "escalate cold": lambda c, t, at: _hand_off(c, t, at, to_level=2),
    "escalate warm": lambda c, t, at: _hand_off(
        c, t, at, to_level=3, is_warm=True, to_agent=c.l3_agent
    ),
    "accept": lambda c, t, at: escalating.accept_escalation(t, actor=c.l2_agent, at=at),
    "return": lambda c, t, at: escalating.return_escalation(
        t, reason="not_ours", note="Yours.", actor=c.l2_agent, at=at
    ),
    "de-escalate": lambda c, t, at: escalating.deescalate(
        t, to_level=1, reason="done", note="Done.", actor=c.l2_agent, at=at
    ),
    "draw in": lambda c, t, at: escalating.escalate_to_manager(
        t, manager=c.manager, reason="impact", note="Big.", actor=c.agent, at=at
    ),
    "reply": lambda c, t, at: talking.reply(t, body="Try.", actor=c.agent, at=at),
    "reply and wait": lambda c, t, at: talking.reply(
        t, body="Try.", then=Status.WAITING_CUSTOMER, actor=c.agent, at=at
    ),
    "customer": lambda c, t, at: talking.reply_as_customer(
        t, body="Still.", actor=c.customer, at=at
    ),
    "thanks": lambda c, t, at: talking.reply_as_customer(
        t, body="Thanks.", is_acknowledgement=True, actor=c.customer, at=at
    ),
    "note": lambda c, t, at: talking.add_note(t, body="Hm.", actor=c.agent, at=at),
    "acknowledge": lambda c, t, at: talking.acknowledge(
        t, message=_last_message(t), actor=c.agent, at=at
    ),
    "start call": lambda c, t, at: contacting.start_contact(
        t, channel="phone", actor=c.agent, at=at
    ),
    "join call": lambda c, t, at: contacting.join_contact(t, actor=c.l3_agent, at=at),
    "end call": lambda c, t, at: contacting.end_contact(t, actor=c.agent, at=at),
    "log call": lambda c, t, at: contacting.log_contact(
        t,
        channel="phone",
        started_at=at - timedelta(minutes=25),
        ended_at=at - timedelta(minutes=5),
        actor=c.agent,
        at=at,
    ),
    "void call": lambda c, t, at: contacting.void_contact(
        t, contact=t.contacts.order_by("-seq")[0], note="Wrong number.", actor=c.agent, at=at
    ),
    "wait": lambda c, t, at: states.wait(t, for_="vendor", actor=c.agent, at=at),
    "resume": lambda c, t, at: states.resume(t, actor=c.agent, at=at),
    "resolve": _resolve,
    "confirm": lambda c, t, at: states.confirm(t, actor=c.customer, at=at),
    "reject": lambda c, t, at: states.reject(t, body="No.", actor=c.customer, at=at),
    "reopen": lambda c, t, at: states.reopen(t, reason="Oops.", actor=c.agent, at=at),
    "close": lambda c, t, at: states.close(t, resolution_code="solved", actor=c.agent, at=at),
    "close by time": lambda c, t, at: states.close_resolved(at=at, days=0),
    "cancel": lambda c, t, at: states.cancel(t, reason="mistake", actor=c.agent, at=at),
    "split": lambda c, t, at: relating.split(
        t, subject="Also", message=t.messages.order_by("seq")[0], actor=c.agent, at=at
    ),
}
# Cancelling ends a life: draw it seldom.
NAMES = [name for name in ACTS if name != "cancel"] * 4 + ["cancel"]


@settings(
    max_examples=examples(30),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(PAUSES)), max_size=25))
def test_random_lives_leave_a_sound_ledger(cast: Cast, steps: list[tuple[str, timedelta]]) -> None:
    with transaction.atomic():
        ticket = new_ticket(cast, at=START)
        at = START
        for name, pause in steps:
            at += pause
            _try(cast, ticket, name, at=at)
        assert list(find_differences(Ticket.objects.all())) == []
        _assert_moves_along_the_rules(ticket)
        transaction.set_rollback(True)


def _try(cast: Cast, ticket: Ticket, name: str, *, at: datetime) -> None:
    """Refusals are part of life; they must leave nothing behind."""
    try:
        with transaction.atomic():
            ACTS[name](cast, ticket, at)
    except (DeskError, IndexError):
        ticket.refresh_from_db()


def _assert_moves_along_the_rules(ticket: Ticket) -> None:
    moves = list(Transition.objects.filter(ticket=ticket).order_by("seq"))
    corrected = Correction.objects.filter(ticket=ticket, kind=CorrectionKind.ACKNOWLEDGEMENT)
    assert [move.to_status for move in moves[:1]] == [Status.NEW]
    for earlier, later in pairwise(moves):
        assert later.from_status == earlier.to_status
        assert later.to_status != later.from_status
        assert later.to_status != Status.NEW
        assert later.occurred_at >= earlier.occurred_at
        allowed = REACHABLE_FROM.get(later.from_status)
        assert allowed is None or later.to_status in allowed or corrected.exists()
