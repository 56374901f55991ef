"""What the charts say alike: their foot, their variant, their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from metrics.charts.parts import Text
from metrics.query import Distribution, Index, Rate, Total, Value
from metrics.registry import Figure
from metrics.web import wording
from metrics.web.parts import part_of, whole_of
from metrics.web.shown import kinds_of, shown_as
from metrics.zone import reporting_zone
from tickets.formats import NONE

MINUS = "\N{MINUS SIGN}"

Piece = tuple[str, str]
"""A piece of a line, and the part of a figure that it counts; "" for none."""


def foot(
    counted_on: str, n: int | None, *, href: str, values: Iterable[Value] = ()
) -> tuple[Text, ...]:
    """The date field (without its explanation in brackets), the zone, n with the address of its
    tickets, and how exact percentiles among the values are where they are not."""
    field = counted_on.partition(" (")[0]
    parts = [Text(field[0].upper() + field[1:]), Text(str(reporting_zone()))]
    parts += [] if n is None else [sample(n, href)]
    is_exact = all(value.is_exact for value in values if isinstance(value, Distribution))
    return parted(parts if is_exact else [*parts, Text(f"≈ {wording.ACCURACY_WORDS}")])


def sample(n: int, href: str) -> Text:
    """How many stand behind a number; it opens them, if there are any."""
    return Text(f"n\u00a0{wording.count(n)}", href if n else "")


def parted(parts: Iterable[Text]) -> tuple[Text, ...]:
    """The parts of a line with dots between them."""
    found = [piece for part in parts for piece in (Text(" · "), part)]
    return tuple(found[1:])


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


def basis(figure: Figure, variant: str, value: Value) -> str:
    """What a value stands on, in a few words, with what is not decided yet."""
    return "".join(text for text, _ in stands_on(figure, variant, value))


def stands_on(figure: Figure, variant: str, value: Value) -> Iterator[Piece]:
    """The same in pieces, each with the part of the figure that it counts, "" for none."""
    match value:
        case Rate() if figure.is_of_services:
            yield wording.outage(value.numerator, value.denominator), part_of(figure)
        case Rate():
            yield from _of_rate(value)
        case Index():
            yield wording.count(value.promoters), "promoters"
            yield " would, ", ""
            yield wording.count(value.detractors), "detractors"
            yield " not, of ", ""
            yield wording.count(value.n), "denominator"
        case Distribution():
            yield from _of_sample(figure, "p90", write(figure, variant, value.p90), value)
        case Total():
            yield from _of_sample(figure, "mean", write(figure, variant, value.mean), value)
    opinion = value.opinion if isinstance(value, Rate | Index) else None
    if opinion and opinion.low is not None:
        yield " · ", ""
        yield wording.bounds(opinion.low, opinion.high, unit=figure.unit), whole_of(figure)


def _of_rate(value: Rate) -> Iterator[Piece]:
    yield wording.count(value.numerator), "numerator"
    yield " of ", ""
    yield wording.count(value.denominator), "denominator"
    if value.undecided:
        yield ", ", ""
        yield f"{wording.count(value.undecided)} undecided", "undecided"


def _of_sample(figure: Figure, name: str, said: str, value: Value) -> Iterator[Piece]:
    """A number of all that were measured, and how many these are."""
    yield f"{name} ", ""
    yield said, whole_of(figure)
    yield " · ", ""
    yield f"n\u00a0{wording.count(value.n)}", whole_of(figure)


def size(figure: Figure, value: Value) -> str:
    """What stands for the sample in a table: n, or for services how long was agreed."""
    if figure.is_of_services:
        return wording.length(value.n, is_business=True).text
    return wording.count(value.n)


def tickets(number: int) -> str:
    """Write a number of tickets."""
    return f"{wording.count(number)} ticket{'' if number == 1 else 's'}"
