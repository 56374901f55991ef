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
    told ("" where not)."""

    line: int
    reason: str
    ticket: str = ""


class BadRows(DeskError):
    """Rows that cannot be used stop the import; nothing was stored."""

    code = "import_bad_rows"

    def __init__(self, rows: list[BadRow]) -> None:
        self.rows = rows
        super().__init__(
            f"{len(rows)} bad row(s): nothing was stored. Mend the file or the mapping, or leave "
            "their tickets out with --skip-bad-rows."
        )
