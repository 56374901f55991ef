"""What the charts say alike: their foot, their variant, their words."""

from __future__ import annotations

from metrics.query import Distribution, Rate, Total, Value
from metrics.registry import Figure, Kind
from metrics.web import wording
from metrics.zone import reporting_zone


def foot(counted_on: str, n: int | None) -> str:
    """The date field (without its explanation in brackets), the zone and n."""
    field = counted_on.partition(" (")[0]
    parts = [field[0].upper() + field[1:], str(reporting_zone())]
    return " · ".join([*parts, f"n {wording.count(n)}"] if n is not None else parts)


def variant_of(figure: Figure, clock: str) -> str:
    """The variant that a chart draws: the reader's clock where there is one, else the main one."""
    wanted = (clock, f"net.{clock}")
    return next((name for name in wanted if name in figure.measures), next(iter(figure.measures)))


def write(figure: Figure, variant: str, value: float | None) -> str:
    """A value in words, with its unit."""
    return wording.amount(value, unit=figure.unit, is_business="business" in variant).text


def basis(figure: Figure, variant: str, value: Value) -> str:
    """What a value stands on, in a few words."""
    if isinstance(value, Rate):
        undecided = f", {wording.count(value.undecided)} undecided" if value.undecided else ""
        parts = f"{wording.count(value.numerator)} of {wording.count(value.denominator)}"
        return parts + undecided
    if isinstance(value, Distribution):
        return f"p90 {write(figure, variant, value.p90)} · n {wording.count(value.n)}"
    if isinstance(value, Total):
        return f"mean {write(figure, variant, value.mean)} · n {wording.count(value.n)}"
    return ""


def part_of(figure: Figure) -> str:
    """The part that a mark of the figure opens."""
    return "numerator" if figure.kind == Kind.RATE else "count"


def tickets(number: int) -> str:
    """Write a number of tickets."""
    return f"{wording.count(number)} ticket{'' if number == 1 else 's'}"
