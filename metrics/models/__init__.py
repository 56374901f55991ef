"""Models of the figures: facts per ticket, snapshots per day."""

from metrics.models.facts import (
    EscalationFact,
    OutageFact,
    ResolutionCycle,
    ResponseTurn,
    Stay,
    SurveyFact,
    TargetFact,
    TicketFacts,
)
from metrics.models.followed import FollowedSetting
from metrics.models.snapshots import DayState, DirtyDay, Snapshot
from metrics.models.unmeasured import UnmeasuredTicket

__all__ = [
    "DayState",
    "DirtyDay",
    "EscalationFact",
    "FollowedSetting",
    "OutageFact",
    "ResolutionCycle",
    "ResponseTurn",
    "Snapshot",
    "Stay",
    "SurveyFact",
    "TargetFact",
    "TicketFacts",
    "UnmeasuredTicket",
]
