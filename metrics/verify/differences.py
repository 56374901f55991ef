"""What is stored against what the ledger says; a difference names day, figure and tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from metrics.fill.following import unfollowed
from metrics.fill.tables import TABLES, stored_rows
from metrics.fill.unmeasured import awaited
from metrics.models import DayState, DirtyDay
from metrics.verify.backlog import add_levels
from metrics.verify.days import days_differ
from metrics.verify.difference import Difference
from metrics.verify.later import read_later
from metrics.verify.recount import Measurement, Recount, measure_afresh
from metrics.verify.snapshots import Comparison, orphans
from metrics.zone import end_of
from tickets.models import Ticket

CHUNK: Final = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared, what waits to be filled and was left out, which settings changed since
    figures were made, and what differs."""

    tickets: int
    days: int
    waiting_tickets: int
    waiting_days: int
    unfollowed: tuple[str, ...]
    differences: tuple[Difference, ...]


def verify(
    start: date | None = None, end: date | None = None, *, progress: Progress | None = None
) -> Verification:
    """Measure every ticket afresh and compare with facts and, for filled days, with snapshots.

    Tickets and days that wait to be filled are left out and counted. Stores nothing. `progress` is
    called with (tickets done, tickets in all).
    """
    now = timezone.now()
    waiting = set(awaited(now).values_list("ticket_id", flat=True).distinct())
    states = list(_states(start, end))
    as_of, taken = _comparable_days(states, now=now, is_settled=not waiting)
    recount = Recount(as_of=as_of, taken=taken)
    later = read_later()
    keys = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    found: list[Difference] = []
    errors: dict[int, str] = {}
    for offset in range(0, len(keys), CHUNK):
        chunk = keys[offset : offset + CHUNK]
        fresh = {one.ticket: one for one in measure_afresh(chunk, later, errors=errors)}
        found += _facts_differ(
            [key for key in chunk if key not in waiting],
            {key: one for key, one in fresh.items() if key not in waiting},
        )
        for one in fresh.values():
            recount.add(one)
        add_levels(recount, chunk, fresh, later)
        if progress:
            progress(offset + len(chunk), len(keys))
    recount.add_services()
    found += _unmeasured(errors)
    found += Comparison(recount).differences()
    found += orphans(start, end)
    found += days_differ(states, recount, now=now)
    return Verification(
        tickets=len(keys) - len(waiting),
        days=len(as_of),
        waiting_tickets=len(waiting),
        waiting_days=len(states) - len(as_of),
        unfollowed=tuple(unfollowed()),
        differences=tuple(found),
    )


def _states(start: date | None, end: date | None) -> QuerySet[DayState]:
    states = DayState.objects.order_by("day")
    states = states.filter(day__gte=start) if start else states
    return states.filter(day__lte=end) if end else states


def _comparable_days(
    states: Iterable[DayState], *, now: datetime, is_settled: bool
) -> tuple[dict[date, datetime], dict[date, datetime]]:
    """The days whose snapshots are up to date with their facts, each with the instant that they are
    to be right for; and those whose backlog was taken, with when."""
    if not is_settled:
        return {}, {}
    dirty = set(DirtyDay.objects.order_by().values_list("day", flat=True).distinct())
    clean = [state for state in states if state.day not in dirty]
    taken = {state.day: state.backlog_taken_at for state in clean if state.backlog_taken_at}
    return {state.day: _right_at(state, now) for state in clean}, taken


def _right_at(state: DayState, now: datetime) -> datetime:
    """When the snapshots of a day are read: now, or when they were computed, where time has changed
    the day since. So a calendar that was edited meanwhile judges both sides alike."""
    is_over = end_of(state.day) <= state.computed_at <= now
    is_ripe = state.next_change_at is not None and state.next_change_at <= now
    return now if is_over and not is_ripe else state.computed_at


def _unmeasured(errors: Mapping[int, str]) -> Iterator[Difference]:
    for key, error in errors.items():
        yield Difference("ticket", "in the ledger", f"not to be measured: {error}", (key,))


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
