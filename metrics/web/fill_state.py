"""How far the figures are: what changed and is not counted yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.fill.unmeasured import given_up, waiting_tickets
from metrics.models import DirtyDay


@dataclass(frozen=True, slots=True)
class FillState:
    """Tickets whose facts wait to be recomputed, and days whose snapshots do.

    Figures count the days themselves meanwhile; only the tickets are still missing from them, and
    those of `unmeasured`, whose histories nothing can be made of.
    """

    as_of: datetime
    tickets: int
    days: int
    unmeasured: int

    @property
    def is_full(self) -> bool:
        """Whether nothing waits."""
        return not self.tickets and not self.days

    @property
    def sentence(self) -> str:
        """What is so, in words."""
        parts = ["every day filled"] if self.is_full else []
        if self.tickets:
            plural = "s are" if self.tickets > 1 else " is"
            parts.append(f"{self.tickets:,} changed ticket{plural} being counted")
        if self.days:
            plural = "s are" if self.days > 1 else " is"
            parts.append(f"{self.days:,} day{plural} being filled")
        if self.unmeasured:
            plural = "s" if self.unmeasured > 1 else ""
            parts.append(f"{self.unmeasured:,} ticket{plural} cannot be measured")
        return ", ".join(parts)


def fill_state(*, now: datetime) -> FillState:
    """Look up what waits. Three queries."""
    return FillState(
        as_of=now,
        tickets=waiting_tickets(now=now),
        days=DirtyDay.objects.order_by().values("day").distinct().count(),
        unmeasured=given_up(now).count(),
    )
