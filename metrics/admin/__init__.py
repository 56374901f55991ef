"""Admin of the figures: facts, snapshots and the state of the days, to look at."""

from metrics.admin.facts import (
    EscalationFactAdmin,
    OutageFactAdmin,
    ResolutionCycleAdmin,
    ResponseTurnAdmin,
    StayAdmin,
    SurveyFactAdmin,
    TargetFactAdmin,
    TicketFactsAdmin,
    UnmeasuredTicketAdmin,
)
from metrics.admin.snapshots import DayStateAdmin, DirtyDayAdmin, SnapshotAdmin

__all__ = [
    "DayStateAdmin",
    "DirtyDayAdmin",
    "EscalationFactAdmin",
    "OutageFactAdmin",
    "ResolutionCycleAdmin",
    "ResponseTurnAdmin",
    "SnapshotAdmin",
    "StayAdmin",
    "SurveyFactAdmin",
    "TargetFactAdmin",
    "TicketFactsAdmin",
    "UnmeasuredTicketAdmin",
]
