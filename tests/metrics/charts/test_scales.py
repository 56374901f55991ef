"""Axes are pleasant, hold what is drawn, and their texts fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.charts.scales import (
    GUTTERS,
    count_axis,
    duration_axis,
    gutter_for,
    index_axis,
    nice_step,
    rate_axis,
    text_width,
)

ROOM = dict(GUTTERS)


@pytest.mark.parametrize(
    ("highest", "step"), [(4, 1), (7, 2), (9, 2.5), (18, 5), (139, 50), (400, 100), (0.9, 0.25)]
)
def test_steps_are_nice(highest, step):
    assert nice_step(highest) == pytest.approx(step)


@given(st.floats(min_value=0, max_value=1e7))
def test_a_count_axis_is_whole_and_holds_its_values(highest):
    axis = count_axis(highest)
    values = [value for value, _ in axis.ticks]
    assert axis.bottom == values[0] == 0
    assert axis.top == values[-1] >= highest
    assert all(value == int(value) for value in values)
    assert 2 <= len(values) <= 6


@given(st.floats(min_value=0, max_value=100), st.floats(min_value=0, max_value=100))
def test_a_rate_axis_stays_within_0_and_100(a, b):
    axis = rate_axis(min(a, b), max(a, b))
    assert 0 <= axis.bottom <= min(a, b) <= max(a, b) <= axis.top <= 100
    assert axis.top - axis.bottom >= 10
    assert 3 <= len(axis.ticks) <= 6


@given(st.floats(min_value=0, max_value=1e8))
def test_a_duration_axis_holds_its_values(highest):
    axis = duration_axis(highest)
    assert axis.top >= highest * (1 - 1e-9)
    assert 2 <= len(axis.ticks) <= 6


@pytest.mark.parametrize(
    ("seconds", "unit", "texts"),
    [
        (50, "s", ["0", "15", "30", "45", "60"]),
        (3600, "min", ["0", "15", "30", "45", "60"]),
        (9000, "h", ["0", "1", "2", "3"]),
        (40 * 3600, "d", ["0", "1", "2"]),
        (20 * 3600, "h", ["0", "6", "12", "18", "24"]),
        (9 * 86400, "d", ["0", "5", "10"]),
    ],
)
def test_durations_are_ticked_in_the_unit_that_people_say(seconds, unit, texts):
    axis = duration_axis(seconds)
    assert axis.unit == unit
    assert [text for _, text in axis.ticks] == texts


@given(st.floats(min_value=0, max_value=1e6))
def test_the_texts_of_an_axis_fit_their_gutter(highest):
    for axis in (count_axis(highest), duration_axis(highest), rate_axis(0, min(100, highest))):
        texts = [text for _, text in axis.ticks]
        assert all(text_width(text) + 8 <= ROOM[gutter_for(texts)] for text in texts)


def test_a_value_beyond_the_axis_is_drawn_at_its_edge():
    assert rate_axis(60, 70).place(100, height=200) == 0


POINTS = st.floats(min_value=-100, max_value=100, allow_subnormal=False)


@given(POINTS, POINTS)
def test_an_index_axis_has_two_sides_and_holds_zero(a, b):
    axis = index_axis(min(a, b), max(a, b))
    assert -100 <= axis.bottom <= min(a, b, 0) <= max(a, b, 0) <= axis.top <= 100
    assert axis.top - axis.bottom >= 20
    assert "0" in [text for _, text in axis.ticks]
    assert len(axis.ticks) <= 6


def test_an_index_axis_tells_sides_apart():
    texts = [text for _, text in index_axis(-30, 45).ticks]
    assert texts == ["\N{MINUS SIGN}40", "\N{MINUS SIGN}20", "0", "+20", "+40", "+60"]
