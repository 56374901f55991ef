"""Availability: agreed service time less outages, against a walk through every minute of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.availability import (
    AgreedService,
    Agreement,
    DownTime,
    Window,
    agreed_and_out,
    service_days,
)
from tests.effort import examples
from tests.tickets.sla.histories import Hours
from tickets.calendars import Slot, build

MINUTE = timedelta(minutes=1)
ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "UTC")
# Both changes of the clocks of each zone lie in the fortnights that begin on these days.
BEGINNINGS = (
    *(date(2026, 3, 1), date(2026, 3, 23), date(2026, 10, 19)),
    *(date(2026, 4, 1), date(2026, 10, 1)),
)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Hours, date]:
    """A calendar with random hours and closed days, in minutes, and a day of it."""
    slots = []
    for weekday in range(7):
        edges = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), max_size=4)))
        for opens, closes in zip(edges[::2], edges[1::2], strict=False):
            slots.append(Slot(weekday, _clock(opens), _clock(closes)))
    start = draw(st.sampled_from(BEGINNINGS))
    closed = draw(st.sets(st.integers(0, 13), max_size=3))
    hours = Hours(
        slots=tuple(slots),
        holidays=frozenset(start + timedelta(days=day) for day in closed),
        zone=draw(st.sampled_from(ZONES)),
        is_always=draw(st.booleans()),
    )
    return hours, start + timedelta(days=draw(st.integers(0, 13)))


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@st.composite
def outages(draw: st.DrawFn, start: datetime) -> list[tuple[datetime, datetime | None]]:
    """Outages that overlap, touch, are empty, or have not ended."""
    found: list[tuple[datetime, datetime | None]] = []
    for _ in range(draw(st.integers(0, 5))):
        began = start + MINUTE * draw(st.integers(-1_500, 4_000))
        length = draw(st.one_of(st.none(), st.integers(0, 2_000)))
        found.append((began, None if length is None else began + MINUTE * length))
    return found


@settings(max_examples=examples(60))
@given(st.data())
def test_agreed_less_the_union_of_outages_is_what_a_walk_finds(data: st.DataObject) -> None:
    """The walk asks the definition of opening hours, and nothing of the product's."""
    hours, day = data.draw(calendars())
    zone = ZoneInfo(data.draw(st.sampled_from(ZONES)))
    start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    told = data.draw(outages(start))
    agreed, out = agreed_and_out((start, end), hours.business(day), told)
    open_minutes = lost = 0
    moment = start
    while moment < end:
        is_open = hours.is_open(moment)
        is_out = any(began <= moment and (e is None or moment < e) for began, e in told)
        open_minutes += is_open
        lost += is_open and is_out
        moment += MINUTE
    assert (agreed, out) == (60 * open_minutes, 60 * lost)


def window(day: date) -> Window:
    start = datetime.combine(day, time(), UTC)
    return day, (start, start + timedelta(days=1))


DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALWAYS = Agreement(DAY, None, has_target=True)


def test_outages_that_overlap_count_once_and_two_services_do_not_mix() -> None:
    down = [
        DownTime(1, NOON, NOON + timedelta(hours=2), 7),
        DownTime(1, NOON + timedelta(hours=1), NOON + timedelta(hours=3), 8),
        DownTime(2, NOON, None, 9),
    ]
    services = [AgreedService(1, (ALWAYS,)), AgreedService(2, (ALWAYS,))]
    first, second = service_days(services, down, [window(DAY)], {})
    assert (first.agreed, first.out, set(first.tickets)) == (86_400, 3 * 3_600, {7, 8})
    assert (second.agreed, second.out, set(second.tickets)) == (86_400, 12 * 3_600, {9})


def test_nothing_is_agreed_before_the_agreement_without_a_target_and_after_retirement() -> None:
    service = AgreedService(
        1,
        (ALWAYS, Agreement(DAY + timedelta(days=2), None, has_target=False)),
        retired_on=DAY + timedelta(days=1),
    )
    days = [window(DAY + timedelta(days=n)) for n in range(-1, 4)]
    assert [one.day for one in service_days([service], [], days, {})] == [DAY]


def test_a_new_agreement_holds_from_its_day_on() -> None:
    nine_to_five = build(
        (Slot(0, time(9), time(17)), Slot(1, time(9), time(17))),
        frozenset(),
        ZoneInfo("UTC"),
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
    )
    changed = Agreement(DAY + timedelta(days=1), 5, has_target=True)
    service = AgreedService(1, (ALWAYS, changed))
    days = [window(DAY), window(DAY + timedelta(days=1))]
    found = service_days([service], [], days, {5: nine_to_five})
    assert [one.agreed for one in found] == [86_400, 8 * 3_600]
