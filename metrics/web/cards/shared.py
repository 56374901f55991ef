"""What the charts say alike: their foot, their variant, their words."""

from __future__ import annotations

from collections.abc import Iterable

from metrics.query import Distribution, Index, Opinion, Rate, Total, Value
from metrics.registry import Figure, Kind
from metrics.web import wording
from metrics.web.shown import kinds_of, shown_as
from metrics.zone import reporting_zone
from tickets.formats import NONE

MINUS = "\N{MINUS SIGN}"


def foot(counted_on: str, n: int | None, *, values: Iterable[Value] = ()) -> str:
    """The date field (without its explanation in brackets), the zone, n, and how exact percentiles
    among the values are where they are not."""
    field = counted_on.partition(" (")[0]
    parts = [field[0].upper() + field[1:], str(reporting_zone())]
    parts += [] if n is None else [f"n\u00a0{wording.count(n)}"]
    is_exact = all(value.is_exact for value in values if isinstance(value, Distribution))
    return " · ".join(parts if is_exact else [*parts, f"≈ {wording.ACCURACY_WORDS}"])


def titled(figure: Figure, variant: str) -> str:
    """The figure's name, and which kind of it where that is not the main one."""
    shown = shown_as(figure, variant)
    is_main = shown.kind == kinds_of(figure)[0]
    name = figure.variant_names.get(variant, "")
    return figure.name if is_main else f"{figure.name}: {wording.within(name)}"


def write(figure: Figure, variant: str, value: float | None) -> str:
    """A value in words, with its unit."""
    return wording.amount(value, unit=figure.unit, is_business="business" in variant).text


def difference(figure: Figure, variant: str, one: float | None, other: float | None) -> str:
    """The second less the first, signed: "+2.1 pts", "−8 min"; "–" where either is none."""
    if one is None or other is None:
        return NONE
    change = other - one
    if figure.unit in (*wording.SHARES, "points"):
        said = f"{abs(change):.1f} pts"
    else:
        said = write(figure, variant, abs(change))
    if not any(digit in "123456789" for digit in said):
        return "no difference"
    return f"{'+' if change > 0 else MINUS}{said}"


def basis(figure: Figure, variant: str, value: Value, *, is_whole: bool = True) -> str:
    """What a value stands on, in a few words; `is_whole` with what is not decided yet."""
    if isinstance(value, Rate) and figure.is_of_services:
        return wording.outage(value.numerator, value.denominator)
    if isinstance(value, Rate):
        is_told = is_whole and value.undecided
        undecided = f", {wording.count(value.undecided)} undecided" if is_told else ""
        parts = f"{wording.count(value.numerator)} of {wording.count(value.denominator)}"
        return parts + undecided + _bounds(figure, value.opinion)
    if isinstance(value, Index):
        ends = f"{wording.count(value.promoters)} would, {wording.count(value.detractors)} not"
        return f"{ends}, of {wording.count(value.n)}" + _bounds(figure, value.opinion)
    if isinstance(value, Distribution):
        return f"p90 {write(figure, variant, value.p90)} · n\u00a0{wording.count(value.n)}"
    if isinstance(value, Total):
        return f"mean {write(figure, variant, value.mean)} · n\u00a0{wording.count(value.n)}"
    return ""


def _bounds(figure: Figure, opinion: Opinion | None) -> str:
    if opinion is None or opinion.low is None:
        return ""
    return f" · {wording.bounds(opinion.low, opinion.high, unit=figure.unit)}"


def part_of(figure: Figure) -> str:
    """The part that a mark of the figure opens."""
    if figure.is_of_services:
        return "missed"
    if figure.kind == Kind.INDEX:
        return "denominator"
    return "numerator" if figure.kind == Kind.RATE else "count"


def size(figure: Figure, value: Value) -> str:
    """What stands for the sample in a table: n, or for services how long was agreed."""
    if figure.is_of_services:
        return wording.length(value.n, is_business=True).text
    return wording.count(value.n)


def tickets(number: int) -> str:
    """Write a number of tickets."""
    return f"{wording.count(number)} ticket{'' if number == 1 else 's'}"
