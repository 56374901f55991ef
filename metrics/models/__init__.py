"""Models of the figures: facts per ticket, snapshots per day."""

from metrics.models.facts import (
    EscalationFact,
    ResolutionCycle,
    ResponseTurn,
    Stay,
    TicketFacts,
)
from metrics.models.snapshots import DayState, DirtyDay, Snapshot

__all__ = [
    "DayState",
    "DirtyDay",
    "EscalationFact",
    "ResolutionCycle",
    "ResponseTurn",
    "Snapshot",
    "Stay",
    "TicketFacts",
]
