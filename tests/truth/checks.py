"""Comparisons with the truth: a test of each log runs every one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest

from metrics.fill.rollup import fill_days
from metrics.query import Level, Point, Scope, count_days, payload
from metrics.query.snapshots import kept_days
from metrics.registry import get_figure
from metrics.zone import days_between, end_of
from tests.truth.reading import RealLog, days_of

# Column of the truth → column of export_facts.
SECONDS = {
    "ttfr_s": "ttfr_seconds",
    "ttfr_bs": "ttfr_business_seconds",
    "ttr_gross_s": "ttr_gross_seconds",
    "ttr_gross_bs": "ttr_gross_business_seconds",
    "ttr_net_s": "ttr_net_seconds",
    "ttr_net_bs": "ttr_net_business_seconds",
    "waiting_customer_s": "waiting_customer_seconds",
    "waiting_customer_bs": "waiting_customer_business_seconds",
    "waiting_vendor_s": "waiting_vendor_seconds",
    "waiting_vendor_bs": "waiting_vendor_business_seconds",
    "on_hold_s": "on_hold_seconds",
    "on_hold_bs": "on_hold_business_seconds",
    "resolved_gap_s": "resolved_gap_seconds",
    "resolved_gap_bs": "resolved_gap_business_seconds",
}
MOMENTS = ("received_at", "picked_up_at", "first_resolved_at", "last_resolved_at")
NUMBERS = (
    "entry_level",
    "reopens",
    "escalations",
    "deescalations",
    "highest_level",
    "resolving_level",
)
ANSWERS = {
    "flr": "flr",
    "reached_l2": "was_above_l1",
    "was_l2": "was_at_l2",
    "above_after_l2": "was_above_l2_after_l2",
}
KEYS: Final = (
    "created",
    "resolved",
    "flr",
    "reopen_rate",
    "escalation_rate",
    "ttfr",
    "ttr",
    "backlog",
)
"""The figures that the truth knows."""

HISTOGRAM: Final = 0.01
"""How far percentiles that are read off histograms may be from the true ones, in parts of these."""

Facts = dict[str, dict[str, str]]


def differences(log: RealLog, facts: Facts) -> list[str]:
    """Say of every ticket and fact what differs; empty where all is exact."""
    found = [f"{ticket}: is missing" for ticket in log.tickets.keys() - facts.keys()]
    found += [f"{ticket}: is too many" for ticket in facts.keys() - log.tickets.keys()]
    for ticket in log.tickets.keys() & facts.keys():
        true, ours = log.tickets[ticket], facts[ticket]
        for of_truth, of_ours, read in _pairs():
            if read(true[of_truth]) != read(ours[of_ours]):
                found.append(f"{ticket} {of_ours}: {ours[of_ours]!r}, not {true[of_truth]!r}")
    return sorted(found)


def _pairs() -> list[tuple[str, str, Any]]:
    pairs: list[tuple[str, str, Any]] = [(true, ours, _float) for true, ours in SECONDS.items()]
    pairs += [(name, name, _moment) for name in MOMENTS]
    pairs += [(name, name, _int) for name in NUMBERS]
    pairs += [(true, ours, _answer) for true, ours in ANSWERS.items()]
    return [*pairs, ("last_status", "status", str)]


def _float(text: str) -> float | None:
    return float(text) if text else None


def _int(text: str) -> int | None:
    return int(text) if text else None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _answer(text: str) -> bool | None:
    return text.lower() in ("true", "yes") if text else None


# Figures ------------------------------------------------------------------------------------


def check_period(truth: dict[str, Any], figures: dict[str, Any], *, tolerance: float = 0) -> None:
    """Compare one period of truth.json with told figures; percentiles to a part of their value."""
    assert figures["created"] == truth["created"]
    assert figures["resolved"] == truth["resolved"]
    _check_rate(truth["flr"], figures["flr"])
    _check_rate(truth["reopen_rate"], figures["reopen_rate"])
    for level in ("from_l1", "from_l2"):
        _check_rate(truth[f"escalation_rate_{level}"], figures["escalation_rate"][level])
    _check_distribution(truth["ttfr"], figures["ttfr"]["calendar"], tolerance)
    _check_distribution(truth["ttfr_business"], figures["ttfr"]["business"], tolerance)
    assert figures["ttfr"]["waiting"]["n"] == truth["not_picked_up"]
    for kind in ("gross", "net"):
        told = figures["ttr"][kind]
        _check_distribution(truth[f"ttr_{kind}"], told["calendar"], tolerance)
        _check_distribution(truth[f"ttr_{kind}_business"], told["business"], tolerance)


def _check_rate(truth: dict[str, Any], ours: dict[str, Any]) -> None:
    assert (ours["numerator"], ours["denominator"]) == (truth["numerator"], truth["denominator"])
    if truth["rate"] is None:
        assert ours["value"] is None
    else:
        assert ours["value"] == pytest.approx(100 * truth["rate"], abs=0.0001)


def _check_distribution(truth: dict[str, Any], ours: dict[str, Any], tolerance: float) -> None:
    assert ours["n"] == truth["n"]
    for name in ("mean", "median", "p90", "p95"):
        if name in truth:
            rel = 0 if name == "mean" else tolerance
            assert ours[name] == pytest.approx(truth[name], abs=0.001, rel=rel), name
        else:
            assert ours[name] is None


def whole_period(log: RealLog) -> tuple[date, date]:
    """Return the first and the last day of all months of the truth, and of its backlog."""
    months = [day for month in log.figures["months"] for day in days_of(month)]
    days = [*months, *map(date.fromisoformat, log.backlog)]
    return min(days), max(days)


# As the page reads them ---------------------------------------------------------------------


def check_page(log: RealLog) -> None:
    """Fill the days, on the morning after them all, and compare what the page reads: of the whole
    time, of every month, and of the backlog by day."""
    truths = [log.figures["total"], *log.figures["months"].values()]
    spans = [whole_period(log), *map(days_of, log.figures["months"])]
    now = end_of(spans[0][1]) + timedelta(hours=6)
    periods = [Scope(start=start, end=end, as_of=now) for start, end in spans]
    fill_days(now=now)
    _check_snapshots_answer(periods[0])
    shown = {key: tuple(get_figure(key).measures) for key in KEYS}
    counted = count_days(shown, periods, buckets=["day"])
    for period, truth in zip(periods, truths, strict=True):
        told = {key: payload(answer) for key, answer in counted.values(period).items()}
        check_period(truth, told, tolerance=HISTOGRAM)
    steps = counted.steps("backlog", periods[0], bucket="day")
    told_by_day = _by_day(steps[get_figure("backlog").variant("")])
    assert {day: told_by_day[day] for day in log.backlog} == log.backlog


def _check_snapshots_answer(period: Scope) -> None:
    days, known = frozenset(days_between(period.start, period.end)), kept_days(period)
    assert not days - known.clean
    assert not days - known.taken


def _by_day(steps: Sequence[Point]) -> dict[str, int | None]:
    levels = {step.start: step.value for step in steps if isinstance(step.value, Level)}
    return {day.isoformat(): level.value for day, level in levels.items()}
