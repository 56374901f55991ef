"""Fills the facts of tickets whose ledger grew. One batch is one transaction: done, or not begun.

1. Claim touches, and with them tickets that no other worker measures.
2. Read their histories and measure them; other workers do the same with other tickets.
3. Wait for the right to write. From here on what others committed is seen.
4. Replace the rows that differ; look up again what the tickets mean to their neighbours.
5. Mark the days on which a change counts, note what could not be measured, delete the touches that
   were claimed, commit.

Killed anywhere, the batch has not happened; its touches are claimed again. A command that commits
meanwhile leaves a touch that was not claimed, so its ticket is measured once more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from metrics.facts import Clock, Measured, measure
from metrics.fill.days import Dirty, News, dirty_days
from metrics.fill.locks import lock_tickets, lock_writing
from metrics.fill.neighbours import concerned, look_up
from metrics.fill.tables import FACTS, TABLES, replace_rows, rows_of, stored_rows
from metrics.fill.unmeasured import forget_measured, note_unmeasured
from metrics.history import History
from metrics.loading import load_histories
from metrics.models import DayState
from metrics.zone import day_of, reporting_zone
from tickets.calendars import BusinessTime
from tickets.models import BusinessCalendar, LedgerTouch, LevelCost
from tickets.services.calendars import Calendars

log = logging.getLogger(__name__)

BATCH = 500

# What a broken history can raise. It is reported, and its ticket left for another try.
FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    BusinessCalendar.DoesNotExist,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Touches that this worker will delete, and the tickets that they name."""

    touch_keys: tuple[int, ...]
    ticket_keys: frozenset[int]


@dataclass(frozen=True, slots=True)
class Done:
    """A batch: how many tickets were measured, and which could not be. Those keep their touches."""

    tickets: int
    failed: frozenset[int]


def fill_touched(
    limit: int | None = None, *, on_progress: Callable[[int], object] | None = None
) -> int:
    """Bring the facts of touched tickets up to date and return how many tickets were measured.

    Stops when nothing is left that no other worker does, or (`limit`) after that many tickets.
    `on_progress` is called with the number of tickets of each batch, once it is committed. Safe to
    kill, to repeat, and to run many times at once.
    """
    filled = 0
    failed: frozenset[int] = frozenset()
    while limit is None or filled < limit:
        size = BATCH if limit is None else min(BATCH, limit - filled)
        done = fill_batch(size, skip=failed)
        failed |= done.failed
        filled += done.tickets
        if on_progress and done.tickets:
            on_progress(done.tickets)
        if not done.tickets and not done.failed:
            break
    return filled


@transaction.atomic
def fill_batch(size: int = BATCH, *, skip: Collection[int] = ()) -> Done:
    """Measure up to `size` touched tickets, in one transaction. `skip` are tickets left alone."""
    claim = _claim(size, skip=skip)
    if not claim.ticket_keys:
        return Done(0, frozenset())
    now = timezone.now()
    calendars = Calendars()
    histories = load_histories(sorted(claim.ticket_keys))
    measured, errors = _measure_all(histories, calendars)
    lock_writing()
    missed = forget_measured(claim.ticket_keys - errors.keys(), now=now)
    dirty = _write(measured, _news(histories, missed), calendars, now=now)
    dirty.store()
    note_unmeasured(errors, now=now)
    touches = LedgerTouch.objects.filter(pk__in=claim.touch_keys)
    touches.exclude(ticket_id__in=errors).delete()
    return Done(len(claim.ticket_keys) - len(errors), frozenset(errors))


def _claim(size: int, *, skip: Collection[int]) -> Claim:
    """Claim the oldest touches of up to `size` tickets, and all others that name these tickets."""
    free = LedgerTouch.objects.order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True)
    oldest = free.exclude(ticket_id__in=skip).values_list("ticket_id", flat=True)[:size]
    mine = lock_tickets(sorted(set(oldest)))
    touches = list(free.filter(ticket_id__in=mine).values_list("pk", "ticket_id"))
    return Claim(
        touch_keys=tuple(pk for pk, _ in touches),
        ticket_keys=frozenset(ticket for _, ticket in touches),
    )


def _measure_all(
    histories: Sequence[History], calendars: Mapping[int, BusinessTime]
) -> tuple[list[Measured], dict[int, str]]:
    """Measure what can be measured, and say by ticket why another cannot: one broken history must
    not hold up the rest."""
    zone = reporting_zone()
    costs = level_costs()
    measured: list[Measured] = []
    errors: dict[int, str] = {}
    for history in histories:
        try:
            clock = Clock(calendars[history.dimensions.calendar_key], zone)
            measured.append(measure(history, clock, costs))
        except FAULTS as fault:
            log.exception("The facts of ticket %s cannot be measured.", history.ticket_key)
            errors[history.ticket_key] = repr(fault)
    return measured, errors


def level_costs() -> dict[int, Decimal]:
    """What one ticket costs at each level."""
    return dict(LevelCost.objects.values_list("level", "amount"))


def _write(
    measured: Sequence[Measured],
    news: News,
    calendars: Mapping[int, BusinessTime],
    *,
    now: datetime,
) -> Dirty:
    """Replace the rows that differ, look up neighbours, and return the days that changed."""
    keys = [each.ticket_key for each in measured]
    old = {table: stored_rows(table, keys) for table in TABLES}
    new = {table: rows_of(table, measured, old[table]) for table in TABLES}
    for table in TABLES:
        replace_rows(table, old[table], new[table], computed_at=now)
    dirty = dirty_days(old, new, news=news, day_of=day_of, now=now)
    dirty.days |= look_up(concerned(old[FACTS], new[FACTS]), calendars)
    return dirty


def _news(histories: Sequence[History], missed: frozenset[int]) -> News:
    """What days are asked of that live work alone would not ask: history that was imported, and
    tickets that could not be measured for long."""
    imported = frozenset(history.ticket_key for history in histories if history.is_imported)
    if not imported:
        return News(missed=missed)
    filled = frozenset(DayState.objects.values_list("day", flat=True))
    return News(imported, missed=missed, filled=filled)
