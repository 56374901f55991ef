"""What happened to a ticket's status, level and holder, replayed from its history. Pure.

A transition that leads to the status the ticket is in already changes nothing: so a reopen that was
taken back takes its later undoing with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from metrics.history import HandOver, History, LevelMove, Place, StatusChange
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, Capacity, Status


@dataclass(frozen=True, slots=True)
class Change:
    """A transition that took effect, with the status it found on replay."""

    from_status: str
    row: StatusChange

    @property
    def to_status(self) -> str:
        """Where it led."""
        return self.row.to_status

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.row.occurred_at

    @property
    def is_resolution(self) -> bool:
        """A move from an open status to Resolved, or straight to Closed."""
        return self.from_status in OPEN_STATUSES and self.to_status in DONE_STATUSES

    @property
    def is_reopen(self) -> bool:
        """A move from Resolved or Closed back to an open status."""
        return self.from_status in DONE_STATUSES and self.to_status in OPEN_STATUSES

    @property
    def is_pick_up(self) -> bool:
        """A move out of New by an agent, to anything but Cancelled. Robots never pick up."""
        return (
            self.from_status == Status.NEW
            and self.to_status != Status.CANCELLED
            and self.row.capacity in (Capacity.AGENT, Capacity.IMPORT)
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch, longer than nothing, in which nothing of these changed; None ends now."""

    started_at: datetime
    ended_at: datetime | None
    status: str
    level: int
    team_key: int
    agent_key: int


@dataclass(frozen=True, slots=True)
class Replay:
    """A history, replayed. `levels` holds every level with the place from which on it was held,
    also those held for no time; `held` has no gaps."""

    changes: tuple[Change, ...]
    levels: tuple[tuple[Place, int], ...]
    held: tuple[Held, ...]

    @property
    def resolutions(self) -> tuple[Change, ...]:
        """Every resolution, oldest first."""
        return tuple(change for change in self.changes if change.is_resolution)

    @property
    def reopens(self) -> tuple[Change, ...]:
        """Every reopen, oldest first."""
        return tuple(change for change in self.changes if change.is_reopen)

    @property
    def status(self) -> str:
        """The status at the end of the history."""
        return self.held[-1].status

    @property
    def first_resolution(self) -> Change | None:
        """The first resolution, whatever came after it."""
        return next((change for change in self.changes if change.is_resolution), None)

    @property
    def last_resolution(self) -> Change | None:
        """The last resolution; None while the ticket is open (again), or where it was cancelled."""
        if self.status not in DONE_STATUSES:
            return None
        return next((change for change in reversed(self.changes) if change.is_resolution), None)

    def held_after(self, moment: datetime) -> Held:
        """The state once everything of `moment` had happened."""
        found = self.held[0]
        for stretch in self.held:
            if stretch.started_at > moment:
                break
            found = stretch
        return found


def replay(history: History) -> Replay:
    """Replay a history, which must begin with its receipt."""
    changes = tuple(_changes(history.statuses))
    return Replay(changes=changes, levels=tuple(_levels(history)), held=tuple(_held(history)))


def _changes(statuses: tuple[StatusChange, ...]) -> Iterator[Change]:
    status = ""
    for row in statuses:
        if row.to_status != status:
            yield Change(status, row)
            status = row.to_status


def _levels(history: History) -> Iterator[tuple[Place, int]]:
    yield history.statuses[0].place, history.entry_level
    for move in history.moves:
        if move.to_level != move.from_level:
            yield move.place, move.to_level


def _held(history: History) -> Iterator[Held]:
    """Yield the stretches; equal neighbours are one, and what lasted no time is left out."""
    points = _distinct(_states(history))
    ends = [start for start, _ in points[1:]]
    for (start, state), end in zip(points, [*ends, None], strict=True):
        yield Held(start, end, *state)


# Status, level, team and agent.
State = tuple[str, int, int, int]


def _states(history: History) -> Iterator[tuple[datetime, State]]:
    """Yield the state after every row, in the order of the ledger."""
    first = history.statuses[0]
    state: State = (
        first.to_status,
        history.entry_level,
        history.entry_team_key,
        first.assignee_key,
    )
    yield history.received_at, state
    rows: list[StatusChange | LevelMove | HandOver] = [
        *history.statuses[1:],
        *history.moves,
        *history.hand_overs,
    ]
    rows.sort(key=lambda row: (row.occurred_at, row.seq))
    for row in rows:
        status, level, team_key, agent_key = state
        if isinstance(row, StatusChange):
            state = (row.to_status, level, team_key, agent_key)
        elif isinstance(row, LevelMove):
            state = (status, row.to_level, row.to_team_key, agent_key)
        else:
            state = (status, level, row.to_team_key, row.to_assignee_key)
        yield row.occurred_at, state


def _distinct(states: Iterator[tuple[datetime, State]]) -> list[tuple[datetime, State]]:
    """Keep the last state of each instant, and of equal neighbours the first."""
    points: list[tuple[datetime, State]] = []
    for at, state in states:
        if points and points[-1][0] >= at:
            points.pop()
        if not points or points[-1][1] != state:
            points.append((at, state))
    return points
