"""Business time against a walk by the minute, and the windows against their definition."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tickets.calendars import BusinessTime, Slot, build

ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
# Around the changes of the clocks, both ways, of Amsterdam, New York and Lord Howe, in this order,
# and a plain week.
MOMENTS = (
    *("2026-03-27", "2026-10-23", "2026-03-07", "2026-11-01", "2026-10-03", "2026-04-04"),
    "2026-06-15",
)


def clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


@st.composite
def slots(draw: st.DrawFn) -> list[Slot]:
    found = []
    for weekday in draw(st.lists(st.integers(0, 6), min_size=1, max_size=9)):
        opens = draw(st.integers(0, 1439))
        closes = draw(st.integers(opens + 1, 1440))
        found.append(Slot(weekday, clock(opens), clock(closes)))
    return found


@st.composite
def calendars(draw: st.DrawFn) -> tuple[BusinessTime, list[Slot], set[date], ZoneInfo]:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    some = draw(slots())
    base = date.fromisoformat(draw(st.sampled_from(MOMENTS)))
    closed = {base + timedelta(days=n) for n in draw(st.sets(st.integers(-3, 9), max_size=3))}
    business = build(some, closed, zone, first=base, last=base)
    return business, some, closed, zone


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    base = datetime.fromisoformat(draw(st.sampled_from(MOMENTS))).replace(tzinfo=UTC)
    return base + draw(st.integers(-2880, 6 * 1440)) * MINUTE


def is_open(moment: datetime, some: list[Slot], closed: set[date], zone: ZoneInfo) -> bool:
    wall = moment.astimezone(zone)
    return wall.date() not in closed and any(
        slot.weekday == wall.weekday()
        and slot.opens <= wall.time()
        and (slot.closes == time.min or wall.time() < slot.closes)
        for slot in some
    )


@settings(max_examples=examples(60))
@given(calendars(), moments(), st.integers(0, 4 * 1440))
def test_open_time_equals_a_walk_by_the_minute(given_calendar, start, minutes):
    business, some, closed, zone = given_calendar
    walked = sum(is_open(start + n * MINUTE, some, closed, zone) for n in range(minutes))
    assert business.open_seconds(start, start + minutes * MINUTE) == walked * 60


@settings(max_examples=examples(60))
@given(calendars(), moments(), st.integers(1, 10**7))
def test_due_is_the_inverse_of_open_time(given_calendar, start, seconds):
    business = given_calendar[0]
    due = business.due(start, seconds)
    assert business.open_seconds(start, due) == seconds
    assert business.open_seconds(start, due - timedelta(seconds=1)) == seconds - 1


@settings(max_examples=examples(80))
@given(calendars(), moments(), st.integers(0, 30 * 1440))
def test_days_until_is_the_smallest_window_that_holds_the_event(given_calendar, start, minutes):
    business, event = given_calendar[0], start + minutes * MINUTE
    days = business.days_until(start, event)
    assert business.window_end(start, days) >= event
    assert days == 0 or business.window_end(start, days - 1) < event


@settings(max_examples=examples(60))
@given(calendars(), moments(), st.integers(0, 4), moments(), st.integers(-50, 10 * 1440))
def test_ended_starts_are_those_whose_window_has_ended(given_calendar, as_of, days, base, minutes):
    business = given_calendar[0]
    ended = business.ended_starts(as_of, days)
    edges = [edge for pair in ended for edge in pair if edge is not None]
    assert edges == sorted(set(edges))
    near = [edge + step for edge in edges for step in (-MICROSECOND, 0 * MICROSECOND)]
    for start in (*near, base, as_of, as_of - minutes * MINUTE):
        is_inside = any((low is None or low <= start) and start < high for low, high in ended)
        assert is_inside == (business.window_end(start, days) <= as_of)


@settings(max_examples=examples(80))
@given(calendars(), moments(), st.integers(0, 1440), st.integers(1, 10))
def test_a_later_start_on_the_same_date_never_ends_earlier(given_calendar, start, minutes, days):
    business, _, _, zone = given_calendar
    later = start + minutes * MINUTE
    if start.astimezone(zone).date() == later.astimezone(zone).date():
        assert business.window_end(start, days) <= business.window_end(later, days)


@settings(max_examples=examples(80))
@given(calendars(), moments(), st.integers(1, 10))
def test_a_window_ends_at_the_same_clock_time_on_the_nth_business_day(given_calendar, start, days):
    business, _, _, zone = given_calendar
    end = business.window_end(start, days).astimezone(zone)
    began = start.astimezone(zone)
    open_dates = [
        began.date() + timedelta(days=n)
        for n in range(1, 400)
        if business.is_open_date(began.date() + timedelta(days=n))
    ]
    if not began.fold:  # see window_end for an hour that the clocks repeat
        assert end.date() == open_dates[days - 1]
        skipped = end.utcoffset() != (end - timedelta(days=1)).utcoffset()
        assert end.time() == began.time() or skipped
