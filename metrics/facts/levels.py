"""Facts about support levels: entry, highest, escalations and what came back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accounts.choices import SupportLevel
from metrics.facts.clock import Clock
from metrics.facts.replay import Replay
from metrics.history import History, LevelMove
from tickets.choices import EscalationKind


@dataclass(frozen=True, kw_only=True)
class LevelFacts:
    """Field names are those of `TicketFacts`."""

    highest_level: int
    escalations: int
    warm_escalations: int
    cold_escalations: int
    hierarchical_escalations: int
    deescalations: int
    was_above_l1: bool
    was_at_l2: bool
    was_above_l2_after_l2: bool
    was_above_l1_at_resolution: bool | None


@dataclass(frozen=True, kw_only=True)
class EscalationRow:
    """One move of responsibility to a higher level. It bounced if the ticket later came down below
    the level that it had gone to."""

    escalated_at: datetime
    escalated_on: date
    from_level: int
    to_level: int
    is_warm: bool
    is_bounced: bool
    returned_at: datetime | None
    team_key: int
    agent_key: int
    reason: str


def level_facts(history: History, replay: Replay) -> LevelFacts:
    """Measure one ticket. `was_above_l1_at_resolution` is None without a resolution."""
    ups = [move for move in history.moves if move.is_up]
    warm = sum(move.is_warm for move in ups)
    levels = [level for _, level in replay.levels]
    before = levels_until_resolution(replay)
    return LevelFacts(
        highest_level=max(levels),
        escalations=len(ups),
        warm_escalations=warm,
        cold_escalations=len(ups) - warm,
        hierarchical_escalations=sum(
            move.kind == EscalationKind.HIERARCHICAL for move in history.moves
        ),
        deescalations=sum(move.is_down for move in history.moves),
        was_above_l1=max(levels) > SupportLevel.L1,
        was_at_l2=SupportLevel.L2 in levels,
        was_above_l2_after_l2=_was_above_after(levels, SupportLevel.L2),
        was_above_l1_at_resolution=max(before) > SupportLevel.L1 if before else None,
    )


def levels_until_resolution(replay: Replay) -> tuple[int, ...]:
    """Every level that held the ticket up to its last resolution; empty without one."""
    last = replay.last_resolution
    if last is None:
        return ()
    return tuple(level for place, level in replay.levels if place <= last.row.place)


def escalations(history: History, clock: Clock) -> tuple[EscalationRow, ...]:
    """Return every functional escalation, oldest first."""
    return tuple(
        _escalation(move, history.moves[index + 1 :], clock)
        for index, move in enumerate(history.moves)
        if move.is_up
    )


def _escalation(move: LevelMove, later: tuple[LevelMove, ...], clock: Clock) -> EscalationRow:
    returned_at = next(
        (other.occurred_at for other in later if other.is_down and other.to_level < move.to_level),
        None,
    )
    return EscalationRow(
        escalated_at=move.occurred_at,
        escalated_on=clock.day(move.occurred_at),
        from_level=move.from_level,
        to_level=move.to_level,
        is_warm=move.is_warm,
        is_bounced=returned_at is not None,
        returned_at=returned_at,
        team_key=move.team_key,
        agent_key=move.actor_key or move.assignee_key,
        reason=move.reason,
    )


def _was_above_after(levels: list[int], level: int) -> bool:
    """Whether a higher level held the ticket at any time after `level` did."""
    if level not in levels:
        return False
    return any(later > level for later in levels[levels.index(level) :])
