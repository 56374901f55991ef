"""Two sides of the same figures, as a table: what each says, what it stands on, the difference."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.charts.parts import Link, Said


@dataclass(frozen=True)
class Side:
    """A value and, in pieces, what it stands on and what of it is not decided yet; each number
    opens its own tickets."""

    text: str
    basis: tuple[Said, ...] = ()
    link: Link | None = None


@dataclass(frozen=True)
class SideRow:
    """One figure: its name, its definition, both sides, and the second less the first."""

    name: str
    tip: str
    left: Side
    right: Side
    change: str


@dataclass(frozen=True)
class SidesPlot:
    """Rows under two headings."""

    name: str
    heads: tuple[str, str]
    rows: tuple[SideRow, ...]
    is_empty: bool
    kind: str = "sides"
