"""What the customers of the demo desk think: the better a ticket went, the higher the score. Pure
but for the dice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tickets.choices import ResolutionCode, SurveyKind
from tickets.demo.topics import phrases
from tickets.surveys.words import HIGH, LOW, band

ANSWERED = {SurveyKind.CSAT: 0.31, SurveyKind.NPS: 0.28}
CHANGED = 0.04
REGRETTED = (ResolutionCode.NO_ANSWER, ResolutionCode.NOT_SUPPORTED, ResolutionCode.KNOWN_ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a ticket went, as its customer saw it."""

    received_at: datetime
    resolved_at: datetime
    resolution_code: str
    reopens: int
    bounces: int
    escalations: int

    @property
    def regret(self) -> float:
        """How much went wrong: 0 is a ticket as one wishes it."""
        days = (self.resolved_at - self.received_at) / timedelta(days=1)
        slow = 0.0 if days < 1 else 0.35 if days < 3 else 0.8 if days < 7 else 1.3
        regretted = 0.8 if self.resolution_code in REGRETTED else 0.0
        return (
            slow
            + regretted
            + 1.4 * min(self.reopens, 2)
            + 0.7 * self.bounces
            + 0.15 * self.escalations
        )


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, some time after the question."""

    after: timedelta
    score: int
    comment: str


def answers(kind: str, course: Course, rng: Random) -> Sequence[Given]:
    """Draw whether and what somebody answers: nothing, one answer, or a second that changes it."""
    if rng.random() >= ANSWERED[SurveyKind(kind)]:
        return ()
    after = timedelta(hours=min(rng.expovariate(1 / 26) + 0.1, 24 * 12))
    first = Given(after, *_say(kind, course.regret, rng))
    if rng.random() >= CHANGED:
        return (first,)
    later = after + timedelta(hours=rng.uniform(0.1, 20))
    return (first, Given(later, *_say(kind, course.regret + rng.uniform(-0.5, 1), rng)))


def _say(kind: str, regret: float, rng: Random) -> tuple[int, str]:
    score = _score(kind, regret, rng)
    return score, _comment(band(kind, score), rng)


def _score(kind: str, regret: float, rng: Random) -> int:
    if kind == SurveyKind.CSAT:
        return max(1, min(5, round(rng.gauss(4.7 - regret, 0.75))))
    # Who recommends a desk thinks of more than one ticket.
    return max(0, min(10, round(rng.gauss(8.9 - 1.1 * regret, 1.7))))


def _comment(how: str, rng: Random) -> str:
    """Who is content says little; who is not wants to be heard."""
    occasion, share = {LOW: ("complaints", 0.65), HIGH: ("praise", 0.3)}.get(how, ("mixed", 0.4))
    return rng.choice(phrases()[occasion]) if rng.random() < share else ""
