"""A breach that was noted stays one, unless what happened turns out to have been otherwise."""

from __future__ import annotations

from datetime import timedelta

from tests.tickets.sla.hand import HOUR, at, breach, judged, only, target, tell
from tests.tickets.sla.histories import Choose, Move, Say
from tickets.choices import AlarmKind, Status
from tickets.sla.story import Noted, TakenBack

WORK, DONE, WAIT = Status.IN_PROGRESS, Status.RESOLVED, Status.WAITING_CUSTOMER
FOUR = (target("resolution", 4 * HOUR, pauses=frozenset({WAIT})),)
EIGHT = (target("resolution", 8 * HOUR),)
REPLY = (target("first_reply", HOUR),)


def test_what_is_missed_and_not_done_is_breached_once_it_is_noted() -> None:
    assert only(tell(v1=FOUR)).state == "running"
    noted = only(tell(v1=FOUR), alarms=(breach("resolution", 240),))
    assert (noted.state, noted.breached_at, noted.left_seconds) == ("breached", at(240), None)
    assert (noted.is_noted, noted.alarm_at) == (True, None)


def test_it_survives_a_longer_promise_and_another_calendar() -> None:
    history = tell(Choose(5 * HOUR, 2), Move(6 * HOUR, DONE), v1=EIGHT, v2=EIGHT)
    promise = only(history, alarms=(breach("resolution", 200),))
    assert (promise.state, promise.breached_at) == ("breached", at(200))
    assert promise.left_seconds == 0, "late, though today's clock says that time was left"


def test_a_late_entry_shows_that_it_was_kept() -> None:
    late_entry = tell(Say(50, by_agent=True), v1=REPLY)
    promise = only(late_entry, alarms=(breach("first_reply", 60),))
    assert (promise.state, promise.left_seconds, promise.is_noted) == ("met", 10 * 60, False)
    too_late = only(tell(Say(70, by_agent=True), v1=REPLY), alarms=(breach("first_reply", 60),))
    assert too_late.state == "breached"


def test_a_corrected_move_shows_that_it_was_not_due_yet() -> None:
    """It waited on the customer until minute 300: the reply of minute 100 was only thanks."""
    history = tell(Move(50, WAIT), Move(300, WORK), v1=FOUR)
    noted = breach("resolution", 290, seq=8)
    after = (TakenBack(at(100), 9),)
    promise = only(history, alarms=(noted,), taken_back=after)
    assert (promise.state, promise.due_at) == ("running", at(490))
    earlier = only(history, alarms=(noted,), taken_back=(TakenBack(at(100), 7),))
    assert earlier.state == "breached", "it was noted with the correction in sight"
    elsewhere = only(history, alarms=(noted,), taken_back=(TakenBack(at(295), 9),))
    assert elsewhere.state == "breached", "what came after it was due changes nothing"


def test_a_correction_that_changes_nothing_leaves_it_standing() -> None:
    history = tell(Move(50, WORK), v1=FOUR)
    promise = only(
        history, alarms=(breach("resolution", 240, seq=8),), taken_back=(TakenBack(at(50), 9),)
    )
    assert (promise.state, promise.is_noted) == ("breached", True)


def test_it_belongs_to_the_row_that_it_began_with_not_to_a_number() -> None:
    """The reopen of minute 300 was taken back, with its breach; the next one is cycle 2 now."""
    history = tell(Move(60, DONE), Move(900, WORK), v1=FOUR)
    found = judged(history, alarms=(breach("resolution", 540, began_seq=99),))
    again = found["resolution", 0, 2]
    assert (again.state, again.due_at) == ("running", at(900 + 240))


def test_what_is_to_be_noted_next_and_when() -> None:
    second = timedelta(seconds=1)
    warned = (target("resolution", 4 * HOUR, warn_before_seconds=3600),)
    promise = only(tell(v1=warned))
    assert promise.alarm_at == at(180)
    assert promise.alarm_by(at(180)) == ""
    assert promise.alarm_by(at(180) + second) == AlarmKind.WARNING
    assert promise.alarm_by(at(240)) == AlarmKind.WARNING, "due, and not missed yet"
    assert promise.alarm_by(at(240) + second) == AlarmKind.BREACH
    told = only(
        tell(v1=warned), alarms=(Noted(5, AlarmKind.WARNING, "resolution", 0, 1, at(240), 1),)
    )
    assert (told.is_warned, told.alarm_at) == (True, at(240))
    late = only(tell(Move(300, DONE), v1=warned))
    assert (late.alarm_at, late.alarm_by(at(301))) == (at(240), AlarmKind.BREACH)
    assert only(tell(Move(200, DONE), v1=warned)).alarm_at is None
