"""Filling snapshots: every day that facts, time or its own end have changed is redone whole.

How a batch of days is redone, in one transaction:

1. Lock the days' states (made where missing), in the order of days. Another worker waits here.
2. Read the marks that say that facts changed. A mark that commits later stays for the next turn.
3. Drop days that another worker has redone meanwhile.
4. Count from facts; delete the days' snapshots and insert the new ones; delete the marks read.

Killed at any instant, nothing of it has happened. The backlog of a day is taken once: see
docs/decisions/0004-backlog-is-taken-once.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from metrics.fill.snapshots import store_snapshots
from metrics.fill.unmeasured import awaited
from metrics.models import DayState, DirtyDay, Snapshot, TicketFacts
from metrics.query.counting import rows
from metrics.query.late import AT_ONCE
from metrics.query.scope import Scope
from metrics.registry import Kind, RateOf, all_figures
from metrics.terms import Terms
from metrics.zone import day_of, days_between, end_of

MOST_DAYS: Final = 92
MOST_TICKETS: Final = 1_000
"""A batch ends with the first of these: quiet days are cheap together, busy ones take a while. On
SQLite nobody else writes until a batch is stored: two seconds at most, not a whole year's time."""

LOOK_BACK: Final = timedelta(days=92)
"""How far back days without any change are filled for their backlog alone. Older ones, of history
that was imported, are counted when asked for."""

GRACE: Final = AT_ONCE
"""How long after midnight a backlog is taken at the earliest: commands that began before have
committed by then."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Known:
    """How far facts are: everything recorded up to `until` is in them."""

    now: datetime
    until: datetime

    def may_take(self, day: date, *, is_imported: bool) -> bool:
        """Whether the backlog of a day can be taken: it is over, and all of it is known."""
        return self.until >= end_of(day) + (timedelta(0) if is_imported else GRACE)


def known(now: datetime) -> Known:
    """Look how far facts are: up to the first ledger row that waits to be read, but for tickets
    that cannot be measured (see metrics/fill/unmeasured.py)."""
    first = awaited(now).aggregate(first=Min("touched_at"))["first"]
    until = now if first is None else min(now, first - timedelta(microseconds=1))
    return Known(now, until)


def fill_days(*, now: datetime | None = None, progress: Progress | None = None) -> int:
    """Redo every day that is due; return how many were redone. Nothing due costs a few queries.

    Safe to run twice, by several workers, and to kill: it ends in the same rows. `progress` is
    called with (days done, days in all) after each batch.
    """
    moment = now or timezone.now()
    due = due_days(known(moment))
    redone = done = 0
    for days in _batches(due):
        redone += _redo(days, now=moment)
        done += len(days)
        if progress:
            progress(done, len(due))
    return redone


def _batches(days: list[date]) -> Iterator[list[date]]:
    """Cut the days into batches of bounded work."""
    if not days:
        return
    received = TicketFacts.objects.order_by().filter(received_on__range=(days[0], days[-1]))
    sizes = dict(received.values_list("received_on").annotate(n=Count("pk")))
    batch: list[date] = []
    size = 0
    for day in days:
        batch.append(day)
        size += sizes.get(day, 0)
        if len(batch) >= MOST_DAYS or size >= MOST_TICKETS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def due_days(facts: Known) -> list[date]:
    """The days to redo, ascending: marked, changed by time, or over and their backlog not taken."""
    today = day_of(facts.now)
    marked = DirtyDay.objects.order_by().values_list("day", flat=True).distinct()
    ripe = DayState.objects.filter(next_change_at__lte=facts.now).values_list("day", flat=True)
    found = {*marked, *ripe, *_untaken_days(facts)}
    return sorted(day for day in found if day <= today)


def _untaken_days(facts: Known) -> Iterable[date]:
    """Recent days since the first ticket whose backlog is still to be taken. Two cheap queries
    where there are none, as nearly always."""
    first = TicketFacts.objects.aggregate(first=Min("received_on"))["first"]
    last = day_of(facts.until - GRACE) - timedelta(days=1)
    if first is None or last < first:
        return ()
    first = max(first, last - LOOK_BACK)
    taken = DayState.objects.filter(day__range=(first, last), backlog_taken_at__isnull=False)
    if taken.count() == (last - first).days + 1:
        return ()
    return set(days_between(first, last)) - set(taken.values_list("day", flat=True))


def _redo(days: Collection[date], *, now: datetime) -> int:
    """Redo some days in one transaction; return how many were still due."""
    with transaction.atomic():
        states = _locked(days, now)
        facts = known(now)
        marks = list(
            DirtyDay.objects.filter(day__in=days).values_list("pk", "day", "needs_backlog")
        )
        imported = {day for _, day, needs_backlog in marks if needs_backlog}
        still = _still_due(states, {day for _, day, _ in marks}, facts)
        if not still:
            return 0
        taking = {
            state.day for state in still if _takes(state, facts, is_imported=state.day in imported)
        }
        # A mark that asks for a taken backlog again stays until it can be had.
        held = {state.day for state in still if state.backlog_taken_at} - taking
        read = [pk for pk, day, needs_backlog in marks if not (needs_backlog and day in held)]
        _replace(still, taking, facts)
        DirtyDay.objects.filter(pk__in=read).delete()
    return len(still)


def _locked(days: Collection[date], now: datetime) -> list[DayState]:
    """Lock the states of the days; one that was missing is made, and due at once."""
    DayState.objects.bulk_create(
        [DayState(day=day, computed_at=now, next_change_at=now) for day in days],
        ignore_conflicts=True,
    )
    return list(DayState.objects.select_for_update().filter(day__in=days).order_by("day"))


def _still_due(states: list[DayState], marked: set[date], facts: Known) -> list[DayState]:
    def is_due(state: DayState) -> bool:
        is_ripe = state.next_change_at is not None and state.next_change_at <= facts.now
        return state.day in marked or is_ripe or _takes(state, facts, is_imported=False)

    return [state for state in states if is_due(state)]


def _takes(state: DayState, facts: Known, *, is_imported: bool) -> bool:
    """Whether the day's backlog is taken in this turn: once, or again for imported history."""
    is_wanted = state.backlog_taken_at is None or is_imported
    return is_wanted and facts.may_take(state.day, is_imported=is_imported)


def _replace(states: list[DayState], taking: set[date], facts: Known) -> None:
    """Count the days anew and put the result in place of what was there."""
    days = {state.day for state in states}
    # A taken backlog is left alone; that of a running day is a first look, redone each time.
    rewritten = taking | {state.day for state in states if state.backlog_taken_at is None}
    shown = taking | {day for day in rewritten if end_of(day) > facts.now}
    figures = all_figures()
    levels = [figure.key for figure in figures if figure.kind == Kind.LEVEL]
    stale = Q(day__in=days) & ~Q(figure__in=levels)
    Snapshot.objects.filter(stale | Q(day__in=rewritten, figure__in=levels)).delete()
    store_snapshots(figures, days, level_days=shown, now=facts.now)
    changes = next_changes(days, facts.now)
    for state in states:
        state.computed_at = facts.now
        state.next_change_at = changes.get(state.day)
        if state.day in taking:
            state.backlog_taken_at = facts.until
    # An insert over what is there: an update of many rows names each of them once per column.
    DayState.objects.bulk_create(
        states,
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["computed_at", "next_change_at", "backlog_taken_at"],
    )


def next_changes(days: Collection[date], now: datetime) -> dict[date, datetime]:
    """The earliest moment at which time alone changes a figure of each day; absent where none."""
    terms = Terms(as_of=now)
    scope = Scope(start=min(days), end=max(days), as_of=now)
    found = {day: end_of(day) for day in days if end_of(day) > now}
    for figure in all_figures():
        for measure in figure.measures.values():
            ripening = measure.maturing if isinstance(measure, RateOf) else None
            if ripening is None:
                continue
            listed = rows(figure.source, scope, days).filter(ripening.rows(terms))
            for day, *fields in listed.values_list(figure.source.day, *ripening.fields):
                at = ripening.at(terms, *fields)
                found[day] = min(found.get(day, at), at)
    return found
