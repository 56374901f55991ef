"""Time series: a line with up to two bands, what was before, and what can still change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from metrics.charts.parts import BOTTOM, HEIGHT, TOP, Label, Link, Rule
from metrics.charts.paths import area, date_labels, line, runs
from metrics.charts.scales import Axis, gutter_for

Band = tuple[float, float]


@dataclass(frozen=True)
class Point:
    """One bucket from `start`; None is no value. Bands are (low, high) around the value."""

    start: dt.date
    value: float | None
    link: Link
    inner: Band | None = None
    outer: Band | None = None
    before: float | None = None
    is_provisional: bool = False

    @property
    def drawn(self) -> tuple[float, ...]:
        """Every value that is drawn for this bucket, edges of bands included."""
        edges = (edge for band in (self.inner, self.outer) if band for edge in band)
        return (*edges, *(each for each in (self.value, self.before) if each is not None))

    @property
    def highest(self) -> float:
        """The highest thing drawn for this bucket; 0 for nothing."""
        return max(self.drawn, default=0.0)


@dataclass(frozen=True)
class Hit:
    """The part of the plot that belongs to one bucket. `y` is None where it has no value; it is
    open where it can still change."""

    x: float
    width: float
    centre: float
    y: float | None
    link: Link
    is_alone: bool
    is_open: bool


@dataclass(frozen=True)
class Veil:
    """A stretch that can still change: per cent across."""

    x: float
    width: float


@dataclass(frozen=True)
class SeriesPlot:
    """Geometry of a time series; paths are in 0–100 × `inner` and are stretched."""

    name: str
    rules: tuple[Rule, ...]
    gutter: str
    outer: str
    inner_band: str
    line: str
    before: str
    hits: tuple[Hit, ...]
    veils: tuple[Veil, ...]
    labels: tuple[Label, ...]
    height: int = HEIGHT
    inner: int = HEIGHT - TOP - BOTTOM
    top: int = TOP
    kind: str = "series"

    @property
    def is_empty(self) -> bool:
        """Whether no bucket has a value."""
        return all(hit.y is None for hit in self.hits)


def draw_series(
    points: Sequence[Point], *, axis: Axis, bucket: str, name: str, height: int = HEIGHT
) -> SeriesPlot:
    """Place `points` (ascending, each bucket equally wide) on `axis`. Gaps stay gaps."""
    inner = height - TOP - BOTTOM
    step = 100 / max(1, len(points))
    rules = axis.rules(height=inner, offset=TOP)

    def down(value: float) -> float:
        return axis.place(value, height=inner)

    return SeriesPlot(
        name=name,
        rules=rules,
        gutter=gutter_for([rule.text for rule in rules]),
        outer=_bands([point.outer for point in points], step=step, down=down),
        inner_band=_bands([point.inner for point in points], step=step, down=down),
        line=_lines([point.value for point in points], step=step, down=down),
        before=_lines([point.before for point in points], step=step, down=down),
        hits=_hits(points, step=step, down=down),
        veils=tuple(
            Veil(x=round(step * first, 2), width=round(step * (last - first + 1), 2))
            for first, last in runs([point.is_provisional for point in points])
        ),
        labels=date_labels([point.start for point in points], bucket=bucket),
        height=height,
        inner=inner,
    )


def _lines(values: Sequence[float | None], *, step: float, down: Callable[[float], float]) -> str:
    stretches = runs([value is not None for value in values])
    return "".join(
        line((step * (i + 0.5), down(values[i] or 0.0)) for i in range(first, last + 1))
        for first, last in stretches
        if last > first
    )


def _bands(bands: Sequence[Band | None], *, step: float, down: Callable[[float], float]) -> str:
    path = ""
    for first, last in runs([band is not None for band in bands]):
        edges = [(step * (i + 0.5), bands[i] or (0.0, 0.0)) for i in range(first, last + 1)]
        if first == last:  # a bucket alone gets a bar, or it would be invisible
            edges = [(edges[0][0] + side * step * 0.3, edges[0][1]) for side in (-1, 1)]
        upper = [(x, down(high)) for x, (_, high) in edges]
        path += area(upper, [(x, down(low)) for x, (low, _) in edges])
    return path


def _hits(
    points: Sequence[Point], *, step: float, down: Callable[[float], float]
) -> tuple[Hit, ...]:
    alone = {first for first, last in runs([p.value is not None for p in points]) if first == last}
    return tuple(
        Hit(
            x=round(step * i, 2),
            width=round(step, 2),
            centre=round(step * (i + 0.5), 2),
            y=None if point.value is None else round(TOP + down(point.value), 2),
            link=point.link,
            is_alone=i in alone,
            is_open=point.is_provisional,
        )
        for i, point in enumerate(points)
    )
