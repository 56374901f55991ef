"""The clocks that facts are read from: calendar time, business time, and reporting days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from tickets.calendars import BusinessTime


@dataclass(frozen=True, slots=True)
class Duration:
    """One stretch of time, in seconds: by the wall clock, and the open part of it."""

    seconds: float
    business_seconds: float

    def __add__(self, other: Duration) -> Duration:
        return Duration(
            self.seconds + other.seconds, self.business_seconds + other.business_seconds
        )

    def __sub__(self, other: Duration) -> Duration:
        return Duration(
            self.seconds - other.seconds, self.business_seconds - other.business_seconds
        )


NO_TIME = Duration(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Clock:
    """The business calendar of a ticket and the zone whose days figures are counted on."""

    business: BusinessTime
    zone: tzinfo

    def between(self, start: datetime, end: datetime) -> Duration:
        """Measure from `start` to `end`; nothing where `end` is not after `start`."""
        if end <= start:
            return NO_TIME
        return Duration((end - start).total_seconds(), self.business.open_seconds(start, end))

    def day(self, moment: datetime) -> date:
        """The reporting day of a moment."""
        return moment.astimezone(self.zone).date()

    def day_or_none(self, moment: datetime | None) -> date | None:
        """The reporting day of a moment, None for None."""
        return None if moment is None else self.day(moment)
