"""Facts by walking through a ticket's life minute by minute: slow, and plain enough to be believed.

Nothing of the product's clocks is used: a minute is open where the hours of its calendar say so.
"""

from __future__ import annotations

from collections import Counter

from tests.tickets.sla.histories import Hand, History, Move, Row, Say, ledger
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, Status

# By the clock on the wall, and by that of the business calendar; seconds both.
Both = tuple[float, float]


class LifeWalk:
    """The walk through one life, from its receipt to the last thing that happened. Minutes all."""

    def __init__(self, history: History) -> None:
        rows = [row for _, row in ledger(history).rows]
        self.last = max((row.minute for row in rows), default=0)
        hours = history.calendars[history.calendar_key]
        self.is_open = [hours.is_open(history.at(minute)) for minute in range(self.last)]
        self.status: str = Status.NEW
        self.level = history.entry_level
        self.picked_up: int | None = None
        self.replied: int | None = None
        self.asked: int | None = None
        self.turns: list[tuple[int, int | None]] = []
        self.resolved: list[int] = []
        self.reopened: list[int] = []
        self.in_status: Counter[tuple[str, int, bool]] = Counter()
        """Minutes by status, level, and whether the calendar was open."""
        self.before_resolution: Counter[tuple[str, bool]] = Counter()
        """Minutes by status before the last resolution."""
        for minute in range(self.last + 1):
            for row in rows:
                if row.minute == minute:
                    self._happen(row)
            if minute < self.last:
                self.in_status[self.status, self.level, self.is_open[minute]] += 1
        if self.asked is not None:
            self.turns.append((self.asked, None))

    def _happen(self, row: Row) -> None:
        if isinstance(row, Move):
            self._move(row)
        elif isinstance(row, Hand):
            self.level = row.level
        elif isinstance(row, Say):
            self._say(row)

    def _move(self, move: Move) -> None:
        if self.status == Status.NEW and move.by_agent and move.status != Status.CANCELLED:
            self.picked_up = move.minute
        if self.status in OPEN_STATUSES and move.status in DONE_STATUSES:
            self.resolved.append(move.minute)
            self.before_resolution = Counter()
            for (status, _, is_open), minutes in self.in_status.items():
                self.before_resolution[status, is_open] += minutes
        if self.status in DONE_STATUSES and move.status in OPEN_STATUSES:
            self.reopened.append(move.minute)
        self.status = move.status

    def _say(self, say: Say) -> None:
        if not say.by_agent:
            self.asked = say.minute if self.asked is None else self.asked
            return
        self.replied = say.minute if self.replied is None else self.replied
        if self.asked is not None:
            self.turns.append((self.asked, say.minute))
            self.asked = None

    # What came of it ---------------------------------------------------------------------------

    def between(self, start: int, end: int | None) -> Both | None:
        """Seconds between two minutes; None without the second."""
        if end is None:
            return None
        return 60.0 * (end - start), 60.0 * sum(self.is_open[start:end])

    @property
    def is_resolved(self) -> bool:
        """Whether it is done with now, and not cancelled."""
        return self.status in DONE_STATUSES

    def spent(self, *statuses: str) -> Both | None:
        """Seconds in these statuses before the last resolution; None where there is none."""
        if not self.is_resolved:
            return None
        spent = self.before_resolution
        opened = sum(spent[status, True] for status in statuses)
        closed = sum(spent[status, False] for status in statuses)
        return 60.0 * (opened + closed), 60.0 * opened
