"""The rows that figures are counted from, the day each counts on, and who gets the credit.

Credit goes to who acted, at the level and team of that moment: on receipt where the ticket came in,
on resolution who resolved it, in between who held it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from metrics.models import (
    EscalationFact,
    OutageFact,
    ResolutionCycle,
    ResponseTurn,
    Stay,
    SurveyFact,
    TargetFact,
    TicketFacts,
)
from metrics.registry import Source
from metrics.segments import Segment

_OF_TICKET: Final[Mapping[str, str]] = {
    Segment.ENTRY_LEVEL: "entry_level",
    Segment.RESOLVING_LEVEL: "resolving_level",
    Segment.CATEGORY: "category_key",
    Segment.PRODUCT: "product_key",
    Segment.TIER: "tier",
    Segment.ORGANIZATION: "organization_key",
    Segment.CHANNEL: "channel",
    Segment.PRIORITY: "priority",
    Segment.COMPLEXITY: "complexity",
    Segment.TYPE: "type",
}


def _segments(*, level: str, team: str, agent: str, facts: str = "") -> Mapping[str, str]:
    """Paths of every segment, the acting ones first; `facts` leads to the ticket's."""
    acting: dict[str, str] = {Segment.LEVEL: level, Segment.TEAM: team, Segment.AGENT: agent}
    return {**acting, **{segment: facts + path for segment, path in _OF_TICKET.items()}}


RECEIVED: Final = Source(
    model=TicketFacts,
    day="received_on",
    segments=_segments(level="entry_level", team="entry_team_key", agent="pickup_agent_key"),
)
"""Tickets on the day received: at the level and team that received them, by who picked them up."""

FIRST_CONTACT: Final = Source(
    model=TicketFacts,
    day="received_on",
    segments=_segments(level="entry_level", team="pickup_team_key", agent="pickup_agent_key"),
)
"""As RECEIVED, for the team that held the first contact."""

RESOLVED: Final = Source(
    model=TicketFacts,
    day="last_resolved_on",
    segments=_segments(
        level="resolving_level", team="resolving_team_key", agent="resolving_agent_key"
    ),
)
"""Tickets on the day of their last resolution, by who resolved them."""

CANCELLED: Final = Source(
    model=TicketFacts,
    day="cancelled_on",
    segments=_segments(level="entry_level", team="entry_team_key", agent="pickup_agent_key"),
)
"""Tickets on the day cancelled."""

CYCLES: Final = Source(
    model=ResolutionCycle,
    day="resolved_on",
    segments=_segments(level="level", team="team_key", agent="agent_key", facts="ticket__facts__"),
    facts="ticket__facts__",
)
"""Resolutions on their day, by who resolved; the first of a ticket has number 1."""

TURNS: Final = Source(
    model=ResponseTurn,
    day="asked_on",
    segments=_segments(level="level", team="team_key", agent="agent_key", facts="ticket__facts__"),
    facts="ticket__facts__",
    noun="responses",
)
"""Customer turns on the day of the turn, by who answered."""

ESCALATIONS: Final = Source(
    model=EscalationFact,
    day="escalated_on",
    segments=_segments(
        level="from_level", team="team_key", agent="agent_key", facts="ticket__facts__"
    ),
    facts="ticket__facts__",
    noun="escalations",
)
"""Escalations on their day, by who escalated."""

TARGETS: Final = Source(
    model=TargetFact,
    day="counted_on",
    segments=_segments(level="level", team="team_key", agent="agent_key", facts="ticket__facts__"),
    facts="ticket__facts__",
    noun="targets",
)
"""Promises of service level policies, by who kept them, or held the ticket when they fell due."""

_SURVEY_SEGMENTS: Final = _segments(
    level="level", team="team_key", agent="agent_key", facts="ticket__facts__"
)

ANSWERS: Final = Source(
    model=SurveyFact,
    day="answered_on",
    segments=_SURVEY_SEGMENTS,
    facts="ticket__facts__",
    noun="answers",
)
"""Surveys on the day answered, by who had resolved the ticket."""

ASKED: Final = Source(
    model=SurveyFact,
    day="sent_on",
    segments=_SURVEY_SEGMENTS,
    facts="ticket__facts__",
    noun="surveys",
)
"""The same on the day sent, with and without an answer."""

STAYS: Final = Source(
    model=Stay,
    day="",
    segments=_segments(level="level", team="team_key", agent="agent_key", facts="ticket__facts__"),
    facts="ticket__facts__",
)
"""Stretches of status, level, team and assignee, by who held the ticket; counted at an instant or
within a day rather than on one."""

OUTAGES: Final = Source(
    model=OutageFact,
    day="",
    segments={Segment.SERVICE: "service_key"},
    facts="ticket__facts__",
    noun="services",
)
"""Outages of services, told by their major incidents; they take time from every day they last."""

RESTORED: Final = Source(
    model=OutageFact,
    day="ended_on",
    segments={Segment.SERVICE: "service_key"},
    facts="ticket__facts__",
    noun="outages",
)
"""The same on the day that service was restored."""
