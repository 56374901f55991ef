"""What happened to a ticket's status, level and holder, replayed from its history. Pure.

A transition that leads to the status the ticket is in already changes nothing: so a reopen that was
taken back takes its later undoing with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

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


# Status, level, team and agent.
State = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Replay:
    """A history, replayed. `levels` holds every level with the place from which on it was held,
    also those held for no time; `states` the state that each row left; `held` has no gaps."""

    changes: tuple[Change, ...]
    levels: tuple[tuple[Place, int], ...]
    states: tuple[tuple[Place, State], ...]
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

    def held_before(self, moment: datetime) -> Held:
        """The state before anything of `moment` happened; the first where nothing came before."""
        earlier = [stretch for stretch in self.held if stretch.started_at < moment]
        return earlier[-1] if earlier else self.held[0]

    def found_at(self, place: Place) -> State:
        """The state that a row at this place found. The stamp of a row says it too, but not where
        the row was entered later: that is stamped with what held the ticket by then."""
        index = bisect_left(self.states, place, key=itemgetter(0))
        return self.states[max(index - 1, 0)][1]


def replay(history: History) -> Replay:
    """Replay a history, which must begin with its receipt."""
    states = tuple(_states(history))
    return Replay(
        changes=tuple(_changes(history.statuses)),
        levels=tuple(_levels(history)),
        states=states,
        held=tuple(_held(states)),
    )


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


def _held(states: tuple[tuple[Place, State], ...]) -> Iterator[Held]:
    """Yield the stretches; equal neighbours are one, and what lasted no time is left out."""
    points = _distinct((at, state) for (at, _), state in states)
    ends = [start for start, _ in points[1:]]
    for (start, state), end in zip(points, [*ends, None], strict=True):
        yield Held(start, end, *state)


def _states(history: History) -> Iterator[tuple[Place, State]]:
    """Yield the state after every row, in the order of the ledger."""
    first = history.statuses[0]
    state: State = (
        first.to_status,
        history.entry_level,
        history.entry_team_key,
        first.assignee_key,
    )
    yield (history.received_at, first.seq), state
    rows: list[StatusChange | LevelMove | HandOver] = [
        *history.statuses[1:],
        *history.moves,
        *history.hand_overs,
    ]
    for row in sorted(rows, key=lambda row: (row.occurred_at, row.seq)):
        status, level, team_key, agent_key = state
        if isinstance(row, StatusChange):
            state = (row.to_status, level, team_key, agent_key)
        elif isinstance(row, LevelMove):
            state = (status, row.to_level, row.to_team_key, agent_key)
        else:
            state = (status, level, row.to_team_key, row.to_assignee_key)
        yield (row.occurred_at, row.seq), state


def _distinct(states: Iterator[tuple[datetime, State]]) -> list[tuple[datetime, State]]:
    """Keep the last state of each instant, and of equal neighbours the first."""
    points: list[tuple[datetime, State]] = []
    for at, state in states:
        if points and points[-1][0] >= at:
            points.pop()
        if not points or points[-1][1] != state:
            points.append((at, state))
    return points
