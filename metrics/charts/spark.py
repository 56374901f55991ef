"""The small line on a tile: how a figure went, without axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.charts.paths import area, line, runs

_TOP, _FOOT = 4.0, 6.0


@dataclass(frozen=True)
class SparkPlot:
    """Paths in 0–100 × height; `tail` is the part of the line that can still change, `dot` the last
    value's place, None where there is none."""

    line: str
    area: str
    dot: tuple[float, float] | None
    tail: str = ""
    height: int = 28


def draw_spark(
    values: Sequence[float | None], *, settled: int | None = None, height: int = 28
) -> SparkPlot:
    """Draw `values`, oldest first, from the lowest to the highest of them; gaps stay gaps.

    The first `settled` of them (None: all) are final; what follows is drawn as the tail.
    """
    known = [value for value in values if value is not None]
    if not known:
        return SparkPlot(line="", area="", dot=None, height=height)
    low, high = min(known), max(known)
    step = 96 / max(1, len(values) - 1)

    def place(i: int, value: float) -> tuple[float, float]:
        share = (high - value) / (high - low) if high > low else 0.5
        return round(step * i, 2), round(_TOP + (height - _TOP - _FOOT) * share, 2)

    drawn, filled, tail = "", "", ""
    final = len(values) if settled is None else settled
    for first, last in runs([value is not None for value in values]):
        points = [place(i, values[i] or 0.0) for i in range(first, last + 1)]
        sure = max(0, min(len(points), final - first))
        drawn += line(points[:sure]) if sure > 1 else ""
        tail += line(points[max(0, sure - 1) :]) if sure < len(points) > 1 else ""
        filled += area(points, [(x, height) for x, _ in points]) if len(points) > 1 else ""
    end = max(i for i, value in enumerate(values) if value is not None)
    dot = place(end, values[end] or 0.0)
    return SparkPlot(line=drawn, area=filled, dot=dot, tail=tail, height=height)
