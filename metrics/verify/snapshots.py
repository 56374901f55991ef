"""Stored snapshots against recounted tallies, row by row and column by column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from metrics.models import DayState, Snapshot
from metrics.query.snapshots import TALLY_COLUMNS, tally_of_row
from metrics.query.tally import Tally
from metrics.registry import Figure, Kind, all_figures
from metrics.segments import Segment
from metrics.verify.difference import Difference
from metrics.verify.recount import Recount
from metrics.zone import end_of

CLOSE: Final = 1e-6
"""Sums of the same numbers in another order may differ in their last digits."""

FEW_DAYS: Final = 500
COUNTS: Final = ("count", "numerator", "denominator", "undecided", "unmeasured")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Where a snapshot stands."""

    day: date
    dimension: str
    segment: str
    figure: str
    variant: str

    @property
    def words(self) -> str:
        """The place in words: day, figure, segment."""
        name = f"{self.figure}.{self.variant}" if self.variant else self.figure
        where = f" for {self.dimension} {self.segment or 'none'}" if self.dimension else ""
        return f"{self.day}, {name}{where}"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a snapshot says beside its tally."""

    tally: Tally
    is_provisional: bool
    version: int


class Comparison:
    """Compares the snapshots of a recount's days with what was recounted."""

    def __init__(self, recount: Recount) -> None:
        self._recount = recount
        self._figures = {figure.key: figure for figure in all_figures()}
        self._stored = dict(self._read())
        self._recounted = {
            Cell(group.day, group.dimension, group.segment or "", key, variant): tally
            for group, named in recount.tallies.items()
            for (key, variant), tally in named.items()
            if group.day is not None
        }

    def differences(self) -> Iterator[Difference]:
        """Yield what differs, by day."""
        for cell in sorted(self._stored.keys() | self._recounted.keys()):
            if not self._is_compared(cell):
                continue
            if not self._is_by_sums(cell):
                yield from self._compare(cell)
            if cell in self._stored:
                yield from self._compare_marks(cell, self._stored[cell])
        yield from self._compare_sums()

    def _read(self) -> Iterator[tuple[Cell, Stored]]:
        rows = Snapshot.objects.order_by()
        if len(self._recount.as_of) <= FEW_DAYS:
            rows = rows.filter(day__in=self._recount.as_of.keys())
        columns = ("day", "dimension", "segment", "figure", "variant")
        more = ("is_provisional", "definition_version")
        for row in rows.values_list(*columns, *more, *TALLY_COLUMNS).iterator(chunk_size=5_000):
            cell = Cell(*row[:5])
            if self._is_compared(cell):
                yield cell, Stored(tally_of_row(row[7:]), *row[5:7])

    def _is_level(self, cell: Cell) -> bool:
        figure = self._figures.get(cell.figure)
        return figure is not None and figure.kind == Kind.LEVEL

    def _is_compared(self, cell: Cell) -> bool:
        days = self._recount.taken if self._is_level(cell) else self._recount.as_of
        return cell.day in days

    def _is_by_sums(self, cell: Cell) -> bool:
        """Levels by the tier of then, and by what changed in the minute of the taking."""
        is_unsure = (cell.day, cell.dimension) in self._recount.unsure
        return self._is_level(cell) and (cell.dimension == Segment.TIER or is_unsure)

    def _compare(self, cell: Cell) -> Iterator[Difference]:
        before = self._stored[cell].tally if cell in self._stored else Tally()
        after = self._recounted.get(cell, Tally())
        if not _same(before, after):
            yield Difference(cell.words, _words(before), _words(after), self._tickets(cell))

    def _compare_marks(self, cell: Cell, stored: Stored) -> Iterator[Difference]:
        """Whether it says rightly that it can change, and of which definition it is."""
        figure = self._figures.get(cell.figure)
        if figure is None:
            return
        is_provisional = bool(stored.tally.undecided) or (
            not self._is_level(cell) and end_of(cell.day) > self._recount.as_of[cell.day]
        )
        if stored.is_provisional != is_provisional:
            told = f"provisional: {stored.is_provisional}"
            yield Difference(cell.words, told, str(is_provisional), self._tickets(cell))
        if not self._is_version(figure, cell, stored.version):
            told = f"version {stored.version}"
            yield Difference(cell.words, told, str(figure.version), self._tickets(cell))

    def _is_version(self, figure: Figure, cell: Cell, version: int) -> bool:
        """A taken level keeps the version that it was taken under."""
        is_older = 1 <= version <= figure.version
        return is_older if self._is_level(cell) else version == figure.version

    def _compare_sums(self) -> Iterator[Difference]:
        """Levels of which only the sum over all segments can be known."""
        sums: dict[Cell, Tally] = {}
        for cell, stored in self._stored.items():
            if self._is_by_sums(cell):
                whole = Cell(cell.day, cell.dimension, "", cell.figure, cell.variant)
                sums.setdefault(whole, Tally()).add(stored.tally)
        for cell in list(self._recounted):
            if self._is_by_sums(cell):
                whole = Cell(cell.day, cell.dimension, "", cell.figure, cell.variant)
                sums.setdefault(whole, Tally())
        for whole in sorted(sums):
            total = Cell(whole.day, "", "", whole.figure, whole.variant)
            after = self._recounted.get(total, Tally())
            if not _same(sums[whole], after):
                name = f"{total.words} for every {whole.dimension} together"
                yield Difference(name, _words(sums[whole]), _words(after), self._tickets(total))

    def _tickets(self, cell: Cell) -> tuple[int, ...]:
        found = self._recount.tickets.get((cell.day, cell.figure, cell.variant), set())
        return tuple(sorted(found))


def orphans(start: date | None, end: date | None) -> Iterator[Difference]:
    """Yield snapshots of days that were never filled: they would be added to what facts tell."""
    found: QuerySet[Snapshot, Any] = Snapshot.objects.exclude(
        day__in=DayState.objects.values("day")
    )
    found = found.filter(day__gte=start) if start else found
    found = found.filter(day__lte=end) if end else found
    columns = ("day", "dimension", "segment", "figure", "variant")
    for row in found.order_by(*columns).values_list(*columns, *TALLY_COLUMNS):
        words = _words(tally_of_row(row[5:]))
        yield Difference(Cell(*row[:5]).words, words, "nothing: the day was not filled")


def _same(one: Tally, other: Tally) -> bool:
    is_close = abs(one.total - other.total) <= CLOSE * max(1.0, abs(one.total))
    parts = (*COUNTS, "histogram")
    return is_close and all(getattr(one, part) == getattr(other, part) for part in parts)


def _words(tally: Tally) -> str:
    parts = (*COUNTS, "total")
    found = [f"{part} {getattr(tally, part):g}" for part in parts if getattr(tally, part)]
    if tally.histogram:
        found.append(f"{sum(tally.histogram.values())} in {len(tally.histogram)} buckets")
    return ", ".join(found) or "nothing"
