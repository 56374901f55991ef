"""Random lives under policies: what is stored of promises is what the ledger says, at all times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tests.effort import examples
from tests.tickets.scenes import new_ticket
from tests.tickets.sla.desk import promise
from tests.tickets.test_lives import NAMES, PAUSES, START, _try
from tickets.choices import Priority, TargetState
from tickets.models import SlaTarget, TargetAlarm, Ticket
from tickets.services.ledger_check import find_differences
from tickets.services.properties import change_properties
from tickets.services.watching import follow_changes, watch_targets

LATER = timedelta(days=30)
KINDS: dict[str, Any] = {
    "first_response": 30,
    "first_reply": 60,
    "next_response": 60,
    "resolution": 480,
    "hand_over": (60, 1),
    "accept": (30, 2),
    "level_resolution": (240, 2),
}
OFTEN = ["urgent", "normal", "watch"] * 8
STEPS = st.tuples(st.sampled_from([*NAMES, *OFTEN]), st.sampled_from(PAUSES))


@settings(
    max_examples=examples(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, max_size=20))
def test_random_lives_keep_promises_in_step(cast: Cast, steps: list[tuple[str, timedelta]]) -> None:
    with transaction.atomic():
        _promise_something()
        ticket, at = new_ticket(cast, at=START), START
        for name, pause in steps:
            at += pause
            _act(cast, ticket, name, at=at)
            assert list(find_differences(Ticket.objects.all())) == []
        watch_targets(at + LATER)
        assert list(find_differences(Ticket.objects.all())) == []
        _assert_sound()
        transaction.set_rollback(True)


def _promise_something() -> None:
    paused = {"pauses": ["waiting_customer"], "warn_before_minutes": 10, "escalates": True}
    promise("Urgent", position=1, priorities=(Priority.URGENT,), target=paused, **KINDS)
    promise(position=2, target=paused | {"is_business": True}, **KINDS)


def _act(cast: Cast, ticket: Ticket, name: str, *, at: datetime) -> None:
    if name == "watch":
        follow_changes(at)
        watch_targets(at)
        ticket.refresh_from_db()
    elif name in ("urgent", "normal"):
        priority = Priority[name.upper()]
        change_properties(ticket, changes={"priority": priority}, actor=cast.agent, at=at)
    else:
        _try(cast, ticket, name, at=at)


def _assert_sound() -> None:
    """Nothing that ran out is left unnoted, and nothing was noted twice."""
    for row in SlaTarget.objects.all():
        noted = TargetAlarm.objects.filter(
            ticket=row.ticket_id, kind="breach", target=row.kind, began_seq=row.began_seq
        )
        assert row.ended_at is None or row.ended_at >= row.started_at
        if row.state == TargetState.BREACHED:
            assert row.alarm_at is None
            assert row.breached_at is not None
            assert noted.filter(due_at=row.breached_at).count() == 1
        if row.left_seconds is not None:
            assert (row.left_seconds >= 0) == (row.state == TargetState.MET) or not row.left_seconds
