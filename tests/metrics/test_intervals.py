"""Bounds of figures of answers hold the figure, stay on the scale, and are as sure as told."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import intervals
from metrics.intervals import of_index, of_share

ANSWERS = st.integers(1, 5_000)


def sure(bounds: intervals.Bounds | None) -> intervals.Bounds:
    """Bounds that must be there."""
    assert bounds is not None
    return bounds


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    answers = draw(ANSWERS)
    return draw(st.integers(0, answers)), answers


@st.composite
def indices(draw: st.DrawFn) -> tuple[int, int, int]:
    answers = draw(ANSWERS)
    promoters = draw(st.integers(0, answers))
    return promoters, draw(st.integers(0, answers - promoters)), answers


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # By the published formula; 81 of 263 is the example of Newcombe (1998), table I.
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.0, 16.11),
        (29, 29, 88.30, 100.0),
    ],
)
def test_known_intervals_of_shares(
    numerator: int, denominator: int, low: float, high: float
) -> None:
    assert of_share(numerator, denominator) == pytest.approx((low, high), abs=0.006)


def test_nothing_asked_has_no_bounds():
    assert of_share(0, 0) is None
    assert of_index(0, 0, 0) is None


@given(shares())
def test_a_share_lies_within_its_bounds(share):
    numerator, denominator = share
    low, high = sure(of_share(numerator, denominator))
    assert 0 <= low <= 100 * numerator / denominator <= high <= 100
    assert low < high


@given(indices())
def test_an_index_lies_within_its_bounds(index):
    promoters, detractors, answers = index
    low, high = sure(of_index(promoters, detractors, answers))
    assert -100 <= low <= 100 * (promoters - detractors) / answers <= high <= 100
    assert low < high


@given(indices())
def test_an_index_turned_round_has_bounds_turned_round(index):
    promoters, detractors, answers = index
    low, high = sure(of_index(promoters, detractors, answers))
    assert of_index(detractors, promoters, answers) == pytest.approx((-high, -low))


@given(indices())
def test_ten_times_the_answers_are_surer(index):
    promoters, detractors, answers = index
    low, high = sure(of_index(promoters, detractors, answers))
    closer_low, closer_high = sure(of_index(10 * promoters, 10 * detractors, 10 * answers))
    assert closer_high - closer_low < high - low


@pytest.mark.parametrize(
    ("promoters", "detractors"), [(0.5, 0.2), (0.34, 0.33), (0.85, 0.05), (0.1, 0.6)]
)
@pytest.mark.parametrize("answers", [10, 30])
def test_an_index_is_covered_as_often_as_told(promoters, detractors, answers):
    """Exactly: over every sample that can be drawn, by how likely it is."""
    truth, covered = 100 * (promoters - detractors), 0.0
    for up in range(answers + 1):
        for down in range(answers - up + 1):
            low, high = sure(of_index(up, down, answers))
            if low <= truth <= high:
                ways = comb(answers, up) * comb(answers - up, down)
                rest = (1 - promoters - detractors) ** (answers - up - down)
                covered += ways * promoters**up * detractors**down * rest
    assert 0.92 < covered < 0.995
