"""Pick-up, first reply and turns, worked by hand. Receipt is Monday, 10:00; closing time is 17."""

from __future__ import annotations

import pytest

from tests.metrics.facts.story import AGENT, COLLEAGUE, EXPERTS, TEAM, Story, days, minutes


def test_time_to_first_response_in_both_clocks() -> None:
    # Monday 10:00 to Tuesday 10:00: a day by the clock; 7 + 1 open hours.
    facts = Story().give(AGENT, days(1)).status("in_progress", days(1)).measured().response
    assert (facts.ttfr_seconds, facts.ttfr_business_seconds) == (86_400.0, 8 * 3600.0)
    assert (facts.picked_up_at, facts.pickup_agent_key) == (days(1), AGENT)


def test_a_ticket_logged_during_a_call_has_zero() -> None:
    story = Story().call(minutes(0), minutes(10)).status("in_progress", minutes(0))
    facts = story.measured().response
    assert (facts.ttfr_seconds, facts.ttfr_business_seconds) == (0.0, 0.0)
    assert facts.first_reply_seconds == 0.0


@pytest.mark.parametrize("to", ["waiting_customer", "on_hold", "resolved", "closed"])
def test_any_move_out_of_new_by_an_agent_picks_up(to: str) -> None:
    assert Story().status(to, minutes(5)).measured().response.ttfr_seconds == 300.0


@pytest.mark.parametrize("by", ["system", "customer"])
def test_robots_and_customers_never_pick_up(by: str) -> None:
    facts = Story().status("in_progress", minutes(5), by=by).measured().response
    assert (facts.picked_up_at, facts.ttfr_seconds, facts.pickup_agent_key) == (None, None, 0)


def test_cancelling_is_no_pick_up() -> None:
    assert Story().status("cancelled", minutes(5)).measured().response.picked_up_at is None


def test_picked_up_once_though_it_was_new_again_later() -> None:
    story = Story().status("in_progress", minutes(5)).status("new", minutes(6), by="import")
    assert story.status("in_progress", minutes(9)).measured().response.picked_up_at == minutes(5)


def test_the_pick_up_is_credited_to_who_acted_not_to_who_holds_it_now() -> None:
    story = Story(team=0).status("in_progress", minutes(5), agent=COLLEAGUE)
    story.give(COLLEAGUE, minutes(5), team=TEAM).give(AGENT, minutes(9), team=EXPERTS)
    facts = story.measured().response
    assert (facts.pickup_agent_key, facts.pickup_team_key) == (COLLEAGUE, TEAM)


def test_an_import_without_names_credits_who_got_the_ticket_then() -> None:
    story = Story().status("in_progress", minutes(5), by="import").give(COLLEAGUE, minutes(5))
    assert story.measured().response.pickup_agent_key == COLLEAGUE


def test_first_reply_is_by_a_human_and_public() -> None:
    story = Story().customer(minutes(0)).status("in_progress", minutes(5))
    story.agent(minutes(6), visibility="private").agent(minutes(7), is_machine=True)
    assert story.measured().response.first_reply_seconds is None
    assert story.agent(minutes(20)).measured().response.first_reply_seconds == 1200.0


def test_a_call_back_is_a_first_reply() -> None:
    story = Story().customer(minutes(0)).call(minutes(30), None, direction="outbound")
    assert story.measured().response.first_reply_seconds == 1800.0


def test_each_turn_is_answered_by_the_next_message_of_an_agent() -> None:
    story = Story().customer(minutes(0)).customer(minutes(10)).agent(minutes(30))
    story.agent(minutes(40)).customer(minutes(60)).agent(minutes(65), agent=COLLEAGUE)
    first, second = story.measured().turns
    assert (first.asked_at, first.response_seconds, first.agent_key) == (minutes(0), 1800.0, AGENT)
    assert (second.response_seconds, second.agent_key) == (300.0, COLLEAGUE)


def test_business_seconds_of_a_turn_over_night() -> None:
    # Asked on Monday 16:30, answered on Tuesday 09:30: half an hour on either side.
    (turn,) = Story().customer(minutes(390)).agent(days(1 - 0.5 / 24)).measured().turns
    assert (turn.response_seconds, turn.response_business_seconds) == (17 * 3600.0, 3600.0)


def test_a_call_answers_a_turn_and_opens_none() -> None:
    story = Story().customer(minutes(0)).call(minutes(15), minutes(20)).customer(minutes(17))
    (turn,) = story.measured().turns
    assert (turn.response_seconds, turn.agent_key) == (900.0, AGENT)


def test_an_unanswered_turn_has_no_length_and_stands_with_who_holds_it() -> None:
    (turn,) = Story().customer(minutes(0)).move(3, minutes(5)).measured().turns
    assert (turn.answered_at, turn.response_seconds, turn.response_business_seconds) == (None,) * 3
    assert (turn.level, turn.team_key, turn.agent_key) == (3, EXPERTS, 0)


def test_a_call_that_is_entered_later_is_credited_to_who_held_the_ticket_then() -> None:
    # On the phone from minute 60, escalated at 240, entered at 300: the row knows L2 alone.
    story = Story().customer(minutes(0)).give(AGENT, minutes(5)).move(2, minutes(240))
    (turn,) = story.call(minutes(60), minutes(120)).measured().turns
    assert (turn.level, turn.team_key, turn.agent_key) == (1, TEAM, AGENT)


def test_an_answer_counts_where_it_was_given_though_the_ticket_moves_at_that_moment() -> None:
    story = Story().customer(minutes(0)).agent(minutes(60)).move(2, minutes(60))
    (turn,) = story.measured().turns
    assert (turn.level, turn.team_key) == (1, TEAM)


def test_acknowledgements_and_machines_ask_nothing() -> None:
    story = Story().customer(minutes(0), is_acknowledgement=True)
    assert story.customer(minutes(1), is_machine=True).measured().turns == ()


def test_a_turn_counts_on_the_reporting_day_of_the_question() -> None:
    # 23:30 UTC on Monday is half past midnight on Tuesday in Amsterdam.
    (turn,) = Story().customer(minutes(14.5 * 60)).measured().turns
    assert turn.asked_on.isoformat() == "2026-03-03"
