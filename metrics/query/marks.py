"""What a mark of a chart narrows tickets by, where no segment does: an hour of the week, an age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from metrics.query.held import instant_of, level_day
from metrics.query.scope import Scope
from metrics.zone import reporting_zone
from tickets.querysets import TicketQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Received on `weekday` (Monday is 0) in `hour`, in the reporting zone; and as old at the end
    of the scope (or now) as `older` ≤ age < `younger`, in seconds. None leaves it open."""

    weekday: int | None = None
    hour: int | None = None
    older: float | None = None
    younger: float | None = None

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
        return tickets


EVERY = Mark()
