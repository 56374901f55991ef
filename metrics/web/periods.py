"""Periods that people name, and what each is compared with. Pure: dates in, dates out."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from django.db import models

Days = tuple[date, date]


class Period(models.TextChoices):
    """A period by its name; `CUSTOM` is two dates of the reader's own."""

    DAYS_7 = "7d", "Last 7 days"
    DAYS_30 = "30d", "Last 30 days"
    DAYS_90 = "90d", "Last 90 days"
    THIS_MONTH = "this_month", "This month"
    LAST_MONTH = "last_month", "Last month"
    LAST_QUARTER = "last_quarter", "Last quarter"
    MONTHS_12 = "12m", "Last 12 months"
    THIS_YEAR = "this_year", "This year"
    CUSTOM = "custom", "Own dates"


class Compare(models.TextChoices):
    """What the figures of a period are held against."""

    PREVIOUS = "previous", "the period before"
    YEAR = "year", "a year before"
    NONE = "none", "nothing"


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before a day's."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _last_quarter(today: date) -> Days:
    start = months_before(today, (today.month - 1) % 3 + 3)
    return start, month_end(months_before(start, -2))


_DAYS: Final[Mapping[str, Callable[[date], Days]]] = {
    Period.DAYS_7: lambda today: (today - timedelta(days=6), today),
    Period.DAYS_30: lambda today: (today - timedelta(days=29), today),
    Period.DAYS_90: lambda today: (today - timedelta(days=89), today),
    Period.THIS_MONTH: lambda today: (today.replace(day=1), today),
    Period.LAST_MONTH: lambda today: (
        months_before(today, 1),
        months_before(today, 0) - timedelta(days=1),
    ),
    Period.LAST_QUARTER: _last_quarter,
    Period.MONTHS_12: lambda today: (year_before(today) + timedelta(days=1), today),
    Period.THIS_YEAR: lambda today: (date(today.year, 1, 1), today),
}


def days_of(period: str, *, today: date) -> Days:
    """The first and last day of a named period. Raises KeyError for `CUSTOM` and unknown names."""
    return _DAYS[period](today)


def year_before(day: date) -> date:
    """The same date a year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def days_before(start: date, end: date) -> Days:
    """The period of the same length that ends where this one starts.

    Whole months are held against as many whole months, whatever their length.
    """
    if start.day == 1 and end == month_end(end):
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        return months_before(start, months), start - timedelta(days=1)
    return start - (end - start) - timedelta(days=1), start - timedelta(days=1)


def compared(start: date, end: date, *, with_: str) -> Days | None:
    """What a period is held against; None where it is nothing."""
    if with_ == Compare.NONE:
        return None
    if with_ == Compare.YEAR:
        return year_before(start), year_before(end)
    return days_before(start, end)
