"""The terms that facts are judged under: a policy, as of when, and which windows are then open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from metrics.policy import DEFAULT, Policy, WindowUnit
from tickets.models import BusinessCalendar
from tickets.services.calendars import business_time

NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Terms:
    """A policy at an instant. `window_starts`: by calendar, the latest resolution whose follow-up
    window has ended at `as_of`; empty where the window is in hours."""

    policy: Policy = DEFAULT
    as_of: datetime = field(default_factory=timezone.now)
    window_starts: Mapping[int, datetime] = field(default_factory=dict)

    def window_over(self, moment: str) -> Q:
        """Rows whose window, begun at the field `moment`, has ended."""
        return self._window(f"{moment}__lte")

    def window_open(self, moment: str) -> Q:
        """Rows whose window, begun at the field `moment`, can still hold a follow-up."""
        return self._window(f"{moment}__gt")

    def _window(self, lookup: str) -> Q:
        window = self.policy.window
        if window.unit == WindowUnit.HOURS:
            return Q(**{lookup: self.as_of - window.length})
        found = NOTHING
        for calendar, start in self.window_starts.items():
            found |= Q(calendar_key=calendar, **{lookup: start})
        return found

    def window_end(self, moment: datetime, calendar: int) -> datetime:
        """When the follow-up window that began at `moment` ends."""
        window = self.policy.window
        if window.unit == WindowUnit.HOURS:
            return moment + window.length
        return business_time(calendar).window_end(moment, window.amount)


def make_terms(policy: Policy, as_of: datetime) -> Terms:
    """Look up where the windows of every calendar stand: one query, a bisection per calendar."""
    if policy.window.unit == WindowUnit.HOURS:
        return Terms(policy, as_of)
    keys = BusinessCalendar.objects.order_by("pk").values_list("pk", flat=True)
    starts = {key: business_time(key).latest_start(as_of, policy.window.amount) for key in keys}
    return Terms(policy, as_of, starts)
