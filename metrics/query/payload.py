"""The JSON of an answer, the same in the report, the API and exports."""

from __future__ import annotations

from typing import Any

from metrics.query.values import Count, Distribution, FigureValue, Level, Rate, Total, Value
from metrics.registry import Kind, get_figure


def payload(answer: FigureValue) -> Any:
    """A figure as plain values: a number for a count, a mapping for the rest, nested by variant.

    Variants that are named with a dot ("net.business") are nested. None where there is no value.
    """
    figure = get_figure(answer.key)
    if figure.kind == Kind.DISTRIBUTION:
        found: dict[str, Any] = {"unit": figure.unit}
        _nest(found, answer)
        if figure.waiting and isinstance(answer.main, Distribution) and answer.main.waiting:
            waiting = answer.main.waiting
            found["waiting"] = {"n": waiting.n, "oldest_s": waiting.oldest_s}
        return found
    if len(answer.variants) == 1:
        return value_payload(answer.main)
    found = {}
    _nest(found, answer)
    return found


def _nest(found: dict[str, Any], answer: FigureValue) -> None:
    for variant, value in answer.variants.items():
        *path, last = (variant or "total").split(".")
        place = found
        for name in path:
            place = place.setdefault(name, {})
        place[last] = value_payload(value)


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
            return found if value.events is None else {**found, "events": value.events}
        case Distribution():
            return {
                "n": value.n,
                "mean": value.mean,
                "median": value.median,
                "p90": value.p90,
                "p95": value.p95,
            }
        case Total():
            return {"n": value.n, "total": value.total, "mean": value.mean}
        case Count() | Level():
            return value.value
