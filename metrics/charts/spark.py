"""The small line on a tile: how a figure went, without axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from metrics.charts.paths import area, line, runs

_TOP, _FOOT = 4.0, 6.0


@dataclass(frozen=True)
class SparkPlot:
    """Paths in 0–100 × height; `unsure` is the part of the line that can still change, `dot` the
    last value's place (None where there is none), open where that value can."""

    line: str
    area: str
    dot: tuple[float, float] | None
    unsure: str = ""
    is_dot_open: bool = False
    height: int = 28


def draw_spark(
    values: Sequence[float | None], *, unsure: Sequence[bool] = (), height: int = 28
) -> SparkPlot:
    """Draw `values`, oldest first, from the lowest to the highest of them; gaps stay gaps.

    `unsure` says of each whether it can still change (none: all are final).
    """
    known = [i for i, value in enumerate(values) if value is not None]
    if not known:
        return SparkPlot(line="", area="", dot=None, height=height)
    places = _places(values, height=height)
    flags = [*unsure, *([False] * (len(values) - len(unsure)))]
    areas = (
        area([places[i] for i in run], [(places[i][0], height) for i in run])
        for run in _stretches([value is not None for value in values])
    )
    return SparkPlot(
        line=_lines(values, places, [not (a or b) for a, b in pairwise(flags)]),
        area="".join(areas),
        dot=places[known[-1]],
        unsure=_lines(values, places, [a or b for a, b in pairwise(flags)]),
        is_dot_open=flags[known[-1]],
        height=height,
    )


def _places(values: Sequence[float | None], *, height: int) -> list[tuple[float, float]]:
    """Where each value stands; a gap has a place, which nobody draws."""
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    step = 96 / max(1, len(values) - 1)

    def down(value: float) -> float:
        share = (high - value) / (high - low) if high > low else 0.5
        return _TOP + (height - _TOP - _FOOT) * share

    return [
        (round(step * i, 2), round(down(low if value is None else value), 2))
        for i, value in enumerate(values)
    ]


def _lines(
    values: Sequence[float | None], places: Sequence[tuple[float, float]], wanted: Sequence[bool]
) -> str:
    """The ways from one value to the next that are wanted, each stretch as one path."""
    drawn = [
        is_wanted and None not in pair
        for is_wanted, pair in zip(wanted, pairwise(values), strict=True)
    ]
    return "".join(line(places[first : last + 2]) for first, last in runs(drawn))


def _stretches(flags: Sequence[bool]) -> Iterator[range]:
    """Each unbroken stretch of two or more."""
    return (range(first, last + 1) for first, last in runs(flags) if last > first)
