"""A whole file, read and checked before anything is stored: its events by ticket, its bad rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tickets.importing.errors import BadRow
from tickets.importing.events import Event, understand
from tickets.importing.mapping import LogMapping
from tickets.importing.passes import settle_passes
from tickets.importing.reading import Seen, read_rows


@dataclass(slots=True)
class Log:
    """What a file holds. `histories` has the events of each ticket in order, tickets in the order
    of the file, without those that a bad row belongs to; `left_out` are these. A row that names no
    ticket belongs to none; `strays` are those whose ticket cannot be told: any may lack them."""

    histories: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    bad_rows: list[BadRow] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    row_count: int = 0

    @property
    def strays(self) -> list[BadRow]:
        """The bad rows whose ticket cannot be told."""
        return [row for row in self.bad_rows if row.is_stray]

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
    known = log.histories.keys() | {bad.ticket for bad in log.bad_rows}
    log.bad_rows = [_told(bad, known) for bad in log.bad_rows]
    log.left_out = {bad.ticket for bad in log.bad_rows if bad.ticket}
    for ticket in log.left_out:
        log.histories.pop(ticket, None)
    for ticket, events in log.histories.items():
        log.histories[ticket] = sorted(settle_passes(events), key=Event.place)
    return log


def _told(bad: BadRow, known: Container[str]) -> BadRow:
    """Return a bad row with the ticket that it hints at, where the file has that ticket."""
    if bad.hint and bad.hint in known:
        return BadRow(bad.line, bad.reason, bad.hint)
    return bad


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
