"""Facts about the outages that a major incident told of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from metrics.facts.clock import Clock
from metrics.history import History
from tickets.outages import OutageSpan


@dataclass(frozen=True, kw_only=True)
class OutageRow:
    """One outage of one service. It counts while the service was down, not while it was merely
    degraded, and on no day where it turned out to be none."""

    service_key: int
    impact: str
    is_down: bool
    began_at: datetime
    ended_at: datetime | None
    ended_on: date | None
    seconds: float | None


def outages(history: History, clock: Clock) -> tuple[OutageRow, ...]:
    """Return the outages of a ticket, in the order in which they were declared."""
    return tuple(_row(span, clock) for span in history.outages)


def _row(span: OutageSpan, clock: Clock) -> OutageRow:
    ended_at = span.ended_at
    return OutageRow(
        service_key=span.service_key,
        impact=span.impact,
        is_down=span.is_down,
        began_at=span.began_at,
        ended_at=ended_at,
        ended_on=clock.day_or_none(ended_at),
        seconds=(ended_at - span.began_at).total_seconds() if ended_at else None,
    )
