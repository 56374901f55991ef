"""Axes: pleasant steps for counts, rates and durations, and the place of a value on them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.charts.parts import Rule

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
# Unit, its seconds, and steps that people count in; beyond the last one, 1-2-5 goes on.
_UNITS: tuple[tuple[str, float, tuple[float, ...]], ...] = (
    ("s", 1.0, (1, 2, 5, 10, 15, 20, 30)),
    ("min", MINUTE, (1, 2, 5, 10, 15, 20, 30)),
    ("h", HOUR, (1, 2, 3, 6, 12, 24)),
    ("d", DAY, (1, 2, 5, 7, 14)),
)
_RATE_STEPS = (2.0, 5.0, 10.0, 20.0, 25.0)
_INDEX_STEPS = (5.0, 10.0, 20.0, 25.0, 50.0)
# An upper estimate of a digit's and letter's width at 12 px, for labels that must not clip.
CHARACTER = 6.8
# Classes of gutters, narrowest first, with their pixels.
GUTTERS: tuple[tuple[str, float], ...] = (
    ("gutter", 40.0),
    ("gutter gutter--mid", 64.0),
    ("gutter gutter--wide", 96.0),
    ("gutter gutter--name", 152.0),
)


@dataclass(frozen=True)
class Axis:
    """From `bottom` to `top`, with a tick and its text at each step, said in `unit`."""

    bottom: float
    top: float
    ticks: tuple[tuple[float, str], ...]
    unit: str = ""

    def place(self, value: float, *, height: float, offset: float = 0.0) -> float:
        """Return the pixel of `value` from the top, on an axis `height` pixels tall."""
        share = (min(self.top, max(self.bottom, value)) - self.bottom) / (self.top - self.bottom)
        return round(offset + height * (1 - share), 2)

    def rules(self, *, height: float, offset: float) -> tuple[Rule, ...]:
        """Return the grid, lowest first."""
        return tuple(
            Rule(y=self.place(value, height=height, offset=offset), text=text)
            for value, text in self.ticks
        )


def nice_step(highest: float, *, parts: int = 4) -> float:
    """Return the smallest of 1, 2, 2.5 and 5 × 10ⁿ that reaches `highest` in `parts` steps."""
    raw = highest / parts
    power = 10.0 ** math.floor(math.log10(raw))
    return next(k * power for k in (1, 2, 2.5, 5, 10) if k * power >= raw * (1 - 1e-9))


def _ticks(
    bottom: float, step: float, number: int, scale: float = 1.0
) -> tuple[tuple[float, str], ...]:
    values = [bottom + step * i for i in range(number + 1)]
    return tuple((value * scale, _plain(value)) for value in values)


def _plain(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def count_axis(highest: float) -> Axis:
    """An axis from 0 in whole steps; nothing counted gives 0 to 4."""
    step = max(1.0, nice_step(max(highest, 1)))
    step = 5.0 if step == 2.5 else step  # half tickets do not exist
    number = max(1, math.ceil(highest / step - 1e-9))
    return Axis(bottom=0, top=step * number, ticks=_ticks(0, step, number))


def rate_axis(lowest: float, highest: float) -> Axis:
    """An axis in per cent around what was measured, within 0 and 100, at least ten points tall."""
    low, high = max(0.0, min(lowest, highest)), min(100.0, max(lowest, highest))
    missing = max(0.0, 10 - (high - low)) / 2
    low, high = low - missing, high + missing
    low, high = max(0.0, low - max(0.0, high - 100)), min(100.0, high + max(0.0, -low))
    for step in _RATE_STEPS:
        bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
        if (top - bottom) / step <= 5:
            break
    number = round((top - bottom) / step)
    ticks = tuple((value, f"{text}\u202f%") for value, text in _ticks(bottom, step, number))
    return Axis(bottom=bottom, top=top, ticks=ticks, unit="%")


def index_axis(lowest: float, highest: float) -> Axis:
    """An axis within −100 and +100 that holds 0, at least twenty points tall."""
    low, high = max(-100.0, min(lowest, 0.0)), min(100.0, max(highest, 0.0))
    if high - low < 20:
        low, high = (low, low + 20) if high > -low else (high - 20, high)
    for step in _INDEX_STEPS:
        bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
        if (top - bottom) / step <= 5:
            break
    number = round((top - bottom) / step)
    ticks = tuple((value, _both_sides(value)) for value, _ in _ticks(bottom, step, number))
    return Axis(bottom=bottom, top=top, ticks=ticks, unit="points")


def _both_sides(value: float) -> str:
    return f"{value:+.0f}".replace("-", "\N{MINUS SIGN}") if value else "0"


def duration_axis(highest: float, *, has_days: bool = True) -> Axis:
    """An axis of `highest` seconds from 0, ticked in the unit that people would say it in.

    Open hours have no days (`has_days` False): eight of them are a working day, not 24.
    """
    units = _UNITS if has_days else _UNITS[:-1]
    unit, size, steps = next(
        (u for u, bigger in itertools.pairwise(units) if highest < 1.5 * bigger[1]),
        units[-1],
    )
    raw = max(highest / size, 1e-9) / 4
    step = next((s for s in steps if s >= raw), None) or nice_step(raw * 4)
    number = max(1, math.ceil(highest / size / step - 1e-9))
    return Axis(bottom=0, top=step * number * size, ticks=_ticks(0, step, number, size), unit=unit)


def text_width(text: str) -> float:
    """Estimate the pixels that a 12 px text takes at most."""
    return len(text) * CHARACTER


def gutter_for(texts: Sequence[str]) -> str:
    """Return the class of the narrowest gutter that holds every text (static/css/metrics.css)."""
    widest = max((text_width(text) for text in texts), default=0.0) + 8
    return next((name for name, room in GUTTERS if widest <= room), GUTTERS[-1][0])
