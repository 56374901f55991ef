"""Which part of a figure its numbers open: a value what it counts, n what it is of."""

from __future__ import annotations

from metrics.registry import Figure, Kind


def part_of(figure: Figure) -> str:
    """The part that a value or a mark of the figure opens."""
    if figure.is_of_services:
        return "missed"
    if figure.kind == Kind.INDEX:
        return "denominator"
    return "numerator" if figure.kind == Kind.RATE else "count"


def whole_of(figure: Figure) -> str:
    """The part that its sample opens, and what is told of all of it: n, p90, a mean, bounds."""
    is_rate = figure.kind == Kind.RATE and not figure.is_of_services
    return "denominator" if is_rate else part_of(figure)
