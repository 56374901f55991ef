"""Another priority, policy or calendar: what was spent stays spent, by hand."""

from __future__ import annotations

from tests.tickets.sla.hand import DAY, HOUR, START, at, judged, only, target, tell
from tests.tickets.sla.histories import Choose, History, Move
from tickets.choices import Status

WORK, DONE, WAIT = Status.IN_PROGRESS, Status.RESOLVED, Status.WAITING_CUSTOMER
PAUSES = frozenset({WAIT})
FOUR = (target("resolution", 4 * HOUR, pauses=PAUSES),)
EIGHT = (target("resolution", 8 * HOUR, pauses=PAUSES),)
ONE = (target("resolution", HOUR, pauses=PAUSES),)


def test_a_longer_promise_keeps_what_was_spent() -> None:
    promise = only(tell(Choose(3 * HOUR, 2), v1=FOUR, v2=EIGHT))
    assert (promise.spent_seconds, promise.due_at) == (3 * 3600, at(8 * HOUR))


def test_shortened_to_less_than_was_spent_it_is_due_as_it_is_made() -> None:
    running = only(tell(Choose(3 * HOUR, 2), v1=EIGHT, v2=ONE))
    assert (running.state, running.due_at) == ("running", at(3 * HOUR))
    late = only(tell(Choose(3 * HOUR, 2), Move(3 * HOUR + 1, DONE), v1=EIGHT, v2=ONE))
    assert (late.state, late.breached_at, late.version_key) == ("breached", at(3 * HOUR), 2)
    done = only(tell(Choose(3 * HOUR, 2), Move(3 * HOUR, DONE), v1=EIGHT, v2=ONE))
    assert done.state == "met"


def test_shortened_while_the_clock_stands_still_it_is_due_all_the_same() -> None:
    events = (Move(2 * HOUR, WAIT), Choose(5 * HOUR, 2))
    waiting = only(tell(*events, v1=EIGHT, v2=ONE))
    assert (waiting.state, waiting.due_at) == ("running", at(5 * HOUR))
    assert only(tell(*events, Move(9 * HOUR, DONE), v1=EIGHT, v2=ONE)).breached_at == at(5 * HOUR)


def test_put_to_waiting_at_the_very_moment_is_too_late() -> None:
    waited = only(tell(Move(4 * HOUR, WAIT), Move(9 * HOUR, DONE), v1=FOUR))
    assert (waited.state, waited.breached_at, waited.left_seconds) == ("breached", at(240), 0)


def test_what_was_broken_stays_broken_by_the_version_that_judged_it() -> None:
    promise = only(tell(Choose(5 * HOUR, 2), Move(6 * HOUR, DONE), v1=FOUR, v2=EIGHT))
    assert (promise.state, promise.breached_at, promise.version_key) == (
        "breached",
        at(4 * HOUR),
        1,
    )
    assert (promise.target_seconds, promise.left_seconds) == (4 * 3600, -2 * 3600)


def test_from_calendar_to_business_time_and_back() -> None:
    office = (target("resolution", 10 * HOUR, is_business=True),)
    always = (target("resolution", 20 * HOUR),)
    # Monday 9 to 17 is eight hours on either clock; the night counts on one of them.
    changed = tell(Choose(8 * HOUR, 2), v1=always, v2=office)
    assert only(changed).due_at == at(DAY + 2 * HOUR)
    back = tell(Choose(DAY, 2), v1=office, v2=always)
    assert only(back).due_at == at(DAY + 12 * HOUR)


def test_raised_to_a_promise_it_is_judged_from_its_beginning_but_not_before() -> None:
    history = tell(Choose(0, None), Choose(3 * HOUR, 2), v1=FOUR, v2=FOUR)
    assert only(history).due_at == at(4 * HOUR)
    late = tell(Choose(0, None), Choose(6 * HOUR, 2), Move(7 * HOUR, DONE), v1=FOUR, v2=FOUR)
    assert (only(late).breached_at, only(late).left_seconds) == (at(6 * HOUR), -3 * 3600)


def test_what_is_withdrawn_is_void_unless_it_was_missed() -> None:
    withdrawn = only(tell(Choose(3 * HOUR, None), v1=FOUR))
    assert (withdrawn.state, withdrawn.due_at) == ("void", None)
    assert only(tell(Choose(3 * HOUR, None), Move(9 * HOUR, DONE), v1=FOUR)).state == "void"
    assert only(tell(Choose(5 * HOUR, None), v1=FOUR)).breached_at == at(4 * HOUR)


def test_withdrawn_and_promised_again_it_ran_all_the_time() -> None:
    history = tell(Choose(HOUR, None), Choose(3 * HOUR, 2), v1=FOUR, v2=FOUR)
    assert only(history).due_at == at(4 * HOUR)


def test_nothing_was_ever_promised() -> None:
    assert judged(tell(Choose(0, 2), v1=FOUR, v2=())) == {}
    assert judged(History(start=START, events=(), versions={})) == {}


def test_of_several_changes_in_one_moment_the_last_counts() -> None:
    promise = only(tell(Choose(HOUR, 2), Choose(HOUR, 1), v1=FOUR, v2=ONE))
    assert (promise.due_at, promise.version_key) == (at(4 * HOUR), 1)
