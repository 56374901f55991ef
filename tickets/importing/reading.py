"""Streams the rows of a CSV file, also of a gzipped one, with the line that each begins on."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from tickets.importing.errors import BadRow, FileError
from tickets.importing.mapping import LogMapping, unknown_columns

if TYPE_CHECKING:
    from _csv import Reader

LONGEST_FIELD = 10_000_000
GZIP_START = b"\x1f\x8b"

Row = dict[str, str]
Seen = Callable[[int], None]


def read_rows(path: Path, mapping: LogMapping, *, seen: Seen) -> Iterator[tuple[int, Row] | BadRow]:
    """Yield (line, values by column) of each row, or a BadRow where it has no such form.

    `seen` is told how many bytes of the file were read so far. Raises FileError where the file
    cannot be read or ends in the middle, MappingError where a column is missing.
    """
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open("rb") as raw:
            lines = _text(raw, mapping)
            yield from _rows(
                csv.reader(lines, delimiter=mapping.delimiter, strict=True),
                mapping,
                tell=lambda: seen(raw.tell()),
            )
    except (OSError, EOFError, zlib.error, UnicodeError) as broken:
        raise FileError(f"The file {path} cannot be read: {broken}.") from broken


def _text(raw: BinaryIO, mapping: LogMapping) -> io.TextIOWrapper:
    """Open as text. Bytes that are not of the encoding are kept as surrogates, so that one bad cell
    is one bad row and not the end of the file."""
    is_gzipped = raw.read(2) == GZIP_START
    raw.seek(0)
    plain = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if is_gzipped else raw
    encoding = "utf-8-sig" if mapping.encoding.lower() in ("utf-8", "utf8") else mapping.encoding
    try:
        return io.TextIOWrapper(plain, encoding=encoding, errors="surrogateescape", newline="")
    except LookupError as unknown:
        raise FileError(f"“{mapping.encoding}” is no encoding that is known.") from unknown


def _rows(
    reader: Reader,
    mapping: LogMapping,
    *,
    tell: Callable[[], None],
) -> Iterator[tuple[int, Row] | BadRow]:
    header = next(reader, None)
    if not header:
        raise FileError("The file is empty: its first line must name the columns.")
    if wrong := unknown_columns(mapping, header):
        raise wrong
    ticket_at = [header.index(column) for column in mapping.ticket.columns]
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            yield BadRow(line, f"not readable as CSV: {broken}")
            continue
        tell()
        if cells:
            yield _row(line, cells, header, ticket_at)


def _row(
    line: int, cells: list[str], header: list[str], ticket_at: list[int]
) -> tuple[int, Row] | BadRow:
    """Return the row, or what is wrong with its form; empty lines never get here."""
    ticket = "/".join(cells[n].strip() for n in ticket_at if n < len(cells))
    if len(cells) != len(header):
        return BadRow(line, f"has {len(cells)} columns, the header has {len(header)}", ticket)
    text = "".join(cells)
    if "\x00" in text:
        return BadRow(line, "holds a NUL character", ticket)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return BadRow(line, "holds bytes that are not of the file's encoding", ticket)
    return line, dict(zip(header, cells, strict=True))
