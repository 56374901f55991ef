"""Promises told from a history are those that a walk by the minute finds, whatever happened: also
where something was entered late, taken back or changed after the watch had noted what was missed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings

from tests.effort import examples
from tests.tickets.sla.histories import History, as_story, ledger
from tests.tickets.sla.strategies import HORIZON, corrected_histories, histories
from tests.tickets.sla.walk import Found, Walk
from tickets.choices import AlarmKind, TargetState
from tickets.sla.promises import Promise, derive
from tickets.sla.story import Noted, TakenBack

Began = tuple[str, int, int]


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_promises_equal_a_walk_by_the_minute(history: History) -> None:
    _check(history, minutes=HORIZON)


@settings(max_examples=examples(80))
@given(corrected_histories())
def test_a_noted_breach_stands_unless_it_was_none(history: History) -> None:
    _check(history, minutes=1440)


def _check(history: History, *, minutes: int) -> None:
    alarms = noted_by_the_watch(history)
    story = as_story(history, alarms=tuple(alarms.values()))
    derived = derive(story, versions=history.terms, calendar_of=history.business)
    walked = Walk(history, minutes=minutes).find()
    assert {promise.key for promise in derived} == walked.keys()
    for promise in derived:
        found = walked[promise.key]
        note = alarms.get((promise.kind, promise.level, found.began_seq))
        _compare(promise, _with(found, note, story.taken_back, history), last=history.at(minutes))


def noted_by_the_watch(history: History) -> dict[Began, Noted]:
    """What the watch noted in its one round, by what was known then."""
    if history.watched is None:
        return {}
    seq = ledger(history, known_by=history.watched).last_seq + 1
    alarms = {}
    for (kind, level, _), found in (
        Walk(history, minutes=0, known_by=history.watched).find().items()
    ):
        alarm = _alarm(found)
        if alarm:
            due_at = found.due_at or found.began_at  # a warning's is of no account
            began = (kind, level, found.began_seq)
            alarms[began] = Noted(seq, alarm, *began, due_at, found.version)
    return alarms


def _alarm(found: Found) -> str:
    """The walk sees nothing but what was before the watch."""
    if found.state not in (TargetState.RUNNING, TargetState.BREACHED):
        return ""
    if found.due_at is not None:
        return AlarmKind.BREACH
    return AlarmKind.WARNING if found.warn_at is not None else ""


def _with(
    found: Found, note: Noted | None, taken_back: tuple[TakenBack, ...], history: History
) -> Found:
    """A breach that was noted stands, by the version that judged it, unless it is known by now that
    the promise ended in time, or that it was not due yet: a move before was taken back."""
    if note is None or note.alarm != AlarmKind.BREACH:
        return found
    is_kept = found.ended_at is not None and found.ended_at <= note.due_at
    is_doubted = any(
        found.began_at <= each.at <= note.due_at and each.seq > note.seq for each in taken_back
    )
    if is_kept or (is_doubted and found.due_at != note.due_at):
        return found
    is_void = found.is_cancelled
    target = history.terms(note.version_key).target(note.kind, note.level)
    assert target is not None
    return replace(
        found,
        state=TargetState.VOID if is_void else TargetState.BREACHED,
        due_at=note.due_at,
        breached_at=None if is_void else note.due_at,
        version=note.version_key,
        terms=target,
        is_noted=True,
    )


def _compare(promise: Promise, found: Found, *, last: datetime) -> None:
    """The walk looks no further than `last`."""

    def seen(moment: datetime | None) -> datetime | None:
        return moment if moment is None or moment < last else None

    assert (promise.state, promise.began_seq, promise.started_at, promise.ended_at) == (
        found.state,
        found.began_seq,
        found.began_at,
        found.ended_at,
    )
    assert (seen(promise.due_at), seen(promise.warn_at), promise.breached_at) == (
        found.due_at,
        found.warn_at,
        found.breached_at,
    )
    assert (promise.version_key, promise.target_seconds, promise.is_business) == (
        found.version,
        found.terms.seconds,
        found.terms.is_business,
    )
    assert promise.spent_seconds == found.spent_by[promise.counted_to]
    assert promise.left_seconds == _left(found)
    assert promise.is_noted == found.is_noted


def _left(found: Found) -> float | None:
    """What was left when it was over; late is late, whatever the clock of today says."""
    if found.ended_at is None or found.state == TargetState.VOID:
        return None
    left = found.terms.seconds - found.spent
    return min(left, 0) if found.state == TargetState.BREACHED else left
