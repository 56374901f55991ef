"""Business time by hand: weekdays, holidays, midnight, DST days, cases that decide 15 and 16."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tickets import calendars
from tickets.calendars import BusinessTime, NeverOpen, Slot, build

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = [Slot(weekday, time(8), time(18)) for weekday in range(5)]


def calendar(
    slots: list[Slot] = OFFICE,
    holidays: set[date] | None = None,
    *,
    is_round_the_clock: bool = False,
) -> BusinessTime:
    return build(
        slots,
        holidays or set(),
        AMSTERDAM,
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        is_round_the_clock=is_round_the_clock,
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def test_only_open_hours_count():
    friday, monday = local("2026-11-20 17:00"), local("2026-11-23 09:30")
    assert calendar().open_seconds(friday, monday) == 2.5 * 3600


def test_nothing_counts_backwards_or_while_closed():
    office = calendar()
    assert office.open_seconds(local("2026-11-20 17:00"), local("2026-11-20 16:00")) == 0
    assert office.open_seconds(local("2026-11-21 01:00"), local("2026-11-22 23:00")) == 0


def test_microseconds_are_kept():
    start = local("2026-11-20 17:00")
    assert calendar().open_seconds(start, start + timedelta(microseconds=1)) == 1e-6


def test_a_lunch_break_splits_a_day():
    split = [Slot(0, time(8), time(12)), Slot(0, time(13), time(17))]
    monday, evening = local("2026-11-23 00:00"), local("2026-11-23 23:00")
    assert calendar(split).open_seconds(monday, evening) == 8 * 3600


def test_overlapping_slots_count_once():
    twice = [Slot(0, time(8), time(12)), Slot(0, time(10), time(14))]
    assert calendar(twice).open_seconds(local("2026-11-23 00:00"), local("2026-11-24 00:00")) == (
        6 * 3600
    )


def test_midnight_as_closing_time_is_the_end_of_the_day():
    late = [Slot(0, time(18), time.min), Slot(1, time.min, time(2))]
    assert calendar(late).open_seconds(local("2026-11-23 17:00"), local("2026-11-24 12:00")) == (
        8 * 3600
    )


def test_a_slot_that_closes_before_it_opens_is_refused():
    with pytest.raises(ValueError, match="closes"):
        Slot(0, time(18), time(8))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_when_the_clocks_change_have_their_real_length(day: str, hours: int):
    start = local(f"{day} 00:00")
    end = local(f"{date.fromisoformat(day) + timedelta(1)} 00:00")
    all_day = [Slot(weekday, time.min, time.min) for weekday in range(7)]
    assert calendar(all_day).open_seconds(start, end) == hours * 3600
    assert calendar(is_round_the_clock=True).open_seconds(start, end) == hours * 3600


def test_a_holiday_is_closed():
    closed = calendar(holidays={date(2026, 11, 25)})
    assert closed.open_seconds(local("2026-11-24 17:00"), local("2026-11-26 09:00")) == 2 * 3600
    assert not closed.is_open_date(date(2026, 11, 25))


def test_questions_far_outside_the_expected_years_are_answered():
    assert calendar().open_seconds(local("2011-03-07 00:00"), local("2011-03-14 00:00")) == 180_000
    assert calendar().open_seconds(local("2041-03-04 00:00"), local("2041-03-11 00:00")) == 180_000


def test_due_skips_closed_hours_and_ends_with_the_day():
    office, start = calendar(), local("2026-11-20 17:00")
    assert office.due(start, 3600) == local("2026-11-20 18:00")
    assert office.due(start, 3601) == local("2026-11-23 08:00:01")
    assert office.due(start, 0) == start


def test_due_by_a_calendar_without_hours_is_refused():
    with pytest.raises(NeverOpen):
        calendar([]).due(local("2026-11-20 17:00"), 1)


def test_a_calendar_that_hardly_opens_is_looked_through_for_decades(
    monkeypatch: pytest.MonkeyPatch,
):
    weekly_hour = calendar([Slot(0, time(9), time(10))])
    start = local("2026-03-02 08:00")
    assert weekly_hour.due(start, 2_000 * 3600).date() == date(2064, 6, 23)
    monkeypatch.setattr(calendars, "LAST_TICK", 200 * 365 * calendars.DAY)
    with pytest.raises(NeverOpen, match="too rarely"):
        weekly_hour.due(start, 20_000 * 3600)


def test_case_15_window_of_five_business_days():
    office, resolved = calendar(), local("2026-11-20 17:00")
    follow_up = local("2026-11-27 16:00")
    assert office.window_end(resolved, 5) == local("2026-11-27 17:00")
    assert office.days_until(resolved, follow_up) == 5


def test_case_16_window_with_a_holiday():
    closed = calendar(holidays={date(2026, 11, 25)})
    resolved = local("2026-11-20 17:00")
    follow_up = local("2026-11-27 18:00")
    assert closed.window_end(resolved, 5) == local("2026-11-30 17:00")
    assert closed.days_until(resolved, follow_up) == 5


def test_the_edge_of_a_window_is_inside():
    office, resolved = calendar(), local("2026-11-20 17:00")
    end = local("2026-11-27 17:00")
    second = timedelta(seconds=1)
    assert [office.days_until(resolved, end + step) for step in (-second, 0 * second, second)] == [
        5,
        5,
        6,
    ]


def test_a_window_keeps_its_clock_time_across_a_change_of_the_clocks():
    resolved = local("2026-10-23 17:00")
    assert calendar().window_end(resolved, 1) == local("2026-10-26 17:00")
    assert calendar().window_end(resolved, 1) - resolved == timedelta(days=3, hours=1)


def test_a_window_that_ends_in_a_skipped_hour_ends_at_the_change():
    always = calendar(is_round_the_clock=True)
    assert always.window_end(local("2026-03-28 02:30"), 1) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_resolution_on_a_closed_day_counts_from_its_date():
    saturday = local("2026-11-21 10:00")
    assert calendar().window_end(saturday, 1) == local("2026-11-23 10:00")
    assert calendar().days_until(saturday, local("2026-11-22 09:00")) == 1


def test_a_calendar_without_hours_counts_every_date():
    start = local("2026-11-20 17:00")
    assert calendar([]).window_end(start, 5) == local("2026-11-25 17:00")
    assert calendar([]).open_seconds(start, local("2026-11-25 17:00")) == 0
    assert not calendar([]).is_ever_open


def test_starts_on_a_closed_day_may_end_before_earlier_ones():
    ended = calendar().ended_starts(local("2026-11-23 12:00"), 1)
    friday, saturday = local("2026-11-20 12:00"), local("2026-11-21 00:00")
    assert ended == [
        (None, friday + timedelta(microseconds=1)),
        (saturday, local("2026-11-21 12:00") + timedelta(microseconds=1)),
        (local("2026-11-22 00:00"), local("2026-11-22 12:00") + timedelta(microseconds=1)),
    ]
