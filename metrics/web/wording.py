"""How figures are written: 1,204 · 71.4 % · 11 min · +2.1 pts. Pure; None is "–", never 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from metrics.charts.scales import DAY, HOUR, MINUTE
from tickets.formats import NONE, THIN_SPACE


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and the unit that stands small beside it."""

    number: str
    unit: str = ""

    @property
    def text(self) -> str:
        """Both, as within a sentence."""
        space = THIN_SPACE if self.unit == "%" else " "
        return f"{self.number}{space}{self.unit}" if self.unit else self.number


NOTHING: Final = Amount(NONE)


def count(number: int) -> str:
    """Write a whole number: "1,204"."""
    return f"{number:,}"


def amount(value: float | None, *, unit: str, is_business: bool = False, money: str = "") -> Amount:
    """Write a value of a figure's unit ("%", "s", "money", "tickets").

    Open hours are never written in days: a day of them would be three working days.
    """
    if value is None:
        return NOTHING
    if unit == "%":
        return Amount(f"{value:.1f}", "%")
    if unit == "s":
        return length(value, is_business=is_business)
    if unit == "money":
        return Amount(_sum(value), money)
    return Amount(f"{value:,.0f}")


def _sum(value: float) -> str:
    """Money, shortened where it would not fit a tile: "60.95", "32,487", "123k", "1.23m"."""
    if value >= 999_500:
        return f"{value / 1_000_000:,.2f}m"
    if value >= 99_999.5:
        return f"{value / 1_000:,.0f}k"
    return f"{value:,.0f}" if value >= 1_000 else f"{value:,.2f}"


def length(seconds: float, *, is_business: bool = False) -> Amount:
    """Write a duration in one unit: "45 s", "11 min", "6.8 h", "3.1 d"."""
    if seconds < MINUTE:
        return Amount(f"{seconds:.0f}", "s")
    if seconds < 2 * HOUR:
        minutes = seconds / MINUTE
        return Amount(f"{minutes:.0f}" if minutes >= 9.95 else f"{minutes:.1f}", "min")
    size, unit = (HOUR, "h") if is_business or seconds < 2 * DAY else (DAY, "d")
    number = seconds / size
    return Amount(f"{number:,.0f}" if number >= 99.95 else f"{number:.1f}", unit)


def day(on: date, *, today: date) -> str:
    """Write a date, with its year only when it is not this one: "19 Nov"."""
    year = "" if on.year == today.year else f" {on.year}"
    return f"{on.day} {on:%b}{year}"


def days(start: date, end: date, *, today: date) -> str:
    """Write a period: "21 Aug – 18 Nov 2026"."""
    if start == end:
        return f"{start:%a} {start.day} {start:%b} {start.year}"
    first = f"{start.day} {start:%b}" + ("" if start.year == end.year else f" {start.year}")
    return f"{first} – {end.day} {end:%b} {end.year}"


def step(start: date, end: date, *, bucket: str) -> str:
    """Name a step of a series: "Mon 16 Nov 2026", "16 – 22 Nov 2026", "Nov 2026"."""
    if bucket == "month" and start.day == 1:
        return f"{start:%b %Y}"
    return days(start, end, today=end)
