"""Two segments crossed: a table of rows by columns, each cell shaded by its value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.charts.parts import Link

SHADES = 4
FEW = 5
"""Below so many a value is chance more than anything; it is not shaded."""


@dataclass(frozen=True)
class Crossed:
    """What two segment values have in common; `n` None where the value is its own sample."""

    value: float | None
    text: str
    link: Link
    n_link: Link
    n: int | None = None

    @property
    def is_few(self) -> bool:
        """Whether it stands on too few to be shaded."""
        return self.n is not None and self.n < FEW


@dataclass(frozen=True)
class CrossCell:
    """A cell: `shade` 0 (lowest) to 3 (highest), None where there is nothing or too few."""

    text: str
    under: str = ""
    shade: int | None = None
    link: Link | None = None
    under_link: Link | None = None


@dataclass(frozen=True)
class CrossRow:
    """A row and what it is of."""

    name: str
    cells: tuple[CrossCell, ...]


@dataclass(frozen=True)
class CrossingPlot:
    """Rows by columns; `low` and `high` are the texts of the palest and the darkest cell."""

    name: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[CrossRow, ...]
    low: str = ""
    high: str = ""
    kind: str = "crossing"

    @property
    def is_empty(self) -> bool:
        """Whether no cell has anything."""
        return not any(cell.link for row in self.rows for cell in row.cells)


def draw_crossing(
    found: Mapping[tuple[str, str], Crossed],
    *,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    name: str,
    corner: str,
) -> CrossingPlot:
    """Lay out what is `found` by (row, column); `rows` and `columns` are names by value, in order.
    What is found of others is left out."""
    shown = [found[pair] for pair in found if pair[0] in rows and pair[1] in columns]
    solid = sorted((each for each in shown if _is_solid(each)), key=lambda each: each.value or 0)
    return CrossingPlot(
        name=name,
        corner=corner,
        columns=tuple(columns.values()),
        rows=tuple(
            CrossRow(text, tuple(_cell(found.get((row, column)), solid) for column in columns))
            for row, text in rows.items()
        ),
        low=solid[0].text if solid else "",
        high=solid[-1].text if solid else "",
    )


def _is_solid(crossed: Crossed) -> bool:
    return crossed.value is not None and not crossed.is_few


def _cell(crossed: Crossed | None, solid: list[Crossed]) -> CrossCell:
    if crossed is None:
        return CrossCell("")
    under = "" if crossed.n is None else f"n\u00a0{crossed.n:,}"
    link = crossed.link if crossed.value is not None else None
    is_shaded = _is_solid(crossed)
    shade = shade_of(crossed.value or 0, (each.value or 0 for each in solid))
    return CrossCell(
        text=crossed.text,
        under=under,
        shade=shade if is_shaded else None,
        link=link,
        under_link=crossed.n_link if crossed.n else None,
    )


def shade_of(value: float, values: Iterable[float]) -> int:
    """The step of a value between the lowest and the highest of all; 1 where all are alike."""
    listed = list(values)
    low, high = min(listed, default=value), max(listed, default=value)
    if low == high:
        return 1
    return min(SHADES - 1, int(SHADES * (value - low) / (high - low)))
