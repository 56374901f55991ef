"""Horizontal bars: one row per age, team, category …, each in one or more parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from metrics.charts.parts import TOP, UNSAID, Link, Rule, Said
from metrics.charts.scales import gutter_for

_TALL, _BAR = 38, 24
_TALL_ABOVE, _BAR_ABOVE = 44, 14
_GAP = 0.35  # per cent between parts


@dataclass(frozen=True)
class RowPart:
    """A share of a row in the row's own unit."""

    mark: str
    value: float
    link: Link


@dataclass(frozen=True)
class Row:
    """One row: its name, its parts, and how much they are ("58"); `more` ("n 320") leaves narrow
    charts."""

    text: str
    parts: tuple[RowPart, ...]
    end: Said
    more: Said = UNSAID
    is_provisional: bool = False

    @property
    def total(self) -> float:
        """All parts together; below 0 where its only part is."""
        return sum(part.value for part in self.parts)


@dataclass(frozen=True)
class Strip:
    """A bar's part: across in per cent, down in pixels; a veil has no link."""

    x: float
    y: float
    width: float
    height: int
    mark: str
    link: Link | None = None


@dataclass(frozen=True)
class Note:
    """A text in the plot, beside or above a bar: the name of a row, or how much it is (`end`) and
    of how many, where there is room (`more`)."""

    x: float
    y: float
    text: str = ""
    end: Said = UNSAID
    more: Said = UNSAID
    anchor: str = "start"
    mark: str = ""


@dataclass(frozen=True)
class RowsPlot:
    """Geometry of horizontal bars. `end_gutter` is the room that the texts behind the bars need;
    `zero` the line that bars run to both sides of, None where they begin at the edge."""

    name: str
    rules: tuple[Rule, ...]
    gutter: str
    end_gutter: str
    strips: tuple[Strip, ...]
    veils: tuple[Strip, ...]
    notes: tuple[Note, ...]
    height: int
    zero: float | None = None
    kind: str = "rows"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in any row."""
        return not self.strips


def draw_rows(rows: Sequence[Row], *, name: str, top: float | None = None) -> RowsPlot:
    """Draw rows with short names: the name in the gutter, how much behind the bar.

    The longest row, or `top`, takes the whole width.
    """
    most = top or max((row.total for row in rows), default=0) or 1
    places = [TOP + i * _TALL + (_TALL - _BAR) / 2 for i in range(len(rows))]
    rules = tuple(Rule(y + _BAR / 2, row.text) for y, row in zip(places, rows, strict=True))
    return RowsPlot(
        name=name,
        rules=rules,
        gutter=gutter_for([rule.text for rule in rules]),
        end_gutter=gutter_for([row.end.text for row in rows]),
        strips=_strips(rows, places, most, _BAR),
        veils=_veils(rows, places, most, _BAR),
        notes=tuple(
            Note(x=round(100 * min(row.total, most) / most, 2), y=y + 16, end=row.end)
            for y, row in zip(places, rows, strict=True)
        ),
        height=TOP + len(rows) * _TALL,
    )


def draw_named_rows(rows: Sequence[Row], *, name: str, top: float | None = None) -> RowsPlot:
    """Draw rows with long names: name and how much stand above the bar, so that both fit at 360.

    Where rows of one part are below 0, all begin at a line of zero and run to either side.
    """
    most = top or max((row.total for row in rows), default=0)
    least = min((row.total for row in rows), default=0)
    if least < 0:
        return _two_sided(rows, name=name, least=least, most=max(most, 0.0))
    most = most or 1
    places = [float(i * _TALL_ABOVE + 20) for i in range(len(rows))]
    pairs = list(zip(places, rows, strict=True))
    return RowsPlot(
        name=name,
        rules=(),
        gutter="",
        end_gutter="",
        strips=_strips(rows, places, most, _BAR_ABOVE),
        veils=_veils(rows, places, most, _BAR_ABOVE),
        notes=(
            *(Note(x=0, y=y - 6, text=row.text, mark="row-name") for y, row in pairs),
            *(Note(x=100, y=y - 6, end=row.end, more=row.more, anchor="end") for y, row in pairs),
        ),
        height=len(rows) * _TALL_ABOVE,
    )


def _two_sided(rows: Sequence[Row], *, name: str, least: float, most: float) -> RowsPlot:
    """Draw named rows to the left and right of zero."""
    plot = draw_named_rows([replace(row, parts=()) for row in rows], name=name, top=1)
    per_unit = 100 / (most - least)
    zero = -least * per_unit
    strips = []
    for i, row in enumerate(rows):
        y, wide = float(i * _TALL_ABOVE + 20), abs(row.total) * per_unit
        x = zero - wide if row.total < 0 else zero
        strips += [
            Strip(round(x, 2), y, round(max(0.4, wide), 2), _BAR_ABOVE, part.mark, part.link)
            for part in row.parts
        ]
    return replace(plot, strips=tuple(strips), zero=round(zero, 2))


def _strips(
    rows: Sequence[Row], places: Sequence[float], most: float, tall: int
) -> tuple[Strip, ...]:
    strips = []
    for y, row in zip(places, rows, strict=True):
        x = 0.0
        for part in row.parts:
            wide = 100 * min(part.value, most) / most
            if part.value:
                drawn = round(max(0.4, wide - _GAP), 2)
                strips.append(Strip(round(x, 2), y, drawn, tall, part.mark, part.link))
            x += wide
    return tuple(strips)


def _veils(
    rows: Sequence[Row], places: Sequence[float], most: float, tall: int
) -> tuple[Strip, ...]:
    return tuple(
        Strip(0, y, round(100 * min(row.total, most) / most, 2), tall, "hatch-veil")
        for y, row in zip(places, rows, strict=True)
        if row.is_provisional and row.total
    )
