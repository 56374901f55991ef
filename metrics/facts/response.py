"""Facts about answering: pick-up, first reply, and every turn of the conversation. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from metrics.facts.clock import Clock
from metrics.facts.credit import credit_of
from metrics.facts.replay import Replay
from metrics.history import History, LiveContact, SaidMessage
from tickets.choices import Capacity
from tickets.contacts import counts_as_speech, is_inside


@dataclass(frozen=True, kw_only=True)
class ResponseFacts:
    """Field names are those of `TicketFacts`. None: not picked up, or not answered, yet."""

    picked_up_at: datetime | None
    pickup_agent_key: int
    pickup_team_key: int
    ttfr_seconds: float | None
    ttfr_business_seconds: float | None
    first_reply_seconds: float | None
    first_reply_business_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class TurnRow:
    """A customer's turn: the first unanswered message, and the agent's message or live contact that
    answered it. Unanswered, it has no durations and stands with who holds the ticket now."""

    asked_at: datetime
    asked_on: date
    answered_at: datetime | None
    response_seconds: float | None
    response_business_seconds: float | None
    level: int
    team_key: int
    agent_key: int


def response_facts(history: History, replay: Replay, clock: Clock) -> ResponseFacts:
    """Measure one ticket."""
    pick_up = next((change for change in replay.changes if change.is_pick_up), None)
    credit = credit_of(pick_up, replay) if pick_up else None
    waited = clock.between(history.received_at, pick_up.at) if pick_up else None
    replied_at = min((answer.occurred_at for answer in _answers(history)), default=None)
    reply = clock.between(history.received_at, replied_at) if replied_at else None
    return ResponseFacts(
        picked_up_at=pick_up.at if pick_up else None,
        pickup_agent_key=credit.agent_key if credit else 0,
        pickup_team_key=credit.team_key if credit else 0,
        ttfr_seconds=waited.seconds if waited else None,
        ttfr_business_seconds=waited.business_seconds if waited else None,
        first_reply_seconds=reply.seconds if reply else None,
        first_reply_business_seconds=reply.business_seconds if reply else None,
    )


def turns(history: History, replay: Replay, clock: Clock) -> tuple[TurnRow, ...]:
    """Return every customer turn, oldest first."""
    events: list[SaidMessage | LiveContact] = [*_questions(history), *_answers(history)]
    events.sort(key=lambda event: event.place)
    rows: list[TurnRow] = []
    asked_at: datetime | None = None
    for event in events:
        is_answer = isinstance(event, LiveContact) or event.author_capacity == Capacity.AGENT
        if is_answer and asked_at is not None:
            rows.append(_turn(asked_at, event, replay, clock))
            asked_at = None
        elif not is_answer and asked_at is None:
            asked_at = event.occurred_at
    if asked_at is not None:
        rows.append(_open_turn(asked_at, replay, clock))
    return tuple(rows)


def _answers(history: History) -> list[SaidMessage | LiveContact]:
    """What a human agent said to the customer."""
    by_agent = [
        message
        for message in history.messages
        if message.author_capacity == Capacity.AGENT and counts_as_speech(message)
    ]
    return [*by_agent, *history.live]


def _questions(history: History) -> list[SaidMessage]:
    """Customers' messages, without those inside a live contact: there, both speak at once."""
    return [
        message
        for message in history.messages
        if message.author_capacity == Capacity.CUSTOMER
        and counts_as_speech(message)
        and not any(
            is_inside(message.occurred_at, call.occurred_at, call.ended_at) for call in history.live
        )
    ]


def _turn(
    asked_at: datetime, answer: SaidMessage | LiveContact, replay: Replay, clock: Clock
) -> TurnRow:
    _, level, team_key, _ = replay.found_at(answer.place)
    length = clock.between(asked_at, answer.occurred_at)
    agent_key = answer.agent_key if isinstance(answer, LiveContact) else answer.author_key
    return TurnRow(
        asked_at=asked_at,
        asked_on=clock.day(asked_at),
        answered_at=answer.occurred_at,
        response_seconds=length.seconds,
        response_business_seconds=length.business_seconds,
        level=level,
        team_key=team_key,
        agent_key=agent_key,
    )


def _open_turn(asked_at: datetime, replay: Replay, clock: Clock) -> TurnRow:
    now = replay.held[-1]
    return TurnRow(
        asked_at=asked_at,
        asked_on=clock.day(asked_at),
        answered_at=None,
        response_seconds=None,
        response_business_seconds=None,
        level=now.level,
        team_key=now.team_key,
        agent_key=0,
    )
