"""What a mark of a chart narrows tickets by, where no segment does: an hour of the week, an age,
how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from metrics.query.held import instant_of, level_day
from metrics.query.scope import Scope
from metrics.zone import reporting_zone
from tickets.querysets import TicketQuerySet

TTR_GROSS: Final[Mapping[bool, str]] = {
    False: "ttr_gross_seconds",
    True: "ttr_gross_business_seconds",
}
"""The fact that says how long a customer waited, by whether that is told in business time."""


@dataclass(frozen=True, slots=True)
class Took:
    """A time to resolution, gross: `low` ≤ seconds < `high`, in business time or not. Without
    `high` there is no longest; without both the ticket is not resolved."""

    low: float | None
    high: float | None
    is_business: bool

    @property
    def condition(self) -> Q:
        """Tickets that took so long."""
        path = f"facts__{TTR_GROSS[self.is_business]}"
        if self.low is None:
            return Q(**{f"{path}__isnull": True})
        found = Q(**{f"{path}__gte": self.low})
        return found if self.high is None else found & Q(**{f"{path}__lt": self.high})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Received on `weekday` (Monday is 0) in `hour`, in the reporting zone; as old at the end of
    the scope (or now) as `older` ≤ age < `younger`, in seconds; and resolved in as long as `took`
    says. None leaves it open."""

    weekday: int | None = None
    hour: int | None = None
    older: float | None = None
    younger: float | None = None
    took: Took | None = None

    def narrow(self, tickets: TicketQuerySet, scope: Scope) -> TicketQuerySet:
        """The tickets that the mark counts, of those given."""
        zone = reporting_zone()
        if self.weekday is not None:
            local = ExtractIsoWeekDay("received_at", tzinfo=zone)
            tickets = tickets.alias(local_weekday=local).filter(local_weekday=self.weekday + 1)
        if self.hour is not None:
            local_hour = ExtractHour("received_at", tzinfo=zone)
            tickets = tickets.alias(local_hour=local_hour).filter(local_hour=self.hour)
        moment = instant_of(level_day(scope), scope.as_of)
        if moment is not None and self.older is not None:
            tickets = tickets.filter(received_at__lte=moment - timedelta(seconds=self.older))
        if moment is not None and self.younger is not None:
            tickets = tickets.filter(received_at__gt=moment - timedelta(seconds=self.younger))
        return tickets.filter(self.took.condition) if self.took else tickets


EVERY = Mark()
