"""Which figure the charts draw, and which of its variants: "sla", "sla:accept", "ttr:gross".

The clock is asked for apart, so an address names a variant without it: its kind. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from metrics.registry import Figure, get_figure
from tickets.errors import InvalidInput

BUSINESS: Final = "business"
CALENDAR: Final = "calendar"
CLOCKS: Final = (BUSINESS, CALENDAR)


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure and the kind of it that is drawn; "" is its only one."""

    figure: Figure
    kind: str

    def variant(self, clock: str) -> str:
        """The variant that is drawn under the reader's clock, where the figure knows clocks."""
        timed = f"{self.kind}.{clock}" if self.kind else clock
        return timed if timed in self.figure.measures else self.kind

    @property
    def text(self) -> str:
        """As an address says it; the main kind goes without saying."""
        is_main = self.kind == kinds_of(self.figure)[0]
        return self.figure.key if is_main else f"{self.figure.key}:{self.kind}"


def kinds_of(figure: Figure) -> tuple[str, ...]:
    """The variants of a figure less their clocks, the main one first; never empty."""
    return _without_clocks(figure.measures)


def shown_as(figure: Figure, variant: str) -> Shown:
    """The kind that a variant belongs to."""
    return Shown(figure, _without_clocks([variant])[0])


def read_shown(text: str) -> Shown:
    """Read what an address says. Raises InvalidInput for an unknown figure or kind."""
    key, _, kind = text.partition(":")
    figure = get_figure(key)
    known = kinds_of(figure)
    if kind and kind not in known:
        words = ", ".join(name for name in known if name) or "none but the figure itself"
        raise InvalidInput(f"“{key}” is not told by “{kind}”; choose from {words}.")
    return Shown(figure, kind or known[0])


def _without_clocks(variants: Iterable[str]) -> tuple[str, ...]:
    kinds = ((head if tail in CLOCKS else name) for name, head, tail in map(_parted, variants))
    return tuple(dict.fromkeys(kinds))


def _parted(variant: str) -> tuple[str, str, str]:
    head, _, tail = variant.rpartition(".")
    return variant, head, tail
