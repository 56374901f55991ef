"""The reporting time zone: which day a moment belongs to, and when a day begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings


def reporting_zone() -> ZoneInfo:
    """The zone whose days every figure is counted on."""
    return ZoneInfo(settings.REPORTING_TIME_ZONE)


def day_of(moment: datetime) -> date:
    """The reporting day that a moment belongs to."""
    return moment.astimezone(reporting_zone()).date()


def start_of(day: date) -> datetime:
    """The first moment of a reporting day, in UTC. A day lasts 23 to 25 hours."""
    return _start(day, settings.REPORTING_TIME_ZONE)


def end_of(day: date) -> datetime:
    """The first moment of the next day, in UTC; no longer part of the day."""
    return _start(day + timedelta(days=1), settings.REPORTING_TIME_ZONE)


@lru_cache(maxsize=16_384)
def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def days_between(start: date, end: date) -> Iterator[date]:
    """Every day from `start` to `end`, both included."""
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def stretches_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """The stretches that days make, ascending: the first and last of those without a gap."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and (day - found[-1][1]).days <= 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
