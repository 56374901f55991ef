"""Admin of the figures: facts, snapshots and the state of the days, to look at."""

from metrics.admin.facts import (
    EscalationFactAdmin,
    ResolutionCycleAdmin,
    ResponseTurnAdmin,
    StayAdmin,
    TicketFactsAdmin,
)
from metrics.admin.snapshots import DayStateAdmin, DirtyDayAdmin, SnapshotAdmin

__all__ = [
    "DayStateAdmin",
    "DirtyDayAdmin",
    "EscalationFactAdmin",
    "ResolutionCycleAdmin",
    "ResponseTurnAdmin",
    "SnapshotAdmin",
    "StayAdmin",
    "TicketFactsAdmin",
]
