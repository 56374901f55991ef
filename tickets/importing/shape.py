"""What a file's rows look like by its header, and whose a broken one is. Pure."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from tickets.importing.errors import BadRow
from tickets.importing.events import read_time
from tickets.importing.mapping import JOINER, LogMapping


class Shape:
    """Where a file's header says that the ticket's id and the times stand."""

    def __init__(self, header: Sequence[str], mapping: LogMapping) -> None:
        self.header = header
        self._mapping = mapping
        times = [moment.column for moment in mapping.moments] or [mapping.time_column]
        self._ids_at = [header.index(column) for column in mapping.ticket.columns]
        self._times_at = {header.index(column) for column in times}

    def ticket(self, cells: Sequence[str]) -> str:
        """Return what stands where the id stands; "" where the row ends before, or where it cannot
        be an id."""
        if max(self._ids_at) >= len(cells):
            return ""
        found = JOINER.join(cells[n].strip() for n in self._ids_at)
        is_text = "\x00" not in found and not any("\ud800" <= sign <= "\udfff" for sign in found)
        return found if is_text and found.strip(JOINER) else ""

    def is_row(self, cells: Sequence[str]) -> bool:
        """Answer whether cells look like a row of this file: so many, with a time in its place."""
        return len(cells) == len(self.header) and self._has_time(cells)

    def bad_row(self, line: int, reason: str, cells: Sequence[str]) -> BadRow:
        """Return the bad row for cells that are not as the header says.

        A time in its place shows that the id is in its own as well. Without, the id is believed
        where the file has such a ticket; not where a time elsewhere shows that the cells moved. In
        a file with one row per ticket no other ticket lacks the row, so that none is a stray.
        """
        ticket = self.ticket(cells)
        if ticket and (self._has_time(cells) or self._mapping.moments):
            return BadRow(line, reason, ticket)
        has_moved = any(self._is_time(cell) for cell in cells)
        is_stray = not self._mapping.moments
        return BadRow(line, reason, is_stray=is_stray, hint="" if has_moved else ticket)

    def cells_of(self, text: str) -> list[str]:
        """Return the cells of one line alone; a quote that stays open ends with it."""
        return next(csv.reader([text], delimiter=self._mapping.delimiter), [])

    def _has_time(self, cells: Sequence[str]) -> bool:
        return any(n < len(cells) and self._is_time(cells[n]) for n in self._times_at)

    def _is_time(self, text: str) -> bool:
        return read_time(text.strip(), self._mapping) is not None
