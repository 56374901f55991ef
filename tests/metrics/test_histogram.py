"""Histograms: right to their accuracy, however they were merged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrics.histogram import (
    ACCURACY,
    add,
    exact_percentiles,
    from_json,
    histogram,
    percentiles,
    to_json,
)

DURATIONS = st.lists(st.one_of(st.just(0.0), st.floats(0.001, 3e8)), min_size=1, max_size=60)
SHARES = (0.0, 0.5, 0.9, 0.95, 1.0)


@given(days=st.lists(DURATIONS, min_size=1, max_size=6))
def test_days_merge_to_the_percentiles_of_all_values(days: list[list[float]]) -> None:
    merged: dict[int, int] = {}
    for day in days:
        add(merged, from_json(to_json(histogram(day))))
    values = sorted(value for day in days for value in day)
    pairs = zip(percentiles(merged, SHARES), exact_percentiles(values, SHARES), strict=True)
    for rough, exact in pairs:
        assert rough is not None
        assert exact is not None
        assert abs(rough - exact) <= ACCURACY * exact * (1 + 1e-9) + 1e-9


def test_percentiles_are_interpolated_between_ranks() -> None:
    assert exact_percentiles([10.0, 20.0, 30.0, 40.0], (0.5, 0.9)) == [25.0, 37.0]
    assert exact_percentiles([7.0], (0.5, 0.95)) == [7.0, 7.0]


def test_nothing_has_no_percentile() -> None:
    assert percentiles({}, (0.5,)) == [None]
    assert exact_percentiles([], (0.5, 0.9)) == [None, None]
