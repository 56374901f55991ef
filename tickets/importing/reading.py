"""Streams the rows of a CSV file, also of a gzipped one, with the line that each begins on."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from tickets.importing.errors import BadRow, FileError
from tickets.importing.mapping import LogMapping, unknown_columns
from tickets.importing.shape import Shape

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
            lines = _Lines(_text(raw, mapping))
            yield from _rows(lines, mapping, tell=lambda: seen(raw.tell()))
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


class _Lines:
    """The lines of a file, one after the other, for a reader that may have to go back: `taken` are
    those that it took since `begin`, `number` is that of the last."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self.taken.append(line)
        self.number += 1
        return line

    def begin(self) -> int:
        """Begin a row, and return the number of its first line."""
        self.taken.clear()
        return self.number + 1

    def go_back(self) -> str:
        """Return the row's first line, and give the others again: they are rows of their own."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        return first


def _rows(
    lines: _Lines, mapping: LogMapping, *, tell: Callable[[], None]
) -> Iterator[tuple[int, Row] | BadRow]:
    reader = csv.reader(lines, delimiter=mapping.delimiter, strict=True)
    header = next(reader, None)
    if not header:
        raise FileError("The file is empty: its first line must name the columns.")
    if wrong := unknown_columns(mapping, header):
        raise wrong
    shape = Shape(header, mapping)
    while True:
        line = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            yield _broken(line, f"not readable as CSV: {broken}", lines, shape)
            continue
        tell()
        if _has_swallowed(lines.taken, shape):
            yield _broken(line, "has a quote that is closed in another row", lines, shape)
        elif cells:
            yield _row(line, cells, shape)


def _broken(line: int, reason: str, lines: _Lines, shape: Shape) -> BadRow:
    """Return the bad row that begins on a line. What its open quote swallowed is read again: these
    lines are rows of other tickets, or else bad rows themselves."""
    return shape.bad_row(line, reason, shape.cells_of(lines.go_back()))


def _has_swallowed(taken: Sequence[str], shape: Shape) -> bool:
    """Answer whether a row over several lines holds what looks like other rows."""
    return any(shape.is_row(shape.cells_of(line)) for line in taken[1:])


def _row(line: int, cells: list[str], shape: Shape) -> tuple[int, Row] | BadRow:
    """Return the row, or what is wrong with its form; empty lines never get here."""
    if len(cells) != len(shape.header):
        reason = f"has {len(cells)} columns, the header has {len(shape.header)}"
        return shape.bad_row(line, reason, cells)
    text = "".join(cells)
    if "\x00" in text:
        return shape.bad_row(line, "holds a NUL character", cells)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        reason = "holds bytes that are not of the file's encoding"
        return shape.bad_row(line, reason, cells)
    return line, dict(zip(shape.header, cells, strict=True))
