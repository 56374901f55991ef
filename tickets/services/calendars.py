"""Business calendars of the database as business time, and their holidays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as public_holidays
from django.db import transaction
from django.utils import timezone

from tickets.calendars import BusinessTime, Slot, build
from tickets.errors import InvalidInput
from tickets.models import BusinessCalendar, Holiday

# How far holidays are known ahead of today; `resolve_holidays` is asked for these by default.
YEARS_AHEAD = 2


def business_time(calendar_id: int) -> BusinessTime:
    """Return what a calendar says about time. Three small queries; the layout is kept per process
    for as long as hours, holidays and zone stay as they are. Raises BusinessCalendar.DoesNotExist.
    """
    calendar = BusinessCalendar.objects.get(pk=calendar_id)
    slots = tuple(Slot(*row) for row in calendar.slots.values_list("weekday", "opens", "closes"))
    closed = frozenset(calendar.holidays.values_list("on_date", flat=True))
    return _laid_out(calendar.time_zone, calendar.is_round_the_clock, slots, closed)


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
    two years ahead) and return how many were new.

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
