"""Comparisons with the truth: a test of each log runs every one of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

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


def check_period(truth: dict[str, Any], figures: dict[str, Any]) -> None:
    """Compare one period of truth.json with a report's figures."""
    assert figures["created"] == truth["created"]
    assert figures["resolved"] == truth["resolved"]
    _check_rate(truth["flr"], figures["flr"])
    _check_rate(truth["reopen_rate"], figures["reopen_rate"])
    for level in ("from_l1", "from_l2"):
        _check_rate(truth[f"escalation_rate_{level}"], figures["escalation_rate"][level])
    _check_distribution(truth["ttfr"], figures["ttfr"]["calendar"])
    _check_distribution(truth["ttfr_business"], figures["ttfr"]["business"])
    assert figures["ttfr"]["waiting"]["n"] == truth["not_picked_up"]
    for kind in ("gross", "net"):
        _check_distribution(truth[f"ttr_{kind}"], figures["ttr"][kind]["calendar"])
        _check_distribution(truth[f"ttr_{kind}_business"], figures["ttr"][kind]["business"])


def _check_rate(truth: dict[str, Any], ours: dict[str, Any]) -> None:
    assert (ours["numerator"], ours["denominator"]) == (truth["numerator"], truth["denominator"])
    if truth["rate"] is None:
        assert ours["value"] is None
    else:
        assert ours["value"] == pytest.approx(100 * truth["rate"], abs=0.0001)


def _check_distribution(truth: dict[str, Any], ours: dict[str, Any]) -> None:
    assert ours["n"] == truth["n"]
    for name in ("mean", "median", "p90", "p95"):
        if name in truth:
            assert ours[name] == pytest.approx(truth[name], abs=0.001, rel=0)
        else:
            assert ours[name] is None


def whole_period(log: RealLog) -> tuple[date, date]:
    """Return the first and the last day of all months of the truth."""
    months = sorted(log.figures["months"])
    return days_of(months[0])[0], days_of(months[-1])[1]


def days_of_backlog(log: RealLog) -> tuple[date, date]:
    """Return the first and the last day that the truth knows the backlog of."""
    days = sorted(log.backlog)
    return date.fromisoformat(days[0]), date.fromisoformat(days[-1])
