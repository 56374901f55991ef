"""Facts about who held a ticket, in which status, for how long. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.facts.clock import Clock
from metrics.facts.replay import Replay


@dataclass(frozen=True, kw_only=True)
class StayRow:
    """A stretch in one status, at one level, with one team and agent; lasts on while `ended_at` is
    None, and has no length then."""

    started_at: datetime
    ended_at: datetime | None
    status: str
    level: int
    team_key: int
    agent_key: int
    seconds: float | None
    business_seconds: float | None


def stays(replay: Replay, clock: Clock) -> tuple[StayRow, ...]:
    """Return every stretch from receipt until now, without gaps."""
    rows = []
    for held in replay.held:
        length = None if held.ended_at is None else clock.between(held.started_at, held.ended_at)
        rows.append(
            StayRow(
                started_at=held.started_at,
                ended_at=held.ended_at,
                status=held.status,
                level=held.level,
                team_key=held.team_key,
                agent_key=held.agent_key,
                seconds=length.seconds if length else None,
                business_seconds=length.business_seconds if length else None,
            )
        )
    return tuple(rows)
