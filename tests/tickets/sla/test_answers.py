"""Pick-up, first reply and next responses, by hand."""

from __future__ import annotations

from functools import partial

import pytest

from tests.tickets.sla.hand import HOUR, at, judged, only, target, tell
from tests.tickets.sla.histories import Move, Say
from tickets.choices import Status

PICK_UP = (target("first_response", 30),)
REPLY = (target("first_reply", HOUR),)
ANSWER = (target("next_response", HOUR),)

WORK, DONE, CANCELLED = Status.IN_PROGRESS, Status.RESOLVED, Status.CANCELLED


def test_picked_up_in_time() -> None:
    promise = only(tell(Move(20, WORK), v1=PICK_UP))
    assert (promise.state, promise.ended_at, promise.left_seconds) == ("met", at(20), 10 * 60)


def test_picked_up_late_was_missed_when_it_was_due() -> None:
    promise = only(tell(Move(45, WORK), v1=PICK_UP))
    assert (promise.state, promise.breached_at, promise.left_seconds) == (
        "breached",
        at(30),
        -15 * 60,
    )


def test_picked_up_at_the_very_moment_is_in_time() -> None:
    promise = only(tell(Move(30, WORK), v1=PICK_UP))
    assert (promise.state, promise.left_seconds) == ("met", 0)


def test_a_move_straight_to_resolved_picks_up() -> None:
    assert only(tell(Move(20, DONE), v1=PICK_UP)).state == "met"


def test_robots_never_pick_up() -> None:
    promise = only(tell(Move(10, Status.ON_HOLD, by_agent=False), v1=PICK_UP))
    assert (promise.state, promise.due_at) == ("running", at(30))
    promise = only(tell(Move(10, Status.ON_HOLD, by_agent=False), Move(20, WORK), v1=PICK_UP))
    assert (promise.state, promise.ended_at) == ("met", at(20))


def test_nobody_waits_for_a_pick_up_of_what_a_robot_resolved() -> None:
    promise = only(tell(Move(10, DONE, by_agent=False), v1=PICK_UP))
    assert (promise.state, promise.ended_at, promise.left_seconds) == ("void", at(10), None)


@pytest.mark.parametrize("reason", ["spam", "duplicate", "merged", "mistake"])
def test_what_never_was_an_issue_breaks_nothing_not_even_what_was_missed(reason: str) -> None:
    gone = partial(Move, status=CANCELLED, cancel_reason=reason)
    assert only(tell(gone(20), v1=PICK_UP)).state == "void"
    late = only(tell(Move(45, WORK), gone(50), v1=PICK_UP))
    assert (late.state, late.breached_at) == ("void", None)


def test_withdrawing_a_ticket_unmakes_no_verdict() -> None:
    """What was kept or missed before the customer said so stays; what still ran is void."""
    gone = partial(Move, status=CANCELLED, cancel_reason="withdrawn")
    assert only(tell(gone(20), v1=PICK_UP)).state == "void"
    missed = only(tell(gone(50), v1=PICK_UP))
    assert (missed.state, missed.breached_at, missed.left_seconds) == ("breached", at(30), -20 * 60)
    late = only(tell(Move(45, WORK), gone(50), v1=PICK_UP))
    assert (late.state, late.breached_at) == ("breached", at(30))
    assert only(tell(Move(15, WORK), gone(50), v1=PICK_UP)).state == "met"


def test_withdrawing_a_reopened_ticket_leaves_its_first_cycle() -> None:
    gone = Move(100, CANCELLED, cancel_reason="withdrawn")
    again = (Move(50, DONE), Move(80, WORK))
    found = judged(tell(*again, gone, v1=(target("resolution", 60),)))
    assert [each.state for each in found.values()] == ["met", "void"]


def test_first_reply_is_the_first_word_not_the_pick_up() -> None:
    promise = only(tell(Move(5, WORK), Say(50, by_agent=True), v1=REPLY))
    assert (promise.state, promise.ended_at) == ("met", at(50))
    assert only(tell(Move(5, WORK), Say(61, by_agent=True), v1=REPLY)).breached_at == at(60)


def test_resolved_with_a_word_is_answered_without_one_it_is_void() -> None:
    assert only(tell(Say(40, by_agent=True), Move(40, DONE), v1=REPLY)).state == "met"
    assert only(tell(Move(40, DONE), v1=REPLY)).state == "void"
    assert only(tell(Move(90, DONE), v1=REPLY)).state == "breached"


def test_every_later_turn_is_promised_its_own_answer() -> None:
    found = judged(
        tell(
            Say(5, by_agent=False),  # before the first reply: the same turn as the description
            Say(10, by_agent=True),
            Say(20, by_agent=False),
            Say(30, by_agent=False),  # still the turn of minute 20
            Say(70, by_agent=True),
            Say(75, by_agent=True),
            Say(100, by_agent=False),
            Say(170, by_agent=True),
            Say(200, by_agent=False),
            v1=ANSWER,
        )
    )
    told = [(each.cycle, each.started_at, each.state) for each in found.values()]
    assert told == [(1, at(20), "met"), (2, at(100), "breached"), (3, at(200), "running")]
    assert found["next_response", 0, 2].breached_at == at(160)
    assert found["next_response", 0, 3].due_at == at(260)


def test_a_turn_that_the_resolution_ended_is_void_and_stays_so_after_a_reopen() -> None:
    history = tell(
        Say(10, by_agent=True),
        Say(20, by_agent=False),
        Move(30, DONE),
        Move(500, WORK),
        v1=ANSWER,
    )
    promise = only(history)
    assert (promise.state, promise.ended_at) == ("void", at(30))


def test_who_writes_again_after_a_resolution_without_a_word_is_promised_an_answer() -> None:
    promise = only(
        tell(
            Move(30, DONE),
            Say(100, by_agent=False),
            Move(100, WORK, by_agent=False),
            v1=ANSWER,
        )
    )
    assert (promise.started_at, promise.due_at, promise.state) == (at(100), at(160), "running")
