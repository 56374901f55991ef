"""Internal targets: each level answers for its own time, by hand."""

from __future__ import annotations

from tests.tickets.sla.hand import HOUR, at, judged, only, target, tell
from tests.tickets.sla.histories import Hand, Move
from tickets.choices import EscalationKind, Status

UP, ACCEPT = EscalationKind.FUNCTIONAL, EscalationKind.ACCEPTED
BACK, DOWN = EscalationKind.RETURNED, EscalationKind.DEESCALATED
LEAD = EscalationKind.HIERARCHICAL
WORK, DONE = Status.IN_PROGRESS, Status.RESOLVED

HAND_OVER = target("hand_over", HOUR, level=1)
ACCEPTS = target("accept", 30, level=2)
L1_SOLVES = target("level_resolution", 2 * HOUR, level=1)
L2_SOLVES = target("level_resolution", 2 * HOUR, level=2)


def test_l2_is_not_blamed_for_the_delay_of_l1() -> None:
    found = judged(
        tell(
            Hand(180, UP, 2),
            Hand(190, ACCEPT, 2),
            Move(280, DONE),
            v1=(HAND_OVER, ACCEPTS, L2_SOLVES),
        )
    )
    assert found["hand_over", 1, 1].breached_at == at(60)
    assert found["accept", 2, 1].state == "met"
    solved = found["level_resolution", 2, 1]
    assert (solved.started_at, solved.state, solved.left_seconds) == (at(180), "met", 20 * 60)


def test_resolved_at_its_level_is_handed_over_too() -> None:
    assert only(tell(Move(30, DONE), v1=(HAND_OVER,))).state == "met"
    assert only(tell(Move(90, DONE), v1=(HAND_OVER,))).state == "breached"


def test_handing_down_keeps_no_promise_to_hand_up() -> None:
    l2 = target("hand_over", HOUR, level=2)
    assert only(tell(Hand(30, DOWN, 1), v1=(l2,), entry_level=2)).state == "void"
    assert only(tell(Hand(90, DOWN, 1), v1=(l2,), entry_level=2)).breached_at == at(60)


def test_a_level_that_was_left_is_not_to_resolve_any_more() -> None:
    assert only(tell(Hand(30, UP, 2), v1=(L1_SOLVES,))).state == "void"
    assert only(tell(Hand(130, UP, 2), v1=(L1_SOLVES,))).breached_at == at(120)


def test_bounced_back_a_level_begins_anew() -> None:
    found = judged(
        tell(
            Hand(30, UP, 2),
            Hand(50, BACK, 1),
            Move(160, DONE),
            v1=(L1_SOLVES, L2_SOLVES, ACCEPTS),
        )
    )
    told = {key: (each.started_at, each.state) for key, each in found.items()}
    assert told == {
        ("level_resolution", 1, 1): (at(0), "void"),
        ("level_resolution", 2, 1): (at(30), "void"),
        ("level_resolution", 1, 2): (at(50), "met"),
        ("accept", 2, 1): (at(30), "met"),  # sent back is an answer
    }


def test_unaccepted_is_missed() -> None:
    assert only(tell(Hand(100, UP, 2), v1=(ACCEPTS,))).due_at == at(130)
    late = only(tell(Hand(100, UP, 2), Hand(140, ACCEPT, 2), v1=(ACCEPTS,)))
    assert (late.state, late.breached_at) == ("breached", at(130))


def test_a_warm_escalation_is_taken_on_the_line() -> None:
    assert judged(tell(Hand(100, UP, 2, is_warm=True), v1=(ACCEPTS,))) == {}


def test_a_lead_who_is_drawn_in_accepts_nothing() -> None:
    drawn_in = only(tell(Hand(100, UP, 2), Hand(110, LEAD, 2), v1=(ACCEPTS,)))
    assert drawn_in.state == "running"


def test_passed_on_resolved_and_cancelled() -> None:
    assert only(tell(Hand(0, UP, 2), Hand(20, UP, 3), v1=(ACCEPTS,))).state == "met"
    assert only(tell(Hand(0, UP, 2), Move(20, DONE), v1=(ACCEPTS,))).state == "met"
    assert only(tell(Hand(0, UP, 2), Move(20, Status.CANCELLED), v1=(ACCEPTS,))).state == "void"


def test_a_reopened_ticket_is_its_levels_again() -> None:
    found = judged(tell(Move(30, DONE), Move(600, WORK), v1=(L1_SOLVES,)))
    assert found["level_resolution", 1, 1].state == "met"
    assert found["level_resolution", 1, 2].due_at == at(720)
