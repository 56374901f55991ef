"""What can be wrong with an import: with its mapping, with its file, with one row."""

from __future__ import annotations

from dataclasses import dataclass

from tickets.errors import DeskError


class MappingError(DeskError):
    """The mapping cannot be used; the message names the place in it."""

    code = "import_mapping"


class FileError(DeskError):
    """The file as a whole cannot be read."""

    code = "import_file"


@dataclass(frozen=True, slots=True)
class BadRow(Exception):
    """One row that cannot be used: the line it starts on, why, and its ticket where that can be
    told ("" where not).

    `is_stray`: it is broken so that its ticket cannot be told, and any may lack it. `hint` is what
    stands where the id stands in such a row, to be believed where the file has that ticket.
    """

    line: int
    reason: str
    ticket: str = ""
    is_stray: bool = False
    hint: str = ""


class BadRows(DeskError):
    """Rows that cannot be used stop the import; nothing was stored."""

    code = "import_bad_rows"

    def __init__(self, rows: list[BadRow]) -> None:
        self.rows = rows
        super().__init__(
            f"{len(rows)} bad row(s): nothing was stored. Mend the file or the mapping, or leave "
            "their tickets out with --skip-bad-rows."
        )


class StrayRows(DeskError):
    """Rows whose ticket cannot be told stop the import: without them a ticket could be cut off."""

    code = "import_stray_rows"

    def __init__(self, rows: list[BadRow]) -> None:
        self.rows = rows
        lines = ", ".join(str(row.line) for row in rows[:5]) + (" …" if rows[5:] else "")
        super().__init__(
            f"{len(rows)} bad row(s) whose ticket cannot be told (line {lines}): nothing was "
            "stored, since a ticket without them could be cut off. Mend or remove them; or, where "
            "you know that they belong to no ticket (a footer, say), add --ignore-strays."
        )
