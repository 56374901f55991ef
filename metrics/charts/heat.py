"""Heat map of a week: weekday by hour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from metrics.charts.parts import BOTTOM, TOP, Label, Link, Rule
from metrics.charts.paths import short

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHADES = 6
_TALL, _GAP = 29, 3


@dataclass(frozen=True)
class Hour:
    """Tickets of one hour of the week; Monday is 0."""

    weekday: int
    hour: int
    count: int
    link: Link


@dataclass(frozen=True)
class Square:
    """A cell: across in per cent, down in pixels; `shade` 0 (none) to 6 (most)."""

    x: float
    y: float
    width: float
    height: int
    shade: int
    link: Link


@dataclass(frozen=True)
class HeatPlot:
    """Geometry of a heat map. `frame` outlines the open hours in 0–100 × height."""

    name: str
    rules: tuple[Rule, ...]
    squares: tuple[Square, ...]
    labels: tuple[Label, ...]
    most: int
    frame: str
    height: int = TOP + 7 * _TALL + BOTTOM - 8
    gutter: str = "gutter"
    kind: str = "heat"

    @property
    def is_empty(self) -> bool:
        """Whether no hour has a ticket."""
        return self.most == 0


def draw_heat(
    hours: Mapping[tuple[int, int], Hour],
    *,
    name: str,
    open_hours: frozenset[tuple[int, int]] = frozenset(),
) -> HeatPlot:
    """Draw every hour between the first and the last that counts or is open, on all seven days."""
    most = max((hour.count for hour in hours.values()), default=0)
    used = [h for (_, h), hour in hours.items() if hour.count] + [h for _, h in open_hours]
    first, last = min(used, default=0), max(used, default=23)
    wide = 100 / (last - first + 1)
    squares = tuple(
        Square(
            x=round(wide * (hour - first), 2),
            y=TOP + day * _TALL,
            width=round(wide * 0.92, 2),
            height=_TALL - _GAP,
            shade=shade(hours[day, hour].count, most),
            link=hours[day, hour].link,
        )
        for day in range(7)
        for hour in range(first, last + 1)
        if (day, hour) in hours
    )
    return HeatPlot(
        name=name,
        rules=tuple(
            Rule(y=TOP + day * _TALL + _TALL / 2 - _GAP / 2, text=text)
            for day, text in enumerate(DAYS)
        ),
        squares=squares,
        labels=_labels(first, last, wide),
        most=most,
        frame=_outline(open_hours, first=first, wide=wide),
    )


def shade(count: int, most: int) -> int:
    """Return 0 for none, else one of six even steps up to `most`."""
    return min(SHADES, math.ceil(SHADES * count / most)) if count else 0


def _labels(first: int, last: int, wide: float) -> tuple[Label, ...]:
    return tuple(
        Label(
            x=round(wide * (hour - first + 0.46), 2),
            text=f"{hour:02d}",
            is_secondary=hour % 4 != 0,
        )
        for hour in range(first, last + 1)
        if hour % 2 == 0
    )


def _outline(cells: frozenset[tuple[int, int]], *, first: int, wide: float) -> str:
    """Edges between open and closed hours, as a path of short strokes."""
    path = ""
    for day, hour in sorted(cells):
        x0, x1 = short(wide * (hour - first - 0.04)), short(wide * (hour - first + 0.96))
        y0, y1 = short(TOP + day * _TALL - _GAP / 2), short(TOP + (day + 1) * _TALL - _GAP / 2)
        if (day - 1, hour) not in cells:
            path += f"M{x0},{y0}H{x1}"
        if (day + 1, hour) not in cells:
            path += f"M{x0},{y1}H{x1}"
        if (day, hour - 1) not in cells:
            path += f"M{x0},{y0}V{y1}"
        if (day, hour + 1) not in cells:
            path += f"M{x1},{y0}V{y1}"
    return path
