"""The terms that facts are judged under: a policy, as of when, and which windows are then open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from metrics.policy import DEFAULT, Policy, WindowUnit
from tickets.calendars import BusinessTime
from tickets.services.calendars import business_times

Interval = tuple[datetime | None, datetime | None]


@dataclass(frozen=True)
class Terms:
    """A policy at an instant. Calendars are looked up once, when a figure first needs them."""

    policy: Policy = DEFAULT
    as_of: datetime = field(default_factory=timezone.now)

    @cached_property
    def calendars(self) -> Mapping[int, BusinessTime]:
        """Business time by calendar key. Three small queries, none the second time."""
        return business_times()

    @cached_property
    def _ended_starts(self) -> Mapping[int, Sequence[Interval]]:
        """By calendar, the times of resolution whose follow-up window has ended."""
        days = self.policy.window.amount
        return {key: time.ended_starts(self.as_of, days) for key, time in self.calendars.items()}

    def window_over(self, moment: str) -> Q:
        """Rows whose follow-up window, begun at the field `moment`, has ended."""
        window = self.policy.window
        if window.unit == WindowUnit.HOURS:
            return Q(**{f"{moment}__lte": self.as_of - window.length})
        return _within(moment, self._ended_starts)

    def window_open(self, moment: str) -> Q:
        """Rows whose follow-up window, begun at the field `moment`, can still hold something."""
        window = self.policy.window
        if window.unit == WindowUnit.HOURS:
            return Q(**{f"{moment}__gt": self.as_of - window.length})
        return _within(moment, {key: _gaps(ended) for key, ended in self._ended_starts.items()})

    def window_end(self, moment: datetime, calendar: int) -> datetime:
        """When the follow-up window that began at `moment` ends."""
        window = self.policy.window
        if window.unit == WindowUnit.HOURS:
            return moment + window.length
        return self.calendars[calendar].window_end(moment, window.amount)


def _gaps(intervals: Sequence[Interval]) -> list[Interval]:
    """The times between ascending intervals, and after the last; the first begins at None."""
    starts = [end for _, end in intervals]
    ends = [start for start, _ in intervals[1:]]
    return list(zip(starts, [*ends, None], strict=True))


def _within(moment: str, intervals: Mapping[int, Sequence[Interval]]) -> Q:
    """Rows of each calendar whose moment lies in one of its half-open intervals; None is no end."""
    found = Q(pk__in=())
    for calendar, listed in intervals.items():
        for start, end in listed:
            inside = Q(calendar_key=calendar)
            if start is not None:
                inside &= Q(**{f"{moment}__gte": start})
            if end is not None:
                inside &= Q(**{f"{moment}__lt": end})
            found |= inside
    return found
