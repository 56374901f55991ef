"""Facts about the promises of a ticket: which were kept, by whom, with how much time left. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from metrics.facts.clock import Clock
from metrics.facts.credit import Credit
from metrics.facts.replay import Replay
from metrics.history import History
from tickets.choices import Capacity, TargetState
from tickets.sla.promises import Promise

BY_DESK = (Capacity.AGENT, Capacity.IMPORT)


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """One promise. It counts on the day that it was met, or was due where it was missed; `level`,
    `team_key` and `agent_key` kept it, or held the ticket when it fell due."""

    kind: str
    target_level: int
    cycle: int
    state: str
    counted_on: date | None
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    left_seconds: float | None
    over_seconds: float | None
    target_seconds: int
    is_business: bool
    version_key: int
    level: int
    team_key: int
    agent_key: int


def targets(history: History, replay: Replay, clock: Clock) -> tuple[TargetRow, ...]:
    """Return the promises that were made, in order of their beginnings."""
    return tuple(_target(promise, history, replay, clock) for promise in history.promises)


def _target(promise: Promise, history: History, replay: Replay, clock: Clock) -> TargetRow:
    is_met = promise.state == TargetState.MET
    judged_at = promise.ended_at if is_met else promise.breached_at
    credit = _credit(promise, judged_at, history, replay)
    left = promise.left_seconds
    return TargetRow(
        kind=promise.kind,
        target_level=promise.level,
        cycle=promise.cycle,
        state=promise.state,
        counted_on=clock.day(judged_at) if judged_at else None,
        started_at=promise.started_at,
        ended_at=promise.ended_at,
        due_at=promise.due_at,
        left_seconds=max(left, 0.0) if is_met and left is not None else None,
        over_seconds=max(-left, 0.0) if not is_met and left is not None else None,
        target_seconds=promise.target_seconds,
        is_business=promise.is_business,
        version_key=promise.version_key,
        level=promise.level or credit.level,
        team_key=credit.team_key,
        agent_key=credit.agent_key,
    )


def _credit(
    promise: Promise, judged_at: datetime | None, history: History, replay: Replay
) -> Credit:
    """Who kept it, at the level and team that they found; who held the ticket when it fell due; who
    holds it where nothing is decided."""
    after = replay.held_after(judged_at or promise.counted_to)
    if judged_at is None or promise.state != TargetState.MET:
        return Credit(level=after.level, team_key=after.team_key, agent_key=after.agent_key)
    before = replay.held_before(judged_at)
    return Credit(
        level=before.level,
        team_key=before.team_key or after.team_key,
        agent_key=_actor(history, judged_at) or after.agent_key,
    )


def _actor(history: History, moment: datetime) -> int:
    """Which agent did what kept the promise; 0 where it was nobody of the desk."""
    acts = (
        *((row.occurred_at, row.author_key, row.author_capacity) for row in history.messages),
        *((row.occurred_at, row.agent_key, Capacity.AGENT) for row in history.live),
        *((row.occurred_at, row.actor_key, row.capacity) for row in history.statuses),
        *((row.occurred_at, row.actor_key, Capacity.AGENT) for row in history.moves),
    )
    return next((key for at, key, by in acts if at == moment and key and by in BY_DESK), 0)
