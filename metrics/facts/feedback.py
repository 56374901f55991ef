"""Facts about surveys: which were sent, what was answered last, and who is credited. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from metrics.facts.clock import Clock
from metrics.facts.credit import Credit, credit_of
from metrics.facts.replay import Replay
from metrics.history import AskedSurvey, History
from tickets.choices import SurveyKind


@dataclass(frozen=True, kw_only=True)
class SurveyRow:
    """One survey that was sent. What was answered is None without an answer; of several answers the
    last before the survey locked counts, on its own day."""

    kind: str
    sent_at: datetime
    sent_on: date
    answered_at: datetime | None
    answered_on: date | None
    score: int | None
    has_comment: bool
    level: int
    team_key: int
    agent_key: int


@dataclass(frozen=True, kw_only=True)
class FeedbackFacts:
    """The latest answer of each kind; field names are those of `TicketFacts`. None without one."""

    csat: int | None
    nps: int | None


def surveys(history: History, replay: Replay, clock: Clock) -> tuple[SurveyRow, ...]:
    """Return the surveys about a ticket, in the order in which they were sent."""
    return tuple(_row(survey, replay, clock) for survey in history.surveys)


def feedback_facts(rows: Sequence[SurveyRow]) -> FeedbackFacts:
    """Return what the customer said last."""
    return FeedbackFacts(csat=_last(rows, SurveyKind.CSAT), nps=_last(rows, SurveyKind.NPS))


def _last(rows: Sequence[SurveyRow], kind: str) -> int | None:
    answered = [
        (row.answered_at, row.score) for row in rows if row.kind == kind and row.answered_at
    ]
    return max(answered)[1] if answered else None


def _row(survey: AskedSurvey, replay: Replay, clock: Clock) -> SurveyRow:
    given = [one for one in survey.answers if one.occurred_at < survey.locks_at]
    answer = given[-1] if given else None
    credit = _credit(survey, replay)
    return SurveyRow(
        kind=survey.kind,
        sent_at=survey.sent_at,
        sent_on=clock.day(survey.sent_at),
        answered_at=answer.occurred_at if answer else None,
        answered_on=clock.day(answer.occurred_at) if answer else None,
        score=answer.score if answer else None,
        has_comment=answer is not None and answer.has_comment,
        level=credit.level,
        team_key=credit.team_key,
        agent_key=credit.agent_key,
    )


def _credit(survey: AskedSurvey, replay: Replay) -> Credit:
    """Who had resolved the ticket when the customer was asked; who held it, where that was taken
    back."""
    before = [change for change in replay.resolutions if change.at <= survey.sent_at]
    if before:
        return credit_of(before[-1], replay)
    held = replay.held_after(survey.sent_at)
    return Credit(level=held.level, team_key=held.team_key, agent_key=held.agent_key)
