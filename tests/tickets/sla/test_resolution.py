"""Resolution: business time, pauses, and a cycle for each reopening, by hand."""

from __future__ import annotations

import pytest

from tests.tickets.sla.hand import DAY, HOUR, at, judged, only, target, tell
from tests.tickets.sla.histories import Move
from tickets.choices import Status

WORK, DONE = Status.IN_PROGRESS, Status.RESOLVED
WAIT = Status.WAITING_CUSTOMER
PAUSES = frozenset({WAIT})
EIGHT = target("resolution", 8 * HOUR, is_business=True, pauses=PAUSES)


def test_a_day_of_business_time_is_due_when_the_office_closes() -> None:
    promise = only(tell(v1=(EIGHT,)))
    assert (promise.state, promise.due_at) == ("running", at(8 * HOUR))


def test_due_the_next_working_day_over_a_weekend() -> None:
    friday = 4 * DAY + 7 * HOUR  # 16:00: an hour is left of the week
    promise = only(tell(Move(4 * DAY, WAIT), Move(friday, WORK), v1=(EIGHT,)))
    # Monday to Thursday it ran out long before.
    assert promise.breached_at == at(8 * HOUR)
    waited = tell(Move(0, WAIT), Move(friday, WORK), v1=(EIGHT,))
    assert only(waited).due_at == at(7 * DAY + 7 * HOUR)


def test_while_it_waits_on_the_customer_nothing_is_due() -> None:
    waiting = only(tell(Move(HOUR, WORK), Move(2 * HOUR, WAIT), v1=(EIGHT,)))
    assert (waiting.state, waiting.due_at, waiting.spent_seconds) == ("paused", None, 2 * 3600)


def test_the_time_waited_is_given_back() -> None:
    promise = only(tell(Move(2 * HOUR, WAIT), Move(5 * HOUR, WORK), v1=(EIGHT,)))
    # Two hours before, three after; the other three on Tuesday.
    assert promise.due_at == at(DAY + 3 * HOUR)


@pytest.mark.parametrize("status", [Status.WAITING_VENDOR, Status.ON_HOLD])
def test_what_pauses_is_the_policys_choice(status: Status) -> None:
    history = tell(Move(HOUR, status), v1=(EIGHT,))
    assert only(history).state == "running"
    stopped = target("resolution", 8 * HOUR, pauses=frozenset({status}))
    assert only(tell(Move(HOUR, status), v1=(stopped,))).state == "paused"


def test_reopening_begins_a_new_cycle_and_keeps_the_old_one() -> None:
    four = target("resolution", 4 * HOUR)
    found = judged(
        tell(Move(5 * HOUR, DONE), Move(10 * HOUR, WORK), Move(11 * HOUR, DONE), v1=(four,))
    )
    first, second = found["resolution", 0, 1], found["resolution", 0, 2]
    assert (first.state, first.breached_at, first.left_seconds) == ("breached", at(240), -3600)
    assert (second.state, second.started_at, second.left_seconds) == ("met", at(600), 3 * 3600)


def test_closing_what_is_resolved_ends_nothing_anew() -> None:
    found = judged(tell(Move(60, DONE), Move(900, Status.CLOSED), v1=(target("resolution", 240),)))
    (promise,) = found.values()
    assert (promise.state, promise.ended_at) == ("met", at(60))


def test_a_calendar_that_never_opens_is_never_due() -> None:
    never = target("resolution", 60, is_business=True, calendar_key=3)
    assert (only(tell(v1=(never,))).state, only(tell(v1=(never,))).due_at) == ("running", None)


def test_late_on_a_closed_day_is_late_though_no_business_time_went_by() -> None:
    saturday = 5 * DAY
    week = target("resolution", 5 * 8 * HOUR, is_business=True)
    promise = only(tell(Move(saturday, DONE), v1=(week,)))
    assert (promise.state, promise.breached_at) == ("breached", at(4 * DAY + 8 * HOUR))
    assert promise.left_seconds == 0


def test_a_warning_comes_on_the_promises_own_clock() -> None:
    warned = target("resolution", 9 * HOUR, is_business=True, warn_before_seconds=2 * 3600)
    promise = only(tell(v1=(warned,)))
    assert (promise.warn_at, promise.due_at) == (at(7 * HOUR), at(DAY + HOUR))
    assert only(tell(Move(HOUR, WAIT), v1=(warned,))).warn_at == at(7 * HOUR)


def test_a_warning_longer_than_what_is_left_comes_at_once() -> None:
    long = target("resolution", 60, warn_before_seconds=50 * 60, pauses=PAUSES)
    promise = only(tell(Move(20, WAIT), Move(90, WORK), v1=(long,)))
    assert (promise.warn_at, promise.due_at) == (at(90), at(130))
