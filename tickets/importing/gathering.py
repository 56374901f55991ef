"""A whole file, read and checked before anything is stored: its events by ticket, its bad rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tickets.importing.errors import BadRow
from tickets.importing.events import Event, understand
from tickets.importing.mapping import LogMapping
from tickets.importing.reading import Seen, read_rows


@dataclass(slots=True)
class Log:
    """What a file holds. `histories` has the events of each ticket in order, tickets in the order
    of the file, without those that a bad row belongs to; `left_out` are these."""

    histories: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    bad_rows: list[BadRow] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    row_count: int = 0

    def first_at(self) -> datetime | None:
        """Return when the earliest event happened; None where there is none."""
        return min((events[0].at for events in self.histories.values()), default=None)

    def last_at(self) -> datetime | None:
        """Return when the latest event happened; None where there is none."""
        return max((events[-1].at for events in self.histories.values()), default=None)

    def years(self) -> range:
        """Return the years that the events fall into."""
        first, last = self.first_at(), self.last_at()
        return range(first.year, last.year + 1) if first and last else range(0)

    def statuses(self) -> Counter[str]:
        """Count the events of each status value, as the file spells it."""
        return Counter(event.status for events in self.histories.values() for event in events)


def gather(path: Path, mapping: LogMapping, *, now: datetime, seen: Seen) -> Log:
    """Read a whole file. A row that cannot be used is noted with its reason, and its ticket is left
    out whole. Raises FileError and MappingError where the file as a whole cannot be read."""
    log = Log()
    for row in read_rows(path, mapping, seen=seen):
        log.row_count += 1
        try:
            _add(row, log, mapping, now=now)
        except BadRow as bad:
            log.bad_rows.append(bad)
            log.left_out.add(bad.ticket)
    for ticket in log.left_out:
        log.histories.pop(ticket, None)
    for events in log.histories.values():
        events.sort(key=Event.place)
    return log


def _add(
    row: tuple[int, dict[str, str]] | BadRow, log: Log, mapping: LogMapping, *, now: datetime
) -> None:
    if isinstance(row, BadRow):
        raise row
    line, values = row
    events = list(understand(line, values, mapping, now=now))
    if mapping.moments and events[0].ticket in log.histories:
        raise BadRow(line, "repeats a ticket that has a row already", events[0].ticket)
    log.histories[events[0].ticket].extend(events)
