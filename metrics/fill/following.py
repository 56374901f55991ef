"""Follows what figures depend on and no ledger tells: the reporting zone, the business calendars,
what a release measures and counts.

Each setting has a fingerprint of its content, stored once its change was noticed:

1. A fingerprint that differs is stored, and days that time alone would not redo are marked; from
   then on the setting counts as changed until all its tickets are touched.
2. Tickets are touched in chunks, each a transaction that also says how far it came.
3. The ordinary fill measures what was touched, and redoes the days that this changes.

Killed anywhere, the next call goes on. Two at once wait for each other.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from metrics import facts
from metrics.fill.tables import TABLES
from metrics.models import DayState, DirtyDay, FollowedSetting, Stay, TicketFacts
from metrics.query.available import load_services
from metrics.registry import RateOf, all_figures
from metrics.segments import SNAPSHOT_SEGMENTS
from metrics.terms import Terms
from metrics.zone import day_of, days_between
from tickets.choices import OPEN_STATUSES
from tickets.models import BusinessCalendar, CalendarSlot, Holiday, ServiceAgreement, Ticket
from tickets.querysets import TicketQuerySet
from tickets.selectors.rulebook import tickets_by_calendar
from tickets.services.touching import touch_tickets

CHUNK: Final = 10_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that figures depend on: a fingerprint of what it is now, the tickets to measure
    anew once that changes, and the days to redo whatever these tickets say."""

    name: str
    fingerprint: str
    tickets: Callable[[], TicketQuerySet]
    days: Callable[[], Iterable[date]]
    needs_backlog: bool = False


def follow_settings() -> int:
    """Ask for what changed settings change; return how many tickets were touched. Calling twice
    touches nothing the second time."""
    return sum(map(_follow, _listed()))


def follow_calendars() -> int:
    """The same for business calendars and what is agreed about services alone: a few small queries
    where nothing changed."""
    return sum(map(_follow, (_services(), *_calendars())))


def unfollowed() -> list[str]:
    """The names of settings that have changed since figures were made under them."""
    if not TicketFacts.objects.exists():
        return []
    stored = dict(FollowedSetting.objects.values_list("name", "fingerprint"))
    return [each.name for each in _listed() if stored.get(each.name) != each.fingerprint]


def note_settings() -> None:
    """Store the settings that hold before anything was ever measured. One query otherwise."""
    if not TicketFacts.objects.exists():
        follow_settings()


# What is followed ---------------------------------------------------------------------------


def _listed() -> tuple[Setting, ...]:
    return (_zone(), _facts(), _figures(), _services(), *_calendars())


def _fingerprint(content: object) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()


def _zone() -> Setting:
    return Setting(
        name="zone",
        fingerprint=_fingerprint(settings.REPORTING_TIME_ZONE),
        tickets=Ticket.objects.all,
        days=lambda: DayState.objects.values_list("day", flat=True),
        needs_backlog=True,
    )


def _facts() -> Setting:
    """What is measured changes with a release; days are redone where a fact differs."""
    columns = [(table.model.__name__, table.columns) for table in TABLES]
    return Setting(
        name="facts",
        fingerprint=_fingerprint((facts.VERSION, columns)),
        tickets=Ticket.objects.all,
        days=tuple,
    )


def _figures() -> Setting:
    """What is counted changes with a release; the facts of tickets stay."""
    declared = [(one.key, one.version, sorted(one.measures)) for one in all_figures()]
    return Setting(
        name="figures",
        fingerprint=_fingerprint([declared, sorted(SNAPSHOT_SEGMENTS)]),
        tickets=Ticket.objects.none,
        days=lambda: DayState.objects.values_list("day", flat=True),
    )


def _services() -> Setting:
    """What is agreed about services changes what was available; no fact of a ticket does."""
    return Setting(
        name="services",
        fingerprint=_fingerprint(load_services()),
        tickets=Ticket.objects.none,
        days=lambda: DayState.objects.values_list("day", flat=True),
    )


def _calendars() -> Iterator[Setting]:
    hours = _by_calendar(CalendarSlot.objects.values_list("calendar", "weekday", "opens", "closes"))
    closed = _by_calendar(Holiday.objects.values_list("calendar", "on_date"))
    listed = BusinessCalendar.objects.order_by("pk")
    for key, zone, is_always in listed.values_list("pk", "time_zone", "is_round_the_clock"):
        yield Setting(
            name=f"calendar {key}",
            fingerprint=_fingerprint((zone, is_always, sorted(hours[key]), sorted(closed[key]))),
            tickets=partial(tickets_by_calendar, key),
            days=partial(_days_by, key),
        )


def _by_calendar(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *row in rows:
        found[key].append(tuple(row))
    return found


def _days_by(calendar: int) -> set[date]:
    """Days whose figures a calendar changes though no fact does: those on which a window is still
    open, or open again, and those of work that still goes on."""
    found = set(DayState.objects.filter(next_change_at__isnull=False).values_list("day", flat=True))
    found |= _open_by(calendar)
    going_on = Stay.objects.filter(
        ended_at__isnull=True,
        status__in=sorted(OPEN_STATUSES),
        ticket__facts__calendar_key=calendar,
    )
    if ServiceAgreement.objects.filter(calendar=calendar).exists():
        found.update(DayState.objects.values_list("day", flat=True))
    since = going_on.aggregate(first=Min("started_at"))["first"]
    if since is not None:
        found.update(days_between(day_of(since), day_of(timezone.now())))
    return found


def _open_by(calendar: int) -> set[date]:
    """Days with a ticket that time will decide by the calendar as it is now: by an earlier one the
    window may have ended, and the day been final. Of a day that is final by both no figure changes;
    a ticket that a follow-up of now decides has other facts, which mark its days themselves."""
    terms = Terms(as_of=timezone.now())
    found: set[date] = set()
    for figure in all_figures():
        by_calendar = {f"{figure.source.facts}calendar_key": calendar}
        for measure in figure.measures.values():
            if isinstance(measure, RateOf) and measure.maturing:
                rows = figure.source.model._default_manager.filter(**by_calendar)
                waiting = rows.filter(measure.maturing.rows(terms)).order_by()
                found.update(waiting.values_list(figure.source.day, flat=True).distinct())
    return found


# Following ----------------------------------------------------------------------------------


def _follow(setting: Setting) -> int:
    if not _is_changed(setting):
        return 0
    touched = 0
    while chunk := _touch_next(setting):
        touched += chunk
    return touched


@transaction.atomic
def _is_changed(setting: Setting) -> bool:
    """Notice a change, and answer whether tickets are left to touch for this one or an earlier."""
    state = FollowedSetting.objects.filter(pk=setting.name).first()
    if state is not None and state.fingerprint == setting.fingerprint:
        return state.touched_to is not None
    FollowedSetting.objects.bulk_create([FollowedSetting(name=setting.name)], ignore_conflicts=True)
    state = FollowedSetting.objects.select_for_update().get(pk=setting.name)
    if state.fingerprint != setting.fingerprint:
        state.fingerprint, state.touched_to = setting.fingerprint, 0
        state.save()
        DirtyDay.objects.bulk_create(
            DirtyDay(day=day, needs_backlog=setting.needs_backlog) for day in setting.days()
        )
    return state.touched_to is not None


@transaction.atomic
def _touch_next(setting: Setting) -> int:
    """Touch the next chunk of tickets; 0 once all were, or where the setting changed again."""
    state = FollowedSetting.objects.select_for_update().get(pk=setting.name)
    if state.touched_to is None or state.fingerprint != setting.fingerprint:
        return 0
    left = setting.tickets().filter(pk__gt=state.touched_to).order_by("pk")
    keys = list(left.values_list("pk", flat=True)[:CHUNK])
    state.touched_to = keys[-1] if keys else None
    state.save()
    return touch_tickets(keys)
