"""Levels, escalations, what came back and what it cost, worked by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.metrics.facts.story import AGENT, COSTS, TEAM, Story, days, minutes


def test_a_ticket_that_never_left_l1() -> None:
    facts = Story().status("resolved", minutes(60)).measured().levels
    assert (facts.highest_level, facts.escalations, facts.was_above_l1) == (1, 0, False)
    assert facts.was_above_l1_at_resolution is False


def test_unresolved_it_is_not_known_whether_l1_was_enough() -> None:
    assert Story().move(2, minutes(5)).measured().levels.was_above_l1_at_resolution is None


def test_warm_and_cold_hierarchical_and_back() -> None:
    story = Story().call(minutes(0), minutes(30))
    story.move(2, minutes(5), call=story.last_seq)
    story.move(2, minutes(40), kind="hierarchical").move(1, minutes(50), kind="returned")
    story.move(3, minutes(60))
    facts = story.measured().levels
    assert (facts.escalations, facts.warm_escalations, facts.cold_escalations) == (2, 1, 1)
    assert (facts.hierarchical_escalations, facts.deescalations) == (1, 1)
    assert (facts.highest_level, facts.was_at_l2, facts.was_above_l2_after_l2) == (3, True, True)


def test_above_l2_only_before_it_was_at_l2() -> None:
    story = Story().move(3, minutes(5)).move(2, minutes(10), kind="deescalated")
    facts = story.measured().levels
    assert (facts.was_at_l2, facts.was_above_l2_after_l2) == (True, False)


def test_an_escalation_after_the_last_resolution_does_not_spoil_it() -> None:
    story = Story().status("resolved", minutes(60)).move(2, minutes(90))
    facts = story.measured().levels
    assert (facts.was_above_l1, facts.was_above_l1_at_resolution) == (True, False)


def test_a_level_held_for_no_time_was_held() -> None:
    story = Story().move(2, minutes(60)).move(1, minutes(60)).status("resolved", minutes(60))
    facts = story.measured().levels
    assert (facts.highest_level, facts.was_above_l1_at_resolution) == (2, True)


def test_an_escalation_bounced_if_the_ticket_came_below_where_it_had_gone() -> None:
    story = Story().move(2, minutes(5)).move(3, minutes(10)).move(2, days(1), kind="returned")
    first, second = story.measured().escalations
    assert (first.from_level, first.to_level, first.is_bounced) == (1, 2, False)
    assert (second.from_level, second.is_bounced, second.returned_at) == (2, True, days(1))


def test_an_escalation_is_credited_to_who_escalated() -> None:
    (row,) = Story().give(AGENT, minutes(1)).move(3, minutes(5)).measured().escalations
    assert (row.agent_key, row.team_key, row.reason) == (AGENT, TEAM, "knowledge")
    assert row.escalated_on.isoformat() == "2026-03-02"


@pytest.mark.parametrize(
    ("levels", "cost"),
    [((), COSTS[1]), ((2,), COSTS[1] + COSTS[2]), ((3, 1, 3), COSTS[1] + COSTS[3])],
    ids=["L1 alone", "L1 and L2", "each level once"],
)
def test_each_level_that_held_the_ticket_adds_its_cost(
    levels: tuple[int, ...], cost: Decimal
) -> None:
    story = Story()
    for step, level in enumerate(levels, start=1):
        story.move(level, minutes(step))
    assert story.measured().state.cost is None, "not resolved yet"
    assert story.status("resolved", minutes(60)).measured().state.cost == cost


def test_an_unknown_cost_is_none_not_zero() -> None:
    assert Story(level=5).status("resolved", minutes(60)).measured().state.cost is None
