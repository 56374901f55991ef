"""How figures are written: 1,204 · 71.4 % · 11 min · +2.1 pts. Pure; None is "–", never 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from metrics import histogram
from metrics.charts.scales import DAY, HOUR, MINUTE
from tickets.formats import NONE, THIN_SPACE


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and the unit that stands small beside it."""

    number: str
    unit: str = ""
    is_rough: bool = False

    @property
    def text(self) -> str:
        """Both, as within a sentence; "≈ 51 min" where it is not exact."""
        space = THIN_SPACE if self.unit == "%" else " "
        number = f"≈\u202f{self.number}" if self.is_rough else self.number
        return f"{number}{space}{self.unit}" if self.unit else number


SHARES: Final = {"%": 1, "% of time": 2}
"""Units in per cent, and their decimals: services are told apart by the second."""

ACCURACY: Final = f"{100 * histogram.ACCURACY:g}\u202f%"
ACCURACY_WORDS: Final = f"within {ACCURACY}"
"""How far a median or percentile can be off that is read off histograms of days."""

NOTHING: Final = Amount(NONE)


def count(number: int) -> str:
    """Write a whole number: "1,204"."""
    return f"{number:,}"


def amount(value: float | None, *, unit: str, is_business: bool = False, money: str = "") -> Amount:
    """Write a value of a figure's unit ("%", "points", "s", "money", "tickets").

    Open hours are never written in days: a day of them would be three working days.
    """
    if value is None:
        return NOTHING
    if unit in SHARES:
        return Amount(f"{value:.{SHARES[unit]}f}", "%")
    if unit == "points":
        return Amount(_signed(value))
    if unit == "s":
        return length(value, is_business=is_business)
    if unit == "money":
        return Amount(_sum(value), money)
    return Amount(f"{value:,.0f}")


def _signed(value: float) -> str:
    """A number on a scale with two sides: "+34.2", "−8.0", "0.0"."""
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "\N{MINUS SIGN}")


def bounds(low: float | None, high: float | None, *, unit: str) -> str:
    """Write between which values a figure lies: "71 – 88 %", "+12 to +40"; "–" where none is."""
    if low is None or high is None:
        return NONE
    if unit == "%":
        return f"{low:.0f} – {high:.0f}{THIN_SPACE}%"
    return f"{_signed(round(low))[:-2]} to {_signed(round(high))[:-2]}"


def score(mean: float | None) -> str:
    """Write a mean score: "4.2"; "–" where there is none."""
    return NONE if mean is None else f"{mean:.1f}"


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


def within(name: str) -> str:
    """A name as it stands within a sentence: "acceptance", "from L1"; "CSAT answered" stays."""
    is_plain = name[1:2].islower()
    return name[:1].lower() + name[1:] if is_plain else name


def outage(available: int, agreed: int) -> str:
    """Write how much of the agreed time was lost: "2.1 h out of 720 h agreed", "no outage in …"."""
    whole = length(agreed, is_business=True).text
    lost = agreed - available
    return f"{length(lost).text} out of {whole} agreed" if lost else f"no outage in {whole} agreed"


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
