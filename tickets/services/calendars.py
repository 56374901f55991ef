"""Business calendars of the database as business time, and their holidays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as public_holidays
from django.db import transaction
from django.utils import timezone

from tickets.calendars import BusinessTime, Slot, build
from tickets.errors import InvalidInput
from tickets.models import BusinessCalendar, CalendarSlot, Holiday
from tickets.services.resettling import calendar_changed

# How far holidays are known ahead of today; `resolve_holidays` is asked for these by default.
YEARS_AHEAD = 2


def business_time(calendar_id: int) -> BusinessTime:
    """Return what a calendar says about time. Three small queries; the layout is kept per process
    for as long as hours, holidays and zone stay as they are. Raises BusinessCalendar.DoesNotExist.
    """
    found = business_times(pk=calendar_id)
    if calendar_id not in found:
        raise BusinessCalendar.DoesNotExist
    return found[calendar_id]


def business_times(**which: int) -> dict[int, BusinessTime]:
    """The same of every calendar (or of those asked for) by key; three queries, however many."""
    calendars = BusinessCalendar.objects.filter(**which).order_by("pk")
    slots: dict[int, list[Slot]] = defaultdict(list)
    closed: dict[int, set[date]] = defaultdict(set)
    hours = CalendarSlot.objects.filter(calendar__in=calendars).order_by("weekday", "opens")
    for one in hours:
        slots[one.calendar_id].append(Slot(one.weekday, one.opens, one.closes))
    days = Holiday.objects.filter(calendar__in=calendars).order_by()
    for key, day in days.values_list("calendar_id", "on_date"):
        closed[key].add(day)
    rows = calendars.values_list("pk", "time_zone", "is_round_the_clock")
    return {
        key: _laid_out(zone, is_round_the_clock, tuple(slots[key]), frozenset(closed[key]))
        for key, zone, is_round_the_clock in rows
    }


class Calendars(dict[int, BusinessTime]):
    """Business time by calendar key, each looked up when first asked for. For one piece of work:
    what is edited meanwhile is seen by the next."""

    def __missing__(self, key: int) -> BusinessTime:
        self[key] = found = business_time(key)
        return found


# Keyed by the content itself: an edit makes another key, and nothing has to be told to forget.
@lru_cache(maxsize=64)
def _laid_out(
    zone: str, is_round_the_clock: bool, slots: tuple[Slot, ...], closed: frozenset[date]
) -> BusinessTime:
    this_year = timezone.now().year
    return build(
        slots,
        closed,
        ZoneInfo(zone),
        first=date(this_year - 1, 1, 1),
        last=date(this_year + 1, 12, 31),
        is_round_the_clock=is_round_the_clock,
    )


def default_calendar() -> BusinessCalendar:
    """Return the calendar of tickets that name none; InvalidInput where the desk has none yet."""
    calendar = BusinessCalendar.objects.filter(is_default=True).first()
    if calendar is None:
        raise InvalidInput("The desk has no default business calendar yet: mark one as default.")
    return calendar


def resolve_holidays(calendar: BusinessCalendar, years: Iterable[int] = ()) -> int:
    """Store the public holidays of the calendar's country for `years` (default: from last year to
    two years ahead) and return how many were new. Due times that they change follow.

    Dates that are stored, by hand or by an earlier call, stay as they are, so that another version
    of the holiday library rewrites no history. Calling twice is safe. Raises InvalidInput where the
    country is unknown.
    """
    wanted = tuple(years) or _usual_years()
    if not calendar.holiday_country:
        return 0
    named = _public_holidays(calendar.holiday_country, wanted)
    with transaction.atomic():
        known = set(calendar.holidays.values_list("on_date", flat=True))
        new = [
            Holiday(calendar=calendar, on_date=day, name=name[:120], is_manual=False)
            for day, name in sorted(named.items())
            if day not in known
        ]
        Holiday.objects.bulk_create(new, ignore_conflicts=True)
        if new:
            calendar_changed(calendar, since=new[0].on_date)
    return len(new)


def _usual_years() -> tuple[int, ...]:
    this_year = timezone.now().year
    return tuple(range(this_year - 1, this_year + YEARS_AHEAD + 1))


def _public_holidays(place: str, years: tuple[int, ...]) -> dict[date, str]:
    """Return the names by date; `place` is a country ("NL") or a part of one ("DE-BY")."""
    country, _, subdivision = place.partition("-")
    try:
        found = public_holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError as unknown:
        raise InvalidInput(
            f"No public holidays are known for “{place}”: use a code such as NL or DE-BY."
        ) from unknown
    return dict(found.items())
