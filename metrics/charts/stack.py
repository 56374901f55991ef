"""Stacked bars over time: how much, made of what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.charts.parts import BOTTOM, HEIGHT, TOP, Label, Link, Rule
from metrics.charts.paths import date_labels
from metrics.charts.scales import Axis, count_axis, gutter_for

_FILL = 0.7  # how much of its room a bar takes
_GAP = 1.5  # pixels between the parts of a bar


@dataclass(frozen=True)
class Part:
    """A share of a bar; `mark` is its class ("bar-1" …)."""

    mark: str
    count: int
    link: Link


@dataclass(frozen=True)
class Bar:
    """One bucket: its parts from the ground up."""

    start: dt.date
    parts: tuple[Part, ...]
    is_provisional: bool = False

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True)
class Box:
    """A rectangle: across in per cent, down in pixels."""

    x: float
    y: float
    width: float
    height: float
    mark: str
    link: Link | None = None


@dataclass(frozen=True)
class StackPlot:
    """Geometry of stacked bars."""

    name: str
    rules: tuple[Rule, ...]
    gutter: str
    boxes: tuple[Box, ...]
    veils: tuple[Box, ...]
    labels: tuple[Label, ...]
    height: int = HEIGHT
    kind: str = "stack"

    @property
    def is_empty(self) -> bool:
        """Whether every bar is nothing."""
        return not self.boxes


def draw_stack(bars: Sequence[Bar], *, bucket: str, name: str, height: int = HEIGHT) -> StackPlot:
    """Place `bars`, ascending, on an axis of whole numbers; parts of 0 are left out."""
    axis = count_axis(max((bar.total for bar in bars), default=0))
    rules = axis.rules(height=height - TOP - BOTTOM, offset=TOP)
    wide = 100 / max(1, len(bars))
    boxes = [box for i, bar in enumerate(bars) for box in _parts(bar, i, wide, axis, height)]
    veils = [
        _veil(bar, i, wide, axis, height)
        for i, bar in enumerate(bars)
        if bar.is_provisional and bar.total
    ]
    return StackPlot(
        name=name,
        rules=rules,
        gutter=gutter_for([rule.text for rule in rules]),
        boxes=tuple(boxes),
        veils=tuple(veils),
        labels=date_labels([bar.start for bar in bars], bucket=bucket),
        height=height,
    )


def _parts(bar: Bar, i: int, wide: float, axis: Axis, height: int) -> list[Box]:
    inner, floor, boxes = height - TOP - BOTTOM, 0, []
    for part in bar.parts:
        low = axis.place(floor, height=inner, offset=TOP)
        high = axis.place(floor + part.count, height=inner, offset=TOP)
        floor += part.count
        if part.count:
            tall = round(max(1.0, low - high - _GAP), 2)
            boxes.append(Box(*_across(i, wide, high), tall, part.mark, part.link))
    return boxes


def _veil(bar: Bar, i: int, wide: float, axis: Axis, height: int) -> Box:
    inner = height - TOP - BOTTOM
    high = axis.place(bar.total, height=inner, offset=TOP)
    return Box(*_across(i, wide, high), round(TOP + inner - high, 2), "hatch-veil")


def _across(i: int, wide: float, y: float) -> tuple[float, float, float]:
    return round(wide * (i + (1 - _FILL) / 2), 2), y, round(wide * _FILL, 2)
