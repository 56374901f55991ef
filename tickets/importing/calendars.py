"""The business calendar that a mapping names."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tickets.importing.mapping import CalendarPlan
from tickets.models import BusinessCalendar, CalendarSlot
from tickets.services.calendars import resolve_holidays


@transaction.atomic
def calendar_for(plan: CalendarPlan, years: Iterable[int]) -> BusinessCalendar:
    """Return the calendar of that name; made with the mapping's hours where there is none. One that
    is there keeps its hours: they are changed in the admin, not by an import. The public holidays
    of `years` are stored, where the calendar has a country."""
    calendar, is_new = BusinessCalendar.objects.get_or_create(
        name=plan.name,
        defaults={
            "time_zone": plan.time_zone,
            "holiday_country": plan.holiday_country,
            "is_round_the_clock": plan.is_round_the_clock,
        },
    )
    if is_new:
        CalendarSlot.objects.bulk_create(
            CalendarSlot(calendar=calendar, weekday=weekday, opens=opens, closes=closes)
            for weekday, opens, closes in plan.hours
        )
    resolve_holidays(calendar, years)
    return calendar
