"""Which days are dirty once facts changed: every day, old and new, on which a change counts. Pure,
but for the one function that stores them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from metrics.fill.tables import (
    DIMENSION_COLUMNS,
    FACTS,
    LATER_COLUMNS,
    OUTAGES,
    STAYS,
    TABLES,
    Row,
    RowsOfTickets,
    Table,
)
from metrics.models import DirtyDay
from metrics.zone import days_between
from tickets.choices import OPEN_STATUSES

DayOf = Callable[[datetime], date]
Stored = Mapping[Table, RowsOfTickets]

_DIMENSIONS = tuple(FACTS.at(name) for name in DIMENSION_COLUMNS)
_LATER = tuple(FACTS.at(name) for name in LATER_COLUMNS)
_LEDGER_SEQ = FACTS.at("ledger_seq")
_STARTED, _ENDED, _STATUS = (STAYS.at(name) for name in ("started_at", "ended_at", "status"))
_BEGAN_OUT, _ENDED_OUT = (OUTAGES.at(name) for name in ("began_at", "ended_at"))
# What makes two stays the same stretch, of which only the end may differ.
_SAME_STAY = tuple(
    STAYS.at(name) for name in ("started_at", "status", "level", "team_key", "agent_key")
)


@dataclass(slots=True)
class Dirty:
    """Days to be redone, and those of them whose backlog is taken again: imported history."""

    days: set[date] = field(default_factory=set)
    backlog_days: set[date] = field(default_factory=set)

    def store(self) -> None:
        """Mark the days. Marks are only added; who redoes a day deletes those that it read."""
        DirtyDay.objects.bulk_create(
            DirtyDay(day=day, needs_backlog=day in self.backlog_days)
            for day in sorted(self.days | self.backlog_days)
        )


@dataclass(frozen=True, slots=True)
class News:
    """Tickets of which more is new than what happened to them last. Of `imported` ones, days after
    their last event are redone only where they are `filled`: an import that ends with open tickets,
    years ago, must not redo every day since. Their past is new to the backlog when they are first
    measured; so is that of tickets that were `missed`: backlogs were taken without them."""

    imported: frozenset[int] = frozenset()
    missed: frozenset[int] = frozenset()
    filled: frozenset[date] = frozenset()


def dirty_days(old: Stored, new: Stored, *, news: News, day_of: DayOf, now: datetime) -> Dirty:
    """Compare the rows of tickets before and after, and return the days that the changes touch.

    A change of a dimension (category, tier, …) touches every day on which anything of the ticket
    counts; any other change the days of the rows that differ.
    """
    dirty = Dirty()
    for key in new[FACTS]:
        before = {table: old[table].get(key, ()) for table in TABLES}
        after = {table: new[table].get(key, ()) for table in TABLES}
        for table in TABLES:
            dirty.days |= table.days_of(_differing(table, before, after))
        held = _days_of(_stay_spans(before, after, until=now), day_of)
        if key in news.imported:
            last = day_of(_last_known(after))
            held = {day for day in held if day <= last or day in news.filled}
        dirty.days |= held
        is_unseen = key in news.imported and key not in old[FACTS]
        if is_unseen or key in news.missed:
            dirty.backlog_days |= held
        dirty.days |= _days_of(_outage_spans(before, after, until=now), day_of)
    return dirty


def _days_of(spans: Iterable[tuple[datetime, datetime]], day_of: DayOf) -> set[date]:
    """Every day that the spans touch."""
    return {day for start, end in spans for day in days_between(day_of(start), day_of(end))}


def _differing(
    table: Table, before: Mapping[Table, Iterable[Row]], after: Mapping[Table, Iterable[Row]]
) -> set[Row]:
    """The rows that are not on both sides; all of them where a dimension changed."""
    if _is_regrouped(before, after):
        return {*before[table], *after[table]}
    if table is FACTS:
        return {*map(_counted, before[table])} ^ {*map(_counted, after[table])}
    return {*before[table]} ^ {*after[table]}


def _counted(facts: Row) -> Row:
    """A row of facts without what no figure counts, and what neighbours are told apart."""
    values: list[Any] = list(facts)
    for i in (_LEDGER_SEQ, *_LATER):
        values[i] = None
    return tuple(values)


def _is_regrouped(
    before: Mapping[Table, Iterable[Row]], after: Mapping[Table, Iterable[Row]]
) -> bool:
    sides = [
        {tuple(row[i] for i in _DIMENSIONS) for row in side[FACTS]} for side in (before, after)
    ]
    return sides[0] != sides[1]


def _stay_spans(
    before: Mapping[Table, Iterable[Row]], after: Mapping[Table, Iterable[Row]], *, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches of time in which who held the open ticket, and how, is news.

    A stay that merely ended, or went on, is news from the earlier to the later end; one that is
    still running counts up to `until`.
    """
    is_regrouped = _is_regrouped(before, after)
    old = {_same(row): row for row in before[STAYS] if row[_STATUS] in OPEN_STATUSES}
    new = {_same(row): row for row in after[STAYS] if row[_STATUS] in OPEN_STATUSES}
    for key in old.keys() | new.keys():
        rows = [side[key] for side in (old, new) if key in side]
        ends = sorted(row[_ENDED] or max(until, row[_STARTED]) for row in rows)
        if len(rows) == 1 or is_regrouped:
            yield rows[0][_STARTED], ends[-1]
        elif ends[0] != ends[-1]:
            yield ends[0], ends[-1]
        elif rows[0] != rows[1] and None not in (rows[0][_ENDED], rows[1][_ENDED]):
            yield rows[0][_STARTED], ends[-1]


def _outage_spans(
    before: Mapping[Table, Iterable[Row]], after: Mapping[Table, Iterable[Row]], *, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the outages that are news, as they were known and as they are; one that still runs
    takes time up to `until`."""
    for row in {*before[OUTAGES]} ^ {*after[OUTAGES]}:
        yield row[_BEGAN_OUT], row[_ENDED_OUT] or max(until, row[_BEGAN_OUT])


def _same(row: Row) -> Row:
    return tuple(row[i] for i in _SAME_STAY)


def _last_known(after: Mapping[Table, Iterable[Row]]) -> datetime:
    """The last moment that the ticket's stays tell of."""
    latest: datetime = max(row[_STARTED] for row in after[STAYS])
    return latest
