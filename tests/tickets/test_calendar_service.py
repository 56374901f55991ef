"""Stored calendars: hours and holidays as business time, public holidays kept once resolved."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tickets.errors import InvalidInput
from tickets.models import BusinessCalendar, CalendarSlot, Holiday
from tickets.services.calendars import business_time, default_calendar, resolve_holidays

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def office() -> BusinessCalendar:
    calendar = BusinessCalendar.objects.create(
        name="Office hours", time_zone="Europe/Amsterdam", holiday_country="NL"
    )
    CalendarSlot.objects.bulk_create(
        CalendarSlot(calendar=calendar, weekday=day, opens=time(8), closes=time(18))
        for day in range(5)
    )
    return calendar


def a_week_of(office: BusinessCalendar) -> float:
    start = datetime(2026, 4, 27, tzinfo=AMSTERDAM)
    return business_time(office.pk).open_seconds(start, datetime(2026, 5, 4, tzinfo=AMSTERDAM))


def test_stored_hours_are_business_time(office):
    assert a_week_of(office) == 50 * 3600


def test_an_edit_is_seen_at_once(office):
    assert a_week_of(office) == 50 * 3600
    Holiday.objects.create(calendar=office, on_date=date(2026, 4, 28), name="Moving day")
    assert a_week_of(office) == 40 * 3600
    office.slots.filter(weekday=4).delete()
    assert a_week_of(office) == 30 * 3600


def test_the_same_content_is_laid_out_once(office):
    assert business_time(office.pk) is business_time(office.pk)


def test_public_holidays_are_stored_once(office):
    added = resolve_holidays(office, [2026])
    assert added > 5
    assert resolve_holidays(office, [2026]) == 0
    assert office.holidays.filter(on_date=date(2026, 4, 27), is_manual=False).exists()
    assert a_week_of(office) == 40 * 3600


def test_a_holiday_by_hand_keeps_its_name(office):
    Holiday.objects.create(calendar=office, on_date=date(2026, 4, 27), name="Stocktaking")
    resolve_holidays(office, [2026])
    assert office.holidays.get(on_date=date(2026, 4, 27)).name == "Stocktaking"


def test_a_part_of_a_country_has_its_own_holidays(office):
    office.holiday_country = "DE-BY"
    resolve_holidays(office, [2026])
    assert office.holidays.filter(on_date=date(2026, 6, 4)).exists()


def test_an_unknown_country_is_refused(office):
    office.holiday_country = "XX"
    with pytest.raises(InvalidInput, match="XX"):
        resolve_holidays(office, [2026])


def test_the_default_calendar_is_the_one_marked_so(office):
    with pytest.raises(InvalidInput):
        default_calendar()
    office.is_default = True
    office.save()
    assert default_calendar() == office
