"""Bad rows as a file that a spreadsheet opens."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from tickets.importing.errors import BadRow, FileError


def write_bad_rows(rows: Iterable[BadRow], path: Path) -> None:
    """Write line, ticket ("" where it cannot be told) and reason of each row as CSV. Raises
    FileError where the file cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(("line", "ticket", "reason"))
            sheet.writerows((row.line, _safe(row.ticket), _safe(row.reason)) for row in rows)
    except OSError as broken:
        raise FileError(f"The bad rows cannot be listed in {path}: {broken}.") from broken


def _safe(text: str) -> str:
    """The text without what cannot be written, such as bytes of another encoding."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
