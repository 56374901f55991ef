"""Periods, addresses, words and tiles: plain values in, plain values out."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.policy import Policy
from metrics.query import Count, Distribution, Level, Rate, Total, Value, Waiting
from metrics.registry import get_figure
from metrics.web import wording
from metrics.web.address import Params
from metrics.web.pairs import PAIRS, Spec
from metrics.web.periods import Period, compared, days_of
from metrics.web.policies import policy_summary
from metrics.web.reading import Reading
from metrics.web.tiles import Cell, make_cell, make_tile

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (Period.DAYS_7, date(2026, 11, 15), TODAY),
        (Period.DAYS_90, date(2026, 8, 24), TODAY),
        (Period.THIS_MONTH, date(2026, 11, 1), TODAY),
        (Period.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Period.LAST_QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        (Period.MONTHS_12, date(2025, 11, 22), TODAY),
        (Period.THIS_YEAR, date(2026, 1, 1), TODAY),
    ],
)
def test_named_periods(period: Period, start: date, end: date) -> None:
    assert days_of(period, today=TODAY) == (start, end)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_last_quarter_is_three_whole_months(month: int) -> None:
    start, end = days_of(Period.LAST_QUARTER, today=date(2026, month, 15))
    assert (start.day, start.month % 3) == (1, 1)
    assert end < date(2026, month, 15)
    assert 90 <= (end - start).days + 1 <= 92


@pytest.mark.parametrize(
    ("start", "end", "with_", "before"),
    [
        (date(2026, 3, 2), date(2026, 3, 8), "previous", (date(2026, 2, 23), date(2026, 3, 1))),
        (date(2026, 3, 1), date(2026, 3, 31), "previous", (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), date(2026, 3, 31), "previous", (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2028, 2, 29), date(2028, 3, 1), "year", (date(2027, 2, 28), date(2027, 3, 1))),
        (date(2026, 3, 2), date(2026, 3, 8), "none", None),
    ],
)
def test_what_a_period_is_held_against(
    start: date, end: date, with_: str, before: tuple[date, date] | None
) -> None:
    assert compared(start, end, with_=with_) == before


class TestAddress:
    def test_two_that_ask_the_same_are_the_same(self) -> None:
        one = Params.read({"level": ["2", "2"], "period": ["90d"], "window": ["5bd"], "x": ["1"]})
        other = Params.read({"level": [" 2 "], "tier": [""], "compare": ["previous"]})
        assert one == other
        assert one.on("/metrics/") == "/metrics/?level=2"

    def test_reading_again_changes_nothing(self) -> None:
        params = Params.read({"from": ["2026-03-02"], "to": ["2026-03-08"], "team": ["3", "1"]})
        assert Params.read({key: params.values(key) for key, _ in params.items}) == params

    def test_a_named_period_drops_dates(self) -> None:
        params = Params.read({"period": ["7d"], "from": ["2026-03-02"], "to": ["2026-03-08"]})
        assert params.items == (("period", "7d"),)

    def test_having_replaces_and_removes(self) -> None:
        params = Params.read({"level": ["1", "2"], "show": ["fcr"]})
        assert params.having(level="3", show=None).items == (("level", "3"),)

    def test_no_database_sees_what_none_keeps(self) -> None:
        assert Params.read({"tier": ["pre\0mier"]}).values("tier") == ("premier",)


@pytest.mark.parametrize(
    ("seconds", "text", "business"),
    [
        (0, "0 s", "0 s"),
        (45, "45 s", "45 s"),
        (90, "1.5 min", "1.5 min"),
        (660, "11 min", "11 min"),
        (24_480, "6.8 h", "6.8 h"),
        (200_000, "2.3 d", "55.6 h"),
        (9_000_000, "104 d", "2,500 h"),
    ],
)
def test_durations_are_said_in_one_unit(seconds: float, text: str, business: str) -> None:
    assert wording.length(seconds).text == text
    assert wording.length(seconds, is_business=True).text == business


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "%", "–"),
        (0.0, "%", "0.0\u202f%"),
        (71.42, "%", "71.4\u202f%"),
        (60.95, "money", "60.95 EUR"),
        (32_487.4, "money", "32,487 EUR"),
        (123_400, "money", "123k EUR"),
        (1_234_000, "money", "1.23m EUR"),
        (1_204, "tickets", "1,204"),
        (34.24, "points", "+34.2"),
        (-8.0, "points", "\N{MINUS SIGN}8.0"),
        (-0.01, "points", "0.0"),
    ],
)
def test_amounts(value: float | None, unit: str, text: str) -> None:
    assert wording.amount(value, unit=unit, money="EUR").text == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (70.6, 88.2, "%", "71 – 88\u202f%"),
        (-4.4, 31.0, "points", "\N{MINUS SIGN}4 to +31"),
        (-0.2, 100.0, "points", "0 to +100"),
        (None, None, "%", "–"),
    ],
)
def test_bounds(low: float | None, high: float | None, unit: str, text: str) -> None:
    assert wording.bounds(low, high, unit=unit) == text


def test_policies_in_a_few_words() -> None:
    assert policy_summary(Policy()) == "5 business days, first contact"
    other = Policy.parse({"window": "48h", "span": "until_resolved", "match": "customer"})
    assert policy_summary(other) == "48 hours, until resolved, 1 more changed"


def reading(key: str, value: Value, before: Value | None = None, **more: object) -> Reading:
    fields: dict[str, object] = {
        "spec": Spec(key, key, next(iter(get_figure(key).measures))),
        "beside": None,
        "points": (),
        "clock": "business",
        "money": "EUR",
        "opener": lambda spec, part, variant: f"/{spec.key}/{part}/{variant}",
        "opener_before": lambda spec, part, variant: f"/before/{spec.key}/{part}/{variant}",
    }
    return Reading(figure=get_figure(key), value=value, before=before, **(fields | more))  # type: ignore[arg-type]


def lines(cell: Cell) -> list[str]:
    return ["".join(piece.text for piece in line) for line in cell.lines]


class TestTiles:
    def test_a_rate_says_its_sample_and_what_it_was(self) -> None:
        cell = make_cell(reading("fcr", Rate(1_022, 1_431), Rate(693, 1_000)))
        assert cell.amount.text == "71.4\u202f%"
        assert lines(cell) == ["1,022 of 1,431", "was 69.3\u202f%"]
        assert cell.delta is not None
        assert (cell.delta.text, cell.delta.arrow, cell.delta.news) == ("2.1 pts", "up", "good")
        assert cell.href == "/fcr/numerator/"

    def test_down_is_good_news_where_less_is_better(self) -> None:
        cell = make_cell(reading("reopen_rate", Rate(1, 20), Rate(2, 20)))
        assert cell.delta is not None
        assert (cell.delta.arrow, cell.delta.news) == ("dn", "good")

    def test_volume_is_neither_good_nor_bad(self) -> None:
        cell = make_cell(reading("created", Count(5), Count(9)))
        assert cell.delta is not None
        assert (cell.delta.text, cell.delta.news) == ("4", "")

    def test_what_reads_the_same_is_no_change(self) -> None:
        cell = make_cell(reading("fcr", Rate(50_001, 100_000), Rate(1, 2)))
        assert cell.delta is not None
        assert (cell.delta.text, cell.delta.arrow) == ("no change", "")

    @pytest.mark.parametrize(
        ("key", "value", "reason"),
        [
            ("fcr", Rate(), "no tickets to count"),
            ("fcr", Rate(undecided=5), "all 5 still undecided"),
            ("fcr", Rate(unmeasured=4_580), "4,580 tickets, none measured"),
            ("ttfr", Distribution(waiting=Waiting(3, 60)), "all 3 still wait"),
            ("response_time", Distribution(waiting=Waiting()), "no responses to count"),
            ("backlog", Level(), "the day is not over"),
            ("touch_time", Total(), "no tickets to count"),
        ],
    )
    def test_no_value_is_a_dash_with_a_reason(self, key: str, value: Value, reason: str) -> None:
        cell = make_cell(reading(key, value, Rate(1, 2) if key == "fcr" else None))
        assert (cell.amount.text, cell.href, cell.delta) == ("–", "", None)
        assert lines(cell) == [reason]

    def test_nothing_against_something_has_no_change(self) -> None:
        assert make_cell(reading("fcr", Rate(1, 2), Rate())).delta is None

    def test_cost_without_prices_says_so(self) -> None:
        cell = make_cell(reading("cost", Total(), money=""))
        assert lines(cell) == ["no cost is set for any level"]

    def test_the_foot_says_what_the_numbers_leave_out(self) -> None:
        left = reading("fcr", Rate(70, 90, undecided=10, unmeasured=3))
        right = reading("reopen_rate", Rate(2, 40, events=5))
        tile = make_tile(left, right)
        assert [(foot.text, foot.can_change) for foot in tile.foot] == [
            ("10 undecided, 10.0\u202f%", True),
            ("3 unmeasured", False),
            ("5 reopens of 2 tickets", False),
        ]

    def test_those_still_waiting_stand_in_the_foot(self) -> None:
        value = Distribution(n=9, median=60, p90=90, waiting=Waiting(7, 960))
        tile = make_tile(reading("ttfr", value), reading("response_time", value))
        assert [foot.text for foot in tile.foot] == [
            "7 still wait, the oldest 16 min",
            "7 unanswered, the oldest 16 min",
        ]

    def test_every_figure_of_the_registry_is_on_a_tile_but_the_cancelled(self) -> None:
        from metrics.registry import all_figures

        shown = {spec.key for pair in PAIRS for spec in pair}
        shown |= {spec.other.key for pair in PAIRS for spec in pair if spec.other}
        assert {figure.key for figure in all_figures()} - shown == {"cancelled"}
