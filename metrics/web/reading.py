"""What a cell of a tile is made from: a figure's values, and where its numbers lead. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from metrics.query import Distribution, Level, Point, Value
from metrics.registry import Figure
from metrics.web import wording
from metrics.web.pairs import Spec
from metrics.web.wording import Amount

Opener = Callable[[Spec, str, str], str]
"""Address of the tickets behind a part of a figure: cell, part, variant ("" the cell's)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is told in the foot of a cell."""

    spec: Spec
    figure: Figure
    value: Value


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a cell is made from."""

    spec: Spec
    figure: Figure
    value: Value
    before: Value | None
    beside: Beside | None
    points: tuple[Point, ...]
    clock: str
    money: str
    opener: Opener
    opener_before: Opener
    chart_href: str = ""

    def open(self, part: str, *, variant: str = "") -> str:
        """The address of the tickets of a part."""
        return self.opener(self.spec, part, variant)

    def open_before(self, part: str) -> str:
        """The same of the other period."""
        return self.opener_before(self.spec, part, "")

    def write(self, number: float | None) -> Amount:
        """A number of this figure in words."""
        if self.spec.is_age:
            return wording.amount(number, unit="s")
        is_business = "business" in self.spec.variant_for(self.clock)
        return wording.amount(
            number, unit=self.figure.unit, is_business=is_business, money=self.money
        )

    def say(self, number: float | None, *, of: Value) -> Amount:
        """The same, marked where the value that it belongs to is not exact."""
        written = self.write(number)
        return replace(written, is_rough=self._is_rough(of)) if number else written

    def _is_rough(self, value: Value) -> bool:
        """Whether it was read off a histogram: of a level its age is, and its number is exact."""
        if isinstance(value, Level):
            return self.spec.is_age
        return isinstance(value, Distribution) and not value.is_exact

    def number(self, value: Value) -> float | None:
        """The number that stands large."""
        return value.median_age_s if self.spec.is_age and isinstance(value, Level) else value.value
