"""What every kind of chart shares: links, table twins, legends, the card around a plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

TOP, BOTTOM = 16, 24
HEIGHT = 260


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a line; with `href` it opens tickets."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Link:
    """Where a mark leads: the address, its name for those who cannot see it, the tip (lines)."""

    href: str
    name: str
    tip: str


@dataclass(frozen=True, slots=True)
class Said:
    """A number in words, and where it leads; None where nothing is behind it."""

    text: str
    link: Link | None = None


UNSAID: Final = Said("")


@dataclass(frozen=True)
class Rule:
    """A horizontal line of the grid, `y` pixels from the top, with its text in the gutter."""

    y: float
    text: str


@dataclass(frozen=True)
class Label:
    """A text under the plot, `x` per cent across. `is_secondary` ones leave narrow charts."""

    x: float
    text: str
    is_secondary: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table twin; with `href` it opens the tickets that it counts. `raw` is what the
    file gets where the text is rounded for people (seconds, per cent); None is no value."""

    text: str
    href: str = ""
    raw: float | int | str | None = ""


@dataclass(frozen=True)
class Table:
    """A chart's full equivalent. The first cell of each row is its heading."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Legend:
    """One entry: `mark` is the class of the key, "hatch" for what can still change."""

    mark: str
    text: str


class Plot(Protocol):
    """The geometry of one kind of chart, drawn by templates/metrics/charts/<kind>.html."""

    @property
    def kind(self) -> str:
        """The template's name."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""


@dataclass(frozen=True)
class Card:
    """A chart with all that a reader needs to trust it.

    `foot` names the date field, the zone and n, which opens. `csv_href` gives the table twin as a
    file, `href` an address that can be sent to somebody. `empty` says what is so when nothing is
    drawn. A wide one takes the whole row.
    """

    key: str
    title: str
    sentence: str
    plot: Plot
    table: Table
    foot: tuple[Text, ...]
    csv_href: str
    href: str
    legend: tuple[Legend, ...] = ()
    says: str = ""
    notes: tuple[str, ...] = ()
    empty: str = "Nothing to show for this period."
    is_wide: bool = False

    @property
    def is_table(self) -> bool:
        """Whether the plot is a table already."""
        return self.plot.kind in ("sides", "crossing")

    @property
    def template(self) -> str:
        """The template that draws the plot."""
        return f"metrics/charts/{self.plot.kind}.html"
