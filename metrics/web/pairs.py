"""The pairs of the tiles: figures that keep each other honest, and what is told beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from metrics.query import Segment
from metrics.registry import get_figure
from metrics.web.shown import shown_as


@dataclass(frozen=True, slots=True)
class Spec:
    """Which answer a cell shows. `variant` may name the clock; `is_age` shows a level's age;
    `beside` is another variant, told in the foot, of this figure or of `beside_of`. `by` is the
    segment that its chart is broken down by, "" whichever the reader has chosen."""

    key: str
    title: str
    variant: str = ""
    is_age: bool = False
    is_any_category: bool = False
    beside: str = ""
    beside_of: str = ""
    by: str = ""

    def variant_for(self, clock: str) -> str:
        """The variant under the reader's clock."""
        return self.variant.format(clock=clock)

    def shown(self, clock: str) -> str:
        """What an address says to have the charts draw it."""
        return shown_as(get_figure(self.key), self.variant_for(clock)).text

    @property
    def answer(self) -> str:
        """The name of the answer it needs; next issues are asked for twice."""
        return "nia_any" if self.is_any_category else self.key

    @property
    def other(self) -> Spec | None:
        """What stands in the foot; None for nothing."""
        return Spec(self.beside_of or self.key, "", self.beside) if self.beside else None


PAIRS: Final = (
    (Spec("fcr", "First contact"), Spec("reopen_rate", "Reopened")),
    (Spec("flr", "First level"), Spec("escalation_rate", "Escalated", "from_l1", beside="from_l2")),
    (Spec("bounce_rate", "Bounced back"), Spec("l1_capable", "Solvable at L1")),
    (Spec("ttfr", "Pick-up", "{clock}"), Spec("response_time", "Response", "{clock}")),
    (Spec("ttr", "Resolved, net", "net.{clock}"), Spec("ttr", "Gross", "gross.{clock}")),
    (
        Spec("csat", "Satisfied", beside="csat", beside_of="survey_response"),
        Spec("nps", "Recommend us", beside="nps", beside_of="survey_response"),
    ),
    (Spec("sla", "Promises kept", beside="first_response"), Spec("sla_over", "Late by")),
    (Spec("sla_left", "Time to spare"), Spec("sla", "Resolved in time", "resolution")),
    (
        Spec("sla", "Replied in time", "first_reply"),
        Spec("sla", "Answered in time", "next_response"),
    ),
    # Internal promises, told by level: each answers for its own part of the way alone.
    (
        Spec("sla", "Accepted in time", "accept", beside="hand_over", by=Segment.LEVEL),
        Spec("sla", "Level in time", "level_resolution", by=Segment.LEVEL),
    ),
    (Spec("availability", "Services up"), Spec("restore_time", "Restored in")),
    (Spec("created", "Created"), Spec("resolved", "Resolved")),
    (Spec("backlog", "Open"), Spec("backlog", "Age", is_age=True)),
    (Spec("nia", "No next issue"), Spec("nia", "In any category", is_any_category=True)),
    (Spec("cost", "Cost"), Spec("touch_time", "Work", "{clock}")),
)
