"""A time series draws what is there: gaps, single points and unfinished buckets included."""

import datetime as dt
import itertools

import pytest

from metrics.charts.parts import Link
from metrics.charts.paths import date_labels, runs
from metrics.charts.scales import count_axis, text_width
from metrics.charts.series import Point, draw_series

LINK = Link(href="/metrics/tickets/", name="a day", tip="a day")
FIRST = dt.date(2026, 8, 21)


def points(*values, provisional=()):
    return [
        Point(
            start=FIRST + dt.timedelta(days=i),
            value=value,
            inner=None if value is None else (value, value + 2),
            outer=None if value is None else (value, value + 4),
            is_provisional=i in provisional,
            link=LINK,
        )
        for i, value in enumerate(values)
    ]


def draw(*values, **options):
    return draw_series(points(*values, **options), axis=count_axis(10), bucket="day", name="x")


def test_no_points_is_empty():
    assert draw().is_empty


def test_points_without_values_are_empty_but_linked():
    plot = draw(None, None)
    assert plot.is_empty
    assert len(plot.hits) == 2


def test_a_single_point_is_drawn_as_a_dot_in_the_middle():
    plot = draw(5)
    assert not plot.is_empty
    assert plot.line == ""
    assert (plot.hits[0].centre, plot.hits[0].is_alone) == (50, True)
    assert plot.outer.startswith("M20,")


def test_a_gap_breaks_the_line():
    assert draw(1, 2, None, 3, 4).line.count("M") == 2


def test_a_point_between_gaps_is_a_dot():
    assert [hit.is_alone for hit in draw(1, 2, None, 3, None).hits] == [False] * 3 + [True, False]


def test_what_can_still_change_is_veiled_as_one_stretch():
    plot = draw(*[5] * 10, provisional=(7, 8, 9))
    assert [(veil.x, veil.width) for veil in plot.veils] == [(70, 30)]


def test_points_that_can_still_change_are_open():
    plot = draw(5, 6, None, 7, provisional=(1, 2, 3))
    assert [hit.is_open for hit in plot.hits] == [False, True, True, True]


def test_higher_values_stand_higher():
    plot = draw(2, 8)
    assert plot.hits[0].y > plot.hits[1].y


def test_runs_finds_each_stretch():
    assert list(runs([True, False, True, True])) == [(0, 0), (2, 3)]


@pytest.mark.parametrize("bucket", ["day", "week", "month"])
@pytest.mark.parametrize("number", [1, 2, 7, 13, 30, 53, 90, 180, 365, 1000])
def test_dates_below_do_not_run_into_each_other(bucket, number):
    days = {"day": 1, "week": 7, "month": 31}[bucket]
    starts = [FIRST.replace(day=1) + dt.timedelta(days=days * i) for i in range(number)]
    labels = date_labels(starts, bucket=bucket)
    for room, shown in (
        (340, labels),
        (230, [label for label in labels if not label.is_secondary]),
    ):
        edges = []
        for label in shown:
            at, wide = label.x * room / 100, text_width(label.text)
            edges.append((at - wide / 2, at + wide / 2))
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(edges))
        assert all(left >= -30 and right <= room + 16 for left, right in edges)


def test_days_are_labelled_on_mondays_when_there_are_many():
    starts = [FIRST + dt.timedelta(days=i) for i in range(90)]
    assert date_labels(starts, bucket="day")[0].text == "24 Aug"
