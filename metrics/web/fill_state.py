"""How far the figures are: what changed and is not counted yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.models import DirtyDay
from tickets.models import LedgerTouch


@dataclass(frozen=True, slots=True)
class FillState:
    """Tickets whose facts wait to be recomputed, and days whose snapshots do.

    Figures count the days themselves meanwhile; only the tickets are still missing from them.
    """

    as_of: datetime
    tickets: int
    days: int

    @property
    def is_full(self) -> bool:
        """Whether nothing waits."""
        return not self.tickets and not self.days

    @property
    def sentence(self) -> str:
        """What is so, in words."""
        if self.is_full:
            return "every day filled"
        parts = []
        if self.tickets:
            plural = "s are" if self.tickets > 1 else " is"
            parts.append(f"{self.tickets:,} changed ticket{plural} being counted")
        if self.days:
            plural = "s are" if self.days > 1 else " is"
            parts.append(f"{self.days:,} day{plural} being filled")
        return ", ".join(parts)


def fill_state(*, now: datetime) -> FillState:
    """Look up what waits. Two queries."""
    return FillState(
        as_of=now,
        tickets=LedgerTouch.objects.order_by().values("ticket_id").distinct().count(),
        days=DirtyDay.objects.order_by().values("day").distinct().count(),
    )
