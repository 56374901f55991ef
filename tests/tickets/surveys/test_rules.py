"""Who is asked when: shares are even and steady, turns come round, nobody is asked too often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.choices import SurveyKind, Withdrawal
from tickets.surveys.rules import Candidate, Terms, next_nps_at, objection, quiet_until, share
from tickets.surveys.words import HIGH, LOW, MIDDLE, band

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEYS = st.integers(1, 10**12)
MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is given beside


def candidate(**changes: object) -> Candidate:
    values: dict[str, object] = {
        "kind": SurveyKind.CSAT,
        "ticket_key": 7,
        "is_ticket_done": True,
        "is_solver_customer": False,
        "is_unconfirmed": False,
        "is_active": True,
        "wants_surveys": True,
        "last_asked_at": None,
    }
    return Candidate(**(values | changes))  # type: ignore[arg-type]  # a test's own words


def test_who_may_be_asked_is_asked():
    assert objection(candidate(), Terms(), at=NOW) is None


@pytest.mark.parametrize(
    ("changes", "terms", "reason"),
    [
        ({}, Terms(is_csat_on=False), Withdrawal.OFF),
        ({"kind": SurveyKind.NPS}, Terms(is_nps_on=False), Withdrawal.OFF),
        ({"is_ticket_done": False}, Terms(), Withdrawal.REOPENED),
        ({"is_solver_customer": True}, Terms(), Withdrawal.SOLVER),
        ({"is_unconfirmed": True}, Terms(), Withdrawal.UNCONFIRMED),
        ({"is_active": False}, Terms(), Withdrawal.INACTIVE),
        ({"wants_surveys": False}, Terms(), Withdrawal.UNSUBSCRIBED),
        ({"last_asked_at": NOW - timedelta(days=3)}, Terms(quiet_days=30), Withdrawal.QUIET),
    ],
)
def test_each_reason_not_to_ask(changes: dict[str, object], terms: Terms, reason: Withdrawal):
    assert objection(candidate(**changes), terms, at=NOW) == reason


def test_the_quiet_days_end_to_the_second():
    asked = candidate(last_asked_at=NOW)
    end = NOW + timedelta(days=30)
    assert objection(asked, Terms(), at=end - timedelta(seconds=1)) == Withdrawal.QUIET
    assert objection(asked, Terms(), at=end) is None
    assert objection(asked, Terms(quiet_days=0), at=NOW) is None


@given(KEYS)
def test_a_share_is_always_the_same_and_within_its_bounds(key: int):
    assert 0 <= share("csat", key) < 1
    assert share("csat", key) == share("csat", key)


@given(KEYS, st.integers(1, 100), st.integers(1, 100))
def test_a_larger_sample_holds_the_smaller(key: int, one: int, other: int):
    small, large = sorted((one, other))
    is_in = {
        percent: objection(candidate(ticket_key=key), Terms(csat_percent=percent), at=NOW) is None
        for percent in (small, large, 100)
    }
    assert is_in[small] <= is_in[large] <= is_in[100] is True


def test_a_sample_is_as_large_as_it_says():
    asked = [
        key
        for key in range(1, 10_001)
        if objection(candidate(ticket_key=key), Terms(csat_percent=25), at=NOW) is None
    ]
    assert 2_350 < len(asked) < 2_650
    assert sum(key % 2 for key in asked) > 1_100  # no pattern in the numbers


@given(KEYS, MOMENTS, st.integers(28, 730))
def test_a_turn_comes_within_a_cycle_and_then_once_in_each(key: int, after: datetime, every: int):
    first = next_nps_at(key, after=after, every_days=every)
    assert after < first <= after + timedelta(days=every)
    second = next_nps_at(key, after=first, every_days=every)
    assert abs(second - first - timedelta(days=every)) <= timedelta(microseconds=1)


def test_turns_are_spread_over_the_cycle():
    turns = [next_nps_at(key, after=NOW, every_days=180) for key in range(1, 1_801)]
    by_month = [sum((turn - NOW).days // 30 == month for turn in turns) for month in range(6)]
    assert all(250 < number < 350 for number in by_month)


@given(MOMENTS, st.integers(1, 730))
def test_who_was_asked_is_left_alone_for_the_quiet_days(asked_at: datetime, days: int):
    until = quiet_until(asked_at, Terms(quiet_days=days))
    assert until - asked_at == timedelta(days=days)
    assert quiet_until(None, Terms(quiet_days=days)) < asked_at


@pytest.mark.parametrize(
    ("reminder", "lock", "is_reminded"), [(3, 14, True), (0, 14, False), (14, 14, False)]
)
def test_nobody_is_reminded_of_what_is_locked(reminder: int, lock: int, is_reminded: bool):
    terms = Terms(reminder_days=reminder, lock_days=lock)
    found = terms.remind_at(NOW)
    assert (found is not None) == is_reminded
    assert found is None or NOW < found < terms.locks_at(NOW)


@pytest.mark.parametrize(
    ("kind", "bands"),
    [
        (SurveyKind.CSAT, {1: LOW, 2: LOW, 3: MIDDLE, 4: HIGH, 5: HIGH}),
        (SurveyKind.NPS, {0: LOW, 6: LOW, 7: MIDDLE, 8: MIDDLE, 9: HIGH, 10: HIGH}),
    ],
)
def test_bands_are_those_of_the_figures(kind: str, bands: dict[int, str]):
    assert {score: band(kind, score) for score in bands} == bands


def test_a_bad_score_is_one_up_to_the_limit():
    terms = Terms(csat_bad_score=2, nps_bad_score=None)
    assert [terms.is_bad(SurveyKind.CSAT, score) for score in (1, 2, 3)] == [True, True, False]
    assert not terms.is_bad(SurveyKind.NPS, 0)
