"""The JSON of an answer, the same in the report, the API and exports."""

from __future__ import annotations

from typing import Any

from metrics.query.values import (
    Count,
    Distribution,
    FigureValue,
    Index,
    Level,
    Opinion,
    Rate,
    Total,
    Value,
)
from metrics.registry import Kind, get_figure


def payload(answer: FigureValue) -> Any:
    """A figure as plain values: a number for a count, a mapping for the rest, nested by variant.

    Variants that are named with a dot ("net.business") are nested; those of a count stand beside it
    (see `beside`). A distribution whose percentiles come from histograms says `is_exact: false`.
    None where there is no value.
    """
    figure = get_figure(answer.key)
    if figure.kind == Kind.DISTRIBUTION:
        found: dict[str, Any] = {"unit": figure.unit}
        _nest(found, answer)
        if len(set(figure.waiting.values())) > 1:
            _nest_waiting(found, answer)
        return found | _waiting(answer.main)
    if figure.kind == Kind.COUNT or len(answer.variants) == 1:
        return value_payload(answer.main)
    found = {}
    _nest(found, answer)
    return found


def beside(answer: FigureValue) -> dict[str, Any]:
    """What stands beside a figure under a name of its own: a count split by its variants."""
    figure = get_figure(answer.key)
    if not figure.split_by:
        return {}
    parts = {name: value_payload(value) for name, value in answer.variants.items() if name}
    return {f"{figure.key}_by_{figure.split_by}": parts}


def _nest(found: dict[str, Any], answer: FigureValue) -> None:
    for variant, value in answer.variants.items():
        *path, last = (variant or "total").split(".")
        place = found
        for name in path:
            place = place.setdefault(name, {})
        place[last] = value_payload(value)


def _nest_waiting(found: dict[str, Any], answer: FigureValue) -> None:
    """Say of each variant who waits, where it is not the same of all."""
    for variant, value in answer.variants.items():
        found[variant or "total"] |= _waiting(value)


def _waiting(value: Value) -> dict[str, Any]:
    if not isinstance(value, Distribution) or value.waiting is None:
        return {}
    return {"waiting": {"n": value.waiting.n, "oldest_s": value.waiting.oldest_s}}


def value_payload(value: Value) -> Any:
    """One value, without its variants."""
    match value:
        case Rate():
            found: dict[str, Any] = {
                "numerator": value.numerator,
                "denominator": value.denominator,
                "value": value.value,
                "undecided": value.undecided,
                "unmeasured": value.unmeasured,
            }
            found |= {} if value.events is None else {"events": value.events}
            return found | (_opinion(value.opinion) if value.opinion else {})
        case Index():
            return {
                "promoters": value.promoters,
                "passives": value.passives,
                "detractors": value.detractors,
                "n": value.n,
                "value": value.value,
                **_opinion(value.opinion),
            }
        case Distribution():
            spread = {
                "n": value.n,
                "mean": value.mean,
                "median": value.median,
                "p90": value.p90,
                "p95": value.p95,
            }
            return spread if value.is_exact else {**spread, "is_exact": False}
        case Total():
            return {"n": value.n, "total": value.total, "mean": value.mean}
        case Count() | Level():
            return value.value


def _opinion(opinion: Opinion) -> dict[str, float | None]:
    return {"mean": opinion.mean, "low": opinion.low, "high": opinion.high}
