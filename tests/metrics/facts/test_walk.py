"""Every duration of the facts is what a walk by the minute finds, in calendar and business time,
whatever happened to the ticket and to the clocks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.facts import Clock, Measured, measure
from tests.effort import examples
from tests.metrics.facts.story import COSTS, ZONE, Story
from tests.metrics.facts.walk import Both, LifeWalk
from tests.tickets.sla.histories import Hand, History, Move, Say, ledger, utc
from tests.tickets.sla.strategies import BASES, LEVELS, events, hours
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, EscalationKind, Status


@st.composite
def lives(draw: st.DrawFn) -> History:
    """A ticket's life of two days, near a change of the clocks; promises play no part."""
    start = utc(draw(st.sampled_from(BASES))) + timedelta(minutes=draw(st.integers(0, 1439)))
    entry_level = draw(st.sampled_from(LEVELS))
    return History(
        start=start,
        events=draw(events((1,), entry_level)),
        versions={1: ()},
        calendars={1: draw(hours(start.date()))},
        entry_level=entry_level,
    )


def measured(life: History) -> Measured:
    """What the product measures of it."""
    story = Story(level=life.entry_level, received_at=life.start)
    for _, row in ledger(life).rows:
        at = life.at(row.minute)
        if isinstance(row, Move):
            story.status(row.status, at, by="agent" if row.by_agent else "system")
        elif isinstance(row, Hand):
            story.move(row.level, at, kind=row.kind)
        elif isinstance(row, Say):
            (story.agent if row.by_agent else story.customer)(at)
    return measure(story.history(), Clock(life.business(1), ZONE), COSTS)


def both(facts: Any, name: str) -> Both | None:
    """A duration of the facts on both clocks."""
    found = getattr(facts, f"{name}_seconds")
    return None if found is None else (found, getattr(facts, f"{name}_business_seconds"))


@settings(max_examples=examples(60))
@given(lives())
def test_times_to_pick_up_and_to_every_answer(life: History) -> None:
    walk, facts = LifeWalk(life), measured(life)
    assert both(facts.response, "ttfr") == walk.between(0, walk.picked_up)
    assert both(facts.response, "first_reply") == walk.between(0, walk.replied)
    assert [(turn.asked_at, both(turn, "response")) for turn in facts.turns] == [
        (life.at(asked), walk.between(asked, answered)) for asked, answered in walk.turns
    ]


@settings(max_examples=examples(60))
@given(lives())
def test_times_to_resolution_and_what_stopped_the_clock(life: History) -> None:
    walk, facts = LifeWalk(life), measured(life).resolution
    last = walk.resolved[-1] if walk.is_resolved else None
    assert both(facts, "ttr_gross") == walk.between(0, last)
    counted = sorted(OPEN_STATUSES - {Status.WAITING_CUSTOMER})
    assert both(facts, "ttr_net") == walk.spent(*counted)
    assert both(facts, "waiting_customer") == walk.spent(Status.WAITING_CUSTOMER)
    assert both(facts, "waiting_vendor") == walk.spent(Status.WAITING_VENDOR)
    assert both(facts, "on_hold") == walk.spent(Status.ON_HOLD)
    assert both(facts, "resolved_gap") == walk.spent(*DONE_STATUSES)
    assert facts.reopens == len(walk.reopened)


@settings(max_examples=examples(60))
@given(lives())
def test_time_in_each_status_at_each_level(life: History) -> None:
    """What still lasts has no length: so the life ends with a level of its own."""
    end = max((row.minute for _, row in ledger(life).rows), default=0) + 60
    ended = replace(life, events=(*life.events, Hand(end, EscalationKind.FUNCTIONAL, 5)))
    found: Counter[tuple[str, int, bool]] = Counter()
    *stays, last = measured(ended).stays
    assert (last.level, last.seconds) == (5, None)
    for stay in stays:
        assert stay.seconds is not None
        assert stay.business_seconds is not None
        found[stay.status, stay.level, True] += round(stay.business_seconds)
        found[stay.status, stay.level, False] += round(stay.seconds - stay.business_seconds)
    walked = LifeWalk(ended).in_status
    assert +found == Counter({key: 60 * minutes for key, minutes in walked.items()})
