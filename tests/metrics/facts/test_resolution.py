"""Resolutions, cycles, reopens and the clocks, worked by hand. Receipt is Monday, 10:00."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from metrics.facts.resolution import ResolutionFacts
from tests.metrics.facts.story import AGENT, COLLEAGUE, EXPERTS, TEAM, Story, days, minutes


def resolution(story: Story) -> ResolutionFacts:
    return story.measured().resolution


def test_an_open_ticket_has_no_time_to_resolution() -> None:
    facts = resolution(Story().status("waiting_customer", minutes(5)))
    assert facts.ttr_gross_seconds is None
    assert facts.ttr_net_seconds is None
    assert facts.waiting_customer_seconds is None, "it still runs"
    assert (facts.first_resolved_at, facts.resolving_level) == (None, 0)


def test_gross_less_what_stops_the_clock_is_net() -> None:
    story = Story().status("in_progress", minutes(10)).status("waiting_customer", minutes(20))
    story.status("waiting_vendor", minutes(50)).status("on_hold", minutes(60))
    facts = resolution(story.status("resolved", minutes(100)))
    assert (facts.ttr_gross_seconds, facts.ttr_net_seconds) == (6000.0, 4200.0)
    assert facts.waiting_customer_seconds == 1800.0
    assert facts.waiting_vendor_seconds == 600.0
    assert facts.on_hold_seconds == 2400.0
    assert facts.resolved_gap_seconds == 0.0


def test_business_time_leaves_nights_out() -> None:
    facts = resolution(Story().status("resolved", days(1)))
    assert (facts.ttr_gross_seconds, facts.ttr_gross_business_seconds) == (86_400.0, 8 * 3600.0)


def test_every_hour_of_a_weekend_is_no_business_time() -> None:
    story = Story().status("waiting_customer", days(5)).status("resolved", days(6))
    facts = resolution(story)
    assert facts.waiting_customer_business_seconds == 0.0
    assert facts.waiting_customer_seconds == 86_400.0


def test_closing_later_is_no_second_resolution() -> None:
    story = Story().status("resolved", minutes(60)).status("closed", days(14), by="system")
    facts = resolution(story)
    assert (facts.last_resolved_at, facts.ttr_gross_seconds) == (minutes(60), 3600.0)
    assert facts.last_resolved_on == date(2026, 3, 2)


def test_closing_an_open_ticket_straight_away_is_a_resolution() -> None:
    assert resolution(Story().status("closed", minutes(60))).ttr_gross_seconds == 3600.0


def test_a_reopen_takes_the_resolution_away_until_the_next_one() -> None:
    story = Story().status("resolved", minutes(60)).status("in_progress", minutes(90))
    facts = resolution(story)
    assert (facts.first_resolved_at, facts.last_resolved_at) == (minutes(60), None)
    assert (facts.reopens, facts.first_reopen_after_seconds) == (1, 1800.0)
    facts = resolution(story.status("resolved", minutes(100)))
    assert (facts.first_resolved_at, facts.last_resolved_at) == (minutes(60), minutes(100))
    assert (facts.ttr_gross_seconds, facts.ttr_net_seconds) == (6000.0, 4200.0)
    assert facts.resolved_gap_seconds == 1800.0


def test_time_in_closed_counts_as_resolved() -> None:
    story = Story().status("resolved", minutes(10)).status("closed", minutes(20))
    story.status("in_progress", minutes(40)).status("resolved", minutes(60))
    assert resolution(story).resolved_gap_seconds == 1800.0


def test_every_cycle_is_kept() -> None:
    story = Story().status("resolved", minutes(60)).status("in_progress", days(1))
    story.give(COLLEAGUE, days(1)).status("resolved", days(2), agent=COLLEAGUE)
    first, second = story.measured().cycles
    assert (first.number, first.opened_at, first.resolved_at) == (1, minutes(0), minutes(60))
    assert (first.reopened_at, first.reopened_on) == (days(1), date(2026, 3, 3))
    assert (first.agent_key, second.agent_key) == (AGENT, COLLEAGUE)
    assert (second.number, second.opened_at, second.resolved_at) == (2, days(1), days(2))
    assert second.reopened_at is None


def test_a_ticket_that_was_never_resolved_has_one_open_cycle() -> None:
    (cycle,) = Story().status("in_progress", minutes(5)).measured().cycles
    assert (cycle.resolved_at, cycle.level, cycle.agent_key) == (None, 0, 0)


def test_resolved_then_cancelled_is_not_resolved() -> None:
    story = Story().status("resolved", minutes(60)).status("cancelled", minutes(70))
    measured = story.measured()
    assert measured.resolution.last_resolved_at is None
    assert measured.resolution.first_resolved_at == minutes(60)
    assert (measured.state.is_cancelled, measured.state.cancelled_on) == (True, date(2026, 3, 2))


def test_credit_goes_to_who_resolved_at_the_level_and_team_of_that_moment() -> None:
    story = Story().give(AGENT, minutes(1)).status("resolved", minutes(60))
    story.give(COLLEAGUE, minutes(90), team=EXPERTS)
    facts = resolution(story)
    assert (facts.resolving_agent_key, facts.resolving_team_key) == (AGENT, TEAM)
    assert facts.resolving_level == 1


def test_what_the_system_resolves_is_credited_to_the_holder() -> None:
    story = Story().give(COLLEAGUE, minutes(1)).status("resolved", minutes(60), by="system")
    assert resolution(story).resolving_agent_key == COLLEAGUE


def test_the_customers_word_and_time_both_end_it() -> None:
    story = Story().status("resolved", minutes(60))
    assert not resolution(story).is_confirmed_by_customer
    confirmed = story.status("closed", minutes(70), by="customer", reason="confirmed")
    assert resolution(confirmed).is_confirmed_by_customer
    by_time = Story().status("resolved", minutes(60)).status("closed", days(14), by="system",
        reason="closed_by_time")  # fmt: skip
    assert resolution(by_time).is_closed_by_time


def test_a_reopen_leaves_the_first_resolution_confirmed() -> None:
    story = Story().status("resolved", days(1)).status("closed", days(2), reason="confirmed")
    story.status("in_progress", days(20), reason="reopened")
    facts = resolution(story)
    assert (facts.is_first_confirmed_by_customer, facts.is_confirmed_by_customer) == (True, False)


def test_a_later_resolution_that_is_confirmed_says_nothing_of_the_first() -> None:
    story = Story().status("resolved", days(1)).status("in_progress", days(2))
    story.status("resolved", days(3)).status("closed", days(4), reason="confirmed")
    facts = resolution(story)
    assert (facts.is_first_confirmed_by_customer, facts.is_confirmed_by_customer) == (False, True)


def test_a_confirmation_before_a_reopen_counts_no_more() -> None:
    story = Story().status("resolved", minutes(60))
    story.status("closed", minutes(70), by="customer", reason="confirmed")
    story.status("in_progress", minutes(80)).status("resolved", minutes(90))
    assert not resolution(story).is_confirmed_by_customer


def test_a_reopen_that_was_taken_back_takes_its_undoing_with_it() -> None:
    story = Story().status("resolved", minutes(60)).status("in_progress", minutes(90))
    story.void_last_status().status("resolved", minutes(95), by="agent", reason="corrected")
    facts = resolution(story)
    assert (facts.reopens, facts.last_resolved_at) == (0, minutes(60))
    assert len(story.measured().cycles) == 1


def test_the_answer_about_l1_is_that_of_the_last_resolution() -> None:
    story = Story(level=2).status("resolved", minutes(60), is_l1_capable=True)
    assert resolution(story).is_l1_capable is True
    story.status("in_progress", minutes(70)).status("resolved", minutes(80), is_l1_capable=False)
    assert resolution(story).is_l1_capable is False


def test_an_audit_overrules_the_resolver_until_it_is_resolved_anew() -> None:
    def told(story: Story) -> tuple[bool | None, ...]:
        facts = resolution(story)
        return (
            facts.is_l1_capable,
            facts.is_l1_capable_by_resolver,
            facts.is_l1_capable_by_audit,
        )

    story = Story(level=2).status("resolved", minutes(60), is_l1_capable=False)
    assert told(story) == (False, False, None)
    assert told(story.audit(is_l1_capable=True)) == (True, False, True)
    assert told(story.audit(is_l1_capable=False).audit(is_l1_capable=True)) == (True, False, True)
    assert told(story.status("closed", minutes(70))) == (True, False, True)
    assert told(story.status("in_progress", minutes(80))) == (None, None, None)
    story.status("resolved", minutes(80), is_l1_capable=False)
    assert told(story) == (False, False, None)
    assert told(story.audit(is_l1_capable=True)) == (True, False, True)


def test_an_audit_stays_where_the_reopen_after_it_is_taken_back() -> None:
    story = Story(level=2).status("resolved", minutes(60), is_l1_capable=False)
    story.audit(is_l1_capable=True).status("in_progress", minutes(90)).void_last_status()
    story.status("resolved", minutes(95), reason="corrected")
    assert resolution(story).is_l1_capable is True


def test_what_l1_resolved_is_not_audited() -> None:
    story = Story().status("resolved", minutes(60)).audit(is_l1_capable=True)
    assert resolution(story).is_l1_capable is None


def test_days_are_those_of_the_reporting_zone_also_when_the_clocks_change() -> None:
    # 29 March 2026, 23:30 in Amsterdam: summer time by then, 21:30 UTC, a day of 23 hours.
    late = datetime(2026, 3, 29, 21, 30, tzinfo=UTC)
    assert resolution(Story().status("resolved", late)).last_resolved_on == date(2026, 3, 29)
    later = late + timedelta(minutes=30)
    assert resolution(Story().status("resolved", later)).last_resolved_on == date(2026, 3, 30)


def test_stays_have_no_gaps_and_leave_out_what_lasted_no_time() -> None:
    story = Story().status("in_progress", minutes(5)).give(AGENT, minutes(5))
    story.move(3, minutes(30)).give(0, minutes(30)).status("resolved", minutes(60))
    rows = story.measured().stays
    assert [(row.status, row.level, row.team_key, row.agent_key) for row in rows] == [
        ("new", 1, TEAM, 0),
        ("in_progress", 1, TEAM, AGENT),
        ("in_progress", 3, EXPERTS, 0),
        ("resolved", 3, EXPERTS, 0),
    ]
    assert [row.seconds for row in rows] == [300.0, 1500.0, 1800.0, None]
    assert [row.ended_at for row in rows[:-1]] == [row.started_at for row in rows[1:]]
    assert rows[-1].ended_at is None
