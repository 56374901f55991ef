"""Figures counted once by day say of every period and step what a question of its own says."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from metrics.policy import DEFAULT, Policy
from metrics.query import Point, Scope, count_days, figures, series
from metrics.query.held import Stretch
from metrics.query.levels import moments_within
from metrics.registry import all_figures, get_figure
from metrics.zone import end_of, start_of, stretches_of
from tests.cast import make_cast
from tests.kept import kept
from tests.metrics.desk import RandomDesk, alike
from tickets.errors import InvalidInput

START = datetime(2026, 3, 20, 9, tzinfo=UTC)  # the clocks change on 29 March
SHOWN = {figure.key: tuple(figure.measures) for figure in all_figures()}
HOURS = Policy.parse({"window": "24h", "reopen_window": "3d", "nia_match": "any"})
FILTERS: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {},
    {"level": ("1",)},
    {"level": ("1",), "tier": ("", "premier", "standard")},
)
STEPS = (("ttr", "gross.calendar"), ("backlog", ""), ("sla", "resolution"))
DAY = timedelta(days=1)


@pytest.fixture
def desk(db: None) -> RandomDesk:
    """Some weeks of whatever may happen, filled up to a few days ago."""
    return kept(_played)


def _played() -> RandomDesk:
    desk = RandomDesk(make_cast(), seed=11, start=START)
    desk.play(35)
    desk.fill()
    desk.play(8)
    return desk


def _periods(desk: RandomDesk, filters: Mapping[str, tuple[str, ...]]) -> tuple[Scope, Scope]:
    """The days up to today, and earlier ones with a gap between."""
    whole = replace(desk.scope(START.date()), filters=filters)
    third = (whole.days // 3) * DAY
    return whole.between(whole.end - third, whole.end), whole.between(
        whole.start, whole.start + third - DAY
    )


@pytest.mark.django_db
def test_both_periods_at_once_are_each_alone(desk: RandomDesk) -> None:
    for policy, filters in itertools.product((DEFAULT, HOURS), FILTERS):
        periods = _periods(desk, filters)
        counted = count_days(SHOWN, periods, policy, buckets=("day", "week"))
        for period in periods:
            alone, together = figures(SHOWN, period, policy), counted.values(period)
            for key in SHOWN:
                assert alike(together[key], alone[key]), (key, period)
            for key, variant in STEPS:
                told = counted.steps(key, period, bucket="week")[variant]
                one = series(key, period, policy, bucket="week", variant=variant)
                assert _same(told, one), (key, period)


def _same(one: list[Point], other: list[Point]) -> bool:
    return [(p.start, p.end, p.value, p.is_provisional) for p in one] == [
        (p.start, p.end, p.value, p.is_provisional) for p in other
    ]


@pytest.mark.django_db
def test_the_running_day_is_the_same_in_any_width(desk: RandomDesk) -> None:
    wide = desk.scope(START.date())
    today = wide.between(wide.end, wide.end)
    for key in ("ttfr", "ttr", "touch_time", "backlog"):
        assert series(key, wide)[-1].value == series(key, today)[0].value


def test_only_what_is_shown_is_counted() -> None:
    shown = get_figure("ttr").showing(["gross.calendar", ""])
    assert list(shown.measures) == ["net.business", "gross.calendar"]
    with pytest.raises(InvalidInput):
        get_figure("ttr").showing(["neat"])


def test_days_make_stretches() -> None:
    days = [date(2026, 3, n) for n in (9, 1, 2, 4, 3)]
    assert stretches_of(days) == [
        (date(2026, 3, 1), date(2026, 3, 4)),
        (date(2026, 3, 9), date(2026, 3, 9)),
    ]
    assert stretches_of([]) == []


@pytest.mark.parametrize(
    ("began", "ended", "days"),
    [
        (timedelta(hours=3), timedelta(hours=5), []),
        (timedelta(hours=3), DAY, [28]),  # over at midnight: the change is the next day's
        (timedelta(hours=3), DAY - timedelta(microseconds=1), []),
        (timedelta(0), None, [28, 29, 30]),
        (-timedelta(microseconds=1), None, [28, 29, 30]),
        (DAY, None, [29, 30]),  # began at midnight
        (timedelta(hours=3), timedelta(hours=47), [28, 29]),  # the 29th has 23 hours
    ],
)
def test_a_stay_is_open_at_the_ends_of_its_days(
    began: timedelta, ended: timedelta | None, days: list[int]
) -> None:
    midnight = start_of(date(2026, 3, 28))
    stretch = Stretch(
        ticket=1,
        started_at=midnight + began,
        ended_at=None if ended is None else midnight + ended,
        status="new",
        received_at=midnight,
        calendar_key=1,
        segments=(),
    )
    moments = [(day, end_of(day)) for day in (date(2026, 3, n) for n in (28, 29, 30))]
    assert [day.day for day, _ in moments_within(stretch, moments)] == days
