"""The terms that facts are judged under: a policy, as of when, and which windows are then open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from metrics.policy import DEFAULT, Policy, WindowUnit
from tickets.calendars import BusinessTime
from tickets.models import BusinessCalendar
from tickets.services.calendars import business_time


@dataclass(frozen=True)
class Terms:
    """A policy at an instant. Calendars are looked up once, when a figure first needs them."""

    policy: Policy = DEFAULT
    as_of: datetime = field(default_factory=timezone.now)

    @cached_property
    def calendars(self) -> Mapping[int, BusinessTime]:
        """Business time by calendar key. A few small queries per calendar, none the second time."""
        keys = BusinessCalendar.objects.order_by("pk").values_list("pk", flat=True)
        return {key: business_time(key) for key in keys}

    @cached_property
    def _window_starts(self) -> Mapping[int, datetime]:
        """By calendar, the latest resolution whose follow-up window has ended."""
        days = self.policy.window.amount
        return {key: time.latest_start(self.as_of, days) for key, time in self.calendars.items()}

    def window_over(self, moment: str) -> Q:
        """Rows whose follow-up window, begun at the field `moment`, has ended."""
        return self._window(f"{moment}__lte")

    def window_open(self, moment: str) -> Q:
        """Rows whose follow-up window, begun at the field `moment`, can still hold something."""
        return self._window(f"{moment}__gt")

    def _window(self, lookup: str) -> Q:
        window = self.policy.window
        if window.unit == WindowUnit.HOURS:
            return Q(**{lookup: self.as_of - window.length})
        found = Q(pk__in=())
        for calendar, start in self._window_starts.items():
            found |= Q(calendar_key=calendar, **{lookup: start})
        return found

    def window_end(self, moment: datetime, calendar: int) -> datetime:
        """When the follow-up window that began at `moment` ends."""
        window = self.policy.window
        if window.unit == WindowUnit.HOURS:
            return moment + window.length
        return self.calendars[calendar].window_end(moment, window.amount)
