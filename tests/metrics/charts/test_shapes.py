"""Stacks, flows, heat maps, rows and sparklines: geometry of hand-worked values."""

import datetime as dt

import pytest

from metrics.charts.flow import Flow, draw_flow
from metrics.charts.heat import Hour, draw_heat, shade
from metrics.charts.parts import Link, Said
from metrics.charts.rows import Row, RowPart, draw_named_rows, draw_rows
from metrics.charts.spark import draw_spark
from metrics.charts.stack import Bar, Part, draw_stack

LINK = Link(href="/metrics/tickets/", name="some", tip="some")
ENDS = (lambda level, n: LINK, lambda level, n: LINK)
NAMES = {1: "L1", 2: "L2", 3: "L3"}
WEEK = dt.date(2026, 8, 24)


def bar(*counts, is_provisional=False, week=0):
    parts = tuple(Part(f"bar-{i}", count, LINK) for i, count in enumerate(counts, 1))
    return Bar(WEEK + dt.timedelta(weeks=week), parts, is_provisional)


class TestStack:
    def test_parts_stand_on_each_other(self):
        plot = draw_stack([bar(60, 30, 10)], bucket="week", name="x")
        first, second, third = plot.boxes
        assert first.y > second.y > third.y
        assert first.height == pytest.approx(220 * 60 / 100 - 1.5)

    def test_nothing_is_empty(self):
        assert draw_stack([], bucket="week", name="x").is_empty
        assert draw_stack([bar(0, 0)], bucket="week", name="x").is_empty

    def test_an_unfinished_week_is_veiled(self):
        plot = draw_stack([bar(5), bar(2, is_provisional=True, week=1)], bucket="week", name="x")
        assert len(plot.veils) == 1
        assert plot.veils[0].x == plot.boxes[1].x


class TestFlow:
    def test_every_level_keeps_its_tickets(self):
        flows = [Flow(1, 1, 894, LINK), Flow(1, 2, 262, LINK), Flow(2, 1, 14, LINK)]
        plot = draw_flow(flows, names=NAMES, name="x", ends=ENDS)
        assert [(node.text, node.total_text) for node in plot.sources] == [
            ("L2", "14"),
            ("L1", "1,156"),
        ]
        assert [(node.text, node.total) for node in plot.targets] == [("L2", 262), ("L1", 908)]

    def test_a_thin_flow_can_still_be_hit(self):
        plot = draw_flow(
            [Flow(1, 1, 100_000, LINK), Flow(3, 1, 1, LINK)], names=NAMES, name="x", ends=ENDS
        )
        assert min(node.height for node in plot.sources) >= 1.5

    def test_it_fits_its_height(self):
        flows = [Flow(a, b, 10, LINK) for a in NAMES for b in NAMES]
        plot = draw_flow(flows, names=NAMES, name="x", ends=ENDS)
        assert max(node.y + node.height for node in plot.sources) <= plot.height - 21

    def test_nothing_is_empty(self):
        assert draw_flow([], names=NAMES, name="x", ends=ENDS).is_empty
        assert draw_flow([Flow(1, 1, 0, LINK)], names=NAMES, name="x", ends=ENDS).is_empty


class TestHeat:
    def hours(self, **counts):
        week = {(day, hour): 0 for day in range(7) for hour in range(24)}
        week |= {(0, int(hour[1:])): count for hour, count in counts.items()}
        return {key: Hour(*key, count, LINK) for key, count in week.items()}

    def test_only_hours_that_count_are_drawn(self):
        plot = draw_heat(self.hours(h9=4, h11=8), name="x")
        assert len(plot.squares) == 7 * 3
        assert plot.most == 8

    def test_open_hours_are_drawn_and_framed(self):
        frame = frozenset((day, hour) for day in range(5) for hour in range(8, 18))
        plot = draw_heat(self.hours(h9=4), name="x", open_hours=frame)
        assert len(plot.squares) == 7 * 10
        assert plot.frame.count("M") == 2 * 10 + 2 * 5

    def test_shades_are_even_and_nothing_is_the_ground(self):
        assert [shade(count, 60) for count in (0, 1, 10, 11, 60)] == [0, 1, 1, 2, 6]

    def test_nothing_is_empty(self):
        assert draw_heat(self.hours(), name="x").is_empty


class TestRows:
    def rows(self):
        parts = (RowPart("bar-1", 30, LINK), RowPart("bar-2", 10, LINK))
        return [Row("under 1 day", parts, Said("40")), Row("over 30 days", parts[:1], Said("30"))]

    def test_the_longest_takes_the_width(self):
        plot = draw_rows(self.rows(), name="x")
        assert plot.strips[1].x + plot.strips[1].width == pytest.approx(100, abs=0.5)
        assert [note.x for note in plot.notes] == [100, 75]

    def test_names_above_leave_the_whole_width(self):
        plot = draw_named_rows(self.rows(), name="x", top=100)
        assert plot.rules == ()
        assert [note.anchor for note in plot.notes] == ["start", "start", "end", "end"]

    def test_nothing_is_empty(self):
        assert draw_rows([], name="x").is_empty


class TestSpark:
    def test_it_ends_in_a_dot(self):
        assert draw_spark([1, 2, 3]).dot == (96, 4)

    def test_gaps_stay_gaps(self):
        assert draw_spark([1, 2, None, 3, 4]).line.count("M") == 2

    def test_only_what_can_still_change_is_drawn_as_such(self):
        """The second of five can still change: its two neighbours' lines do, the others do not."""
        plot = draw_spark([1, 2, 3, 4, 5], unsure=[False, True, False, False, False])
        assert plot.unsure == "M0,22L24,17.5L48,13"
        assert plot.line == "M48,13L72,8.5L96,4"

    def test_an_end_that_can_still_change_is_hollow(self):
        assert draw_spark([1, 2], unsure=[False, True]).is_dot_open
        assert not draw_spark([1, 2, None], unsure=[False, False, True]).is_dot_open

    @pytest.mark.parametrize("values", [[], [None, None]])
    def test_nothing_draws_nothing(self, values):
        assert draw_spark(values).dot is None

    def test_one_value_is_a_dot(self):
        plot = draw_spark([3])
        assert plot.line == ""
        assert plot.dot == (0, 13)


def test_named_rows_below_nothing_run_to_the_left_of_zero():
    values = {"Anna": 50.0, "Ben": -25.0, "Cleo": 0.0}
    rows = [
        Row(name, (RowPart("bar-2", value, Link("#", name, name)),), Said(f"{value:+.0f}"))
        for name, value in values.items()
    ]
    plot = draw_named_rows(rows, name="x")
    assert plot.zero == pytest.approx(33.33)
    by_name = {strip.link.name: strip for strip in plot.strips if strip.link}
    assert by_name["Anna"].x == plot.zero
    assert by_name["Anna"].x + by_name["Anna"].width == pytest.approx(100)
    assert by_name["Ben"].x == 0
    assert by_name["Ben"].width == pytest.approx(plot.zero)
    assert by_name["Cleo"].x == plot.zero
    assert draw_named_rows(rows[:1], name="x").zero is None
