"""What is stored against what the ledger says; a difference names day, figure and tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from metrics.fill.tables import TABLES, stored_rows
from metrics.models import DayState, DirtyDay, Snapshot
from metrics.query.late import AT_ONCE, learned_since
from metrics.query.snapshots import TALLY_COLUMNS, tally_of_row
from metrics.query.tally import Tally
from metrics.registry import Kind, all_figures
from metrics.segments import Segment
from metrics.verify.later import LaterIndex, read_later
from metrics.verify.recount import Measurement, Recount, measure_afresh
from metrics.zone import end_of
from tickets.models import LedgerTouch, Ticket

CHUNK: Final = 500
CLOSE: Final = 1e-6
"""Sums of the same numbers in another order may differ in their last digits."""

AT_THE_TIME: Final = ("", Segment.LEVEL, Segment.TEAM, Segment.AGENT, Segment.CHANNEL)
"""Segments that a taken backlog can be recounted by: category, priority and tier are kept as they
were when it was taken, and may have changed since."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that the ledger does not say, or the other way round."""

    subject: str
    stored: str
    recounted: str
    tickets: tuple[int, ...]

    def __str__(self) -> str:
        named = ", ".join(f"#{key}" for key in self.tickets[:20])
        more = f" and {len(self.tickets) - 20} more" if len(self.tickets) > 20 else ""
        tickets = f" (tickets {named}{more})" if self.tickets else ""
        return f"{self.subject}: stored {self.stored}, by the ledger {self.recounted}{tickets}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared, what waits to be filled and was left out, and what differs."""

    tickets: int
    days: int
    waiting_tickets: int
    waiting_days: int
    differences: tuple[Difference, ...]


def verify(
    start: date | None = None, end: date | None = None, *, progress: Progress | None = None
) -> Verification:
    """Measure every ticket afresh and compare with facts and, for filled days, with snapshots.

    Tickets and days that wait to be filled are left out and counted. Stores nothing. `progress` is
    called with (tickets done, tickets in all).
    """
    waiting = set(LedgerTouch.objects.order_by().values_list("ticket_id", flat=True).distinct())
    as_of, taken, waiting_days = _comparable_days(start, end, is_settled=not waiting)
    recount = Recount(as_of=as_of, taken=taken)
    later = read_later()
    keys = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    found: list[Difference] = []
    for offset in range(0, len(keys), CHUNK):
        chunk = keys[offset : offset + CHUNK]
        fresh = {one.ticket: one for one in measure_afresh(chunk, later)}
        found += _facts_differ(
            [key for key in chunk if key not in waiting],
            {key: one for key, one in fresh.items() if key not in waiting},
        )
        for one in fresh.values():
            recount.add(one)
        _add_levels(recount, chunk, fresh, later)
        if progress:
            progress(offset + len(chunk), len(keys))
    found += _snapshots_differ(recount)
    return Verification(
        len(keys) - len(waiting), len(as_of), len(waiting), waiting_days, tuple(found)
    )


def _comparable_days(
    start: date | None, end: date | None, *, is_settled: bool
) -> tuple[dict[date, datetime], dict[date, datetime], int]:
    """The days whose snapshots are up to date with their facts, each with when it was computed; the
    days whose backlog was taken, with when; and how many days wait."""
    states = DayState.objects.order_by("day")
    if start:
        states = states.filter(day__gte=start)
    if end:
        states = states.filter(day__lte=end)
    dirty = set(DirtyDay.objects.order_by().values_list("day", flat=True).distinct())
    as_of, taken, waiting = {}, {}, 0
    for state in states:
        if state.day in dirty or not is_settled:
            waiting += 1
            continue
        as_of[state.day] = state.computed_at
        if state.backlog_taken_at:
            taken[state.day] = state.backlog_taken_at
    return as_of, taken, waiting


# Facts --------------------------------------------------------------------------------------


def _facts_differ(keys: Sequence[int], fresh: Mapping[int, Measurement]) -> Iterator[Difference]:
    for table in TABLES:
        stored = stored_rows(table, keys)
        for key in keys:
            before = stored.get(key, ())
            after = fresh[key].rows[table] if key in fresh else ()
            if before == after:
                continue
            name = str(table.model._meta.verbose_name)
            if len(before) != len(after):
                yield Difference(name, f"{len(before)} rows", f"{len(after)} rows", (key,))
                continue
            for old, new in zip(before, after, strict=True):
                for column, one, other in zip(table.columns, old, new, strict=True):
                    if one != other:
                        yield Difference(f"{name}, {column}", str(one), str(other), (key,))


# The backlog, as known when it was taken ----------------------------------------------------


def _add_levels(
    recount: Recount, keys: Sequence[int], fresh: Mapping[int, Measurement], later: LaterIndex
) -> None:
    """Count tickets at the ends of days by what was known when each day was taken.

    Nearly always that is what is known now; a ticket of which something was learned later is
    measured as it looked then.
    """
    if not recount.taken:
        return
    late = _late_days(keys, recount.taken)
    for key, one in fresh.items():
        recount.add_levels(one, recount.taken.keys() - late.get(key, set()))
    by_moment: dict[tuple[int, datetime], set[date]] = {}
    for key, days in late.items():
        for day in days:
            by_moment.setdefault((key, recount.taken[day]), set()).add(day)
    for (key, moment), days in by_moment.items():
        for one in measure_afresh([key], later, known_at=moment):
            recount.add_levels(one, days)


def _late_days(keys: Sequence[int], taken: Mapping[date, datetime]) -> dict[int, set[date]]:
    """By ticket, the days of which something was learned only after their backlog was taken."""
    found: dict[int, set[date]] = {}
    first = min(taken.values())
    for key, occurred_at, recorded_at in learned_since(first, keys=keys):
        if recorded_at - occurred_at < AT_ONCE:
            continue
        days = {
            day
            for day, moment in taken.items()
            if moment < recorded_at and occurred_at < end_of(day)
        }
        if days:
            found.setdefault(key, set()).update(days)
    return found


# Snapshots ----------------------------------------------------------------------------------


def _snapshots_differ(recount: Recount) -> Iterator[Difference]:
    levels = {figure.key for figure in all_figures() if figure.kind == Kind.LEVEL}
    stored: dict[tuple[date, str, str, str, str], Tally] = {}
    columns = ("day", "dimension", "segment", "figure", "variant")
    rows = Snapshot.objects.filter(day__in=recount.as_of.keys()) if _is_few(recount) else None
    rows = rows if rows is not None else Snapshot.objects.all()
    for row in rows.order_by().values_list(*columns, *TALLY_COLUMNS).iterator(chunk_size=5_000):
        day, dimension, segment, figure, variant, *counts = row
        place = (day, dimension, segment, figure, variant)
        if _is_compared(place, recount, levels):
            stored[place] = tally_of_row(counts)
    recounted = {
        (group.day, group.dimension, group.segment or "", key, variant): tally
        for group, named in recount.tallies.items()
        for (key, variant), tally in named.items()
        if group.day is not None
    }
    for place in sorted(stored.keys() | recounted.keys()):
        if not _is_compared(place, recount, levels):
            continue
        before, after = stored.get(place, Tally()), recounted.get(place, Tally())
        if not _same(before, after):
            yield _difference(place, before, after, recount)


def _is_few(recount: Recount) -> bool:
    return len(recount.as_of) <= 500


def _is_compared(
    place: tuple[date, str, str, str, str], recount: Recount, levels: Iterable[str]
) -> bool:
    day, dimension, _, figure, _ = place
    if figure in levels:
        return day in recount.taken and dimension in AT_THE_TIME
    return day in recount.as_of


def _same(one: Tally, other: Tally) -> bool:
    is_close = abs(one.total - other.total) <= CLOSE * max(1.0, abs(one.total))
    parts = ("count", "numerator", "denominator", "undecided", "unmeasured", "histogram")
    return is_close and all(getattr(one, part) == getattr(other, part) for part in parts)


def _difference(
    place: tuple[date, str, str, str, str], before: Tally, after: Tally, recount: Recount
) -> Difference:
    day, dimension, segment, figure, variant = place
    name = f"{figure}.{variant}" if variant else figure
    where = f" for {dimension} {segment or 'none'}" if dimension else ""
    tickets = recount.tickets.get((day, figure, variant), set())
    return Difference(
        f"{day}, {name}{where}", _words(before), _words(after), tuple(sorted(tickets))
    )


def _words(tally: Tally) -> str:
    parts = ("count", "numerator", "denominator", "undecided", "unmeasured", "total")
    found = [f"{part} {getattr(tally, part):g}" for part in parts if getattr(tally, part)]
    return ", ".join(found) or "nothing"
