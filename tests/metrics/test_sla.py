"""Promises kept, counted by hand: on which day, by whom, with how much time left or over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from metrics.fill import fill_touched
from metrics.models import TargetFact
from metrics.query import Scope, breakdown, figures, payload, tickets
from tests.cast import Cast
from tests.metrics.policies import promise
from tests.tickets.scenes import new_ticket
from tickets.choices import TargetKind, TargetState
from tickets.models import Ticket
from tickets.services.escalating import accept_escalation, escalate
from tickets.services.picking import pick_up
from tickets.services.states import cancel, resolve
from tickets.services.watching import watch_targets

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def picked_up_in_time(cast: Cast) -> Ticket:
    """Received at 9:00 UTC, to be picked up within an hour and resolved within four."""
    promise(first_response=60, resolution=240)
    with at(MONDAY):
        ticket = new_ticket(cast)
    with at(MONDAY + timedelta(minutes=45)):
        pick_up(ticket, actor=cast.agent)
    return ticket


def figure(key: str, variant: str, day: date) -> Any:
    fill_touched()
    scope = Scope(start=day, end=day, as_of=MONDAY + timedelta(days=10))
    return figures([key], scope)[key].variants[variant]


def test_met_and_missed_each_count_once(cast: Cast, picked_up_in_time: Ticket) -> None:
    with at(MONDAY + 5 * HOUR):
        resolve(picked_up_in_time, resolution_code="solved", actor=cast.agent)
    met = figure("sla", "first_response", MONDAY.date())
    missed = figure("sla", "resolution", MONDAY.date())
    both = figure("sla", "", MONDAY.date())
    assert (met.numerator, met.denominator) == (1, 1)
    assert (missed.numerator, missed.denominator) == (0, 1)
    assert (both.numerator, both.denominator, both.value) == (1, 2, 50.0)


def test_time_left_and_over(cast: Cast, picked_up_in_time: Ticket) -> None:
    with at(MONDAY + 5 * HOUR):
        resolve(picked_up_in_time, resolution_code="solved", actor=cast.agent)
    left = figure("sla_left", "first_response", MONDAY.date())
    over = figure("sla_over", "resolution", MONDAY.date())
    assert (left.n, left.mean) == (1, 15 * 60)
    assert (over.n, over.mean) == (1, 3600)
    assert figure("sla_left", "resolution", MONDAY.date()).n == 0


def test_missed_counts_on_the_day_due_though_noticed_the_day_after(
    cast: Cast, picked_up_in_time: Ticket
) -> None:
    watch_targets(MONDAY + timedelta(days=1))
    missed = figure("sla", "resolution", MONDAY.date())
    assert (missed.numerator, missed.denominator) == (0, 1)
    assert TargetFact.objects.get(kind="resolution").ended_at is None
    assert figure("sla", "resolution", MONDAY.date() + timedelta(days=1)).denominator == 0


def test_what_is_missed_and_not_done_waits_beside_the_time_over(
    cast: Cast, picked_up_in_time: Ticket
) -> None:
    """Due at 13:00 UTC, not done ten days after receipt; another one was an hour late."""
    with at(MONDAY):
        late = new_ticket(cast)
        pick_up(late, actor=cast.agent)
    with at(MONDAY + 5 * HOUR):
        resolve(late, resolution_code="solved", actor=cast.agent)
    watch_targets(MONDAY + timedelta(days=1))
    age = timedelta(days=10) - 4 * HOUR
    for variant in ("resolution", ""):
        over = figure("sla_over", variant, MONDAY.date())
        assert (over.n, over.mean, over.undecided) == (1, 3600, 1)
        assert (over.waiting.n, over.waiting.oldest_s) == (1, age.total_seconds())
    assert figure("sla_over", "first_response", MONDAY.date()).waiting.n == 0
    scope = Scope(start=MONDAY.date(), end=MONDAY.date(), as_of=MONDAY + timedelta(days=10))
    told = payload(figures(["sla_over"], scope)["sla_over"])
    assert told["waiting"] == {"n": 1, "oldest_s": age.total_seconds()}
    assert told["first_response"]["waiting"] == {"n": 0, "oldest_s": None}
    (team,) = breakdown("sla_over", scope, by="team")
    assert team.figure["resolution"].undecided == 1
    opened = tickets("sla_over", scope, part="waiting", variant="resolution", user=cast.manager)
    assert list(opened) == [picked_up_in_time]


def test_what_still_runs_is_in_neither(picked_up_in_time: Ticket) -> None:
    assert figure("sla", "resolution", MONDAY.date()).denominator == 0


def test_a_cancelled_ticket_breaks_no_promise(cast: Cast, picked_up_in_time: Ticket) -> None:
    with at(MONDAY + 5 * HOUR):
        cancel(picked_up_in_time, reason="spam", actor=cast.agent)
    assert figure("sla", "", MONDAY.date()).denominator == 0
    assert {row.state for row in TargetFact.objects.all()} == {TargetState.VOID}


def test_a_ticket_that_its_customer_withdrew_keeps_what_was_judged_before(
    cast: Cast, picked_up_in_time: Ticket
) -> None:
    """Picked up in time, overdue for an hour, then withdrawn: one met, one missed by an hour."""
    with at(MONDAY + 5 * HOUR):
        cancel(picked_up_in_time, reason="withdrawn", actor=cast.agent)
    assert figure("sla", "first_response", MONDAY.date()).value == 100
    assert figure("sla", "resolution", MONDAY.date()).value == 0
    over = figure("sla_over", "resolution", MONDAY.date())
    assert (over.n, over.mean, over.undecided) == (1, 3600, 0)


def test_the_delay_of_l1_is_not_blamed_on_l2(cast: Cast) -> None:
    promise(hand_over=(60, 1), accept=(60, 2), level_resolution=(120, 2))
    with at(MONDAY):
        ticket = new_ticket(cast)
    with at(MONDAY + 3 * HOUR):
        escalate(
            ticket, actor=cast.agent, reason="knowledge", tried="a", known="b", to_team=cast.l2
        )
    with at(MONDAY + 3 * HOUR + timedelta(minutes=10)):
        accept_escalation(ticket, actor=cast.l2_agent)
    with at(MONDAY + 4 * HOUR):
        resolve(ticket, resolution_code="solved", actor=cast.l2_agent, is_l1_capable=False)
    fill_touched()
    found = {row.kind: row for row in TargetFact.objects.exclude(state=TargetState.VOID)}
    assert {kind: row.state for kind, row in found.items()} == {
        TargetKind.HAND_OVER: TargetState.BREACHED,
        TargetKind.ACCEPT: TargetState.MET,
        TargetKind.LEVEL_RESOLUTION: TargetState.MET,
    }
    assert found["hand_over"].level == 1
    assert found["accept"].agent_key == cast.l2_agent.pk
    assert found["level_resolution"].left_seconds == 3600


def test_nothing_promised_is_no_value(cast: Cast) -> None:
    new_ticket(cast)
    rate = figure("sla", "", MONDAY.date())
    assert (rate.denominator, rate.value) == (0, None)
