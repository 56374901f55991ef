"""Business time, pure: open seconds between instants, due times, windows of business days.

Weekly hours and holidays are laid out once as merged open intervals in UTC with the open time
before each, so that every question is a bisection. Nothing here reads the database; see
tickets/services/calendars.py for the calendar of a ticket.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
TICK = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400 * SECOND
LAST_TICK = (date(9990, 1, 1).toordinal() - EPOCH_DAY) * DAY


class NeverOpen(ValueError):
    """The calendar has no open hours, so nothing can fall due by it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Open from `opens` to `closes` local time on a weekday (Monday is 0). Midnight as `closes` is
    the end of the day; a slot that runs past midnight is given as two."""

    weekday: int
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != time.min and self.closes <= self.opens:
            raise ValueError(f"A slot closes ({self.closes}) after it opens ({self.opens}).")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Open intervals of the local dates `first` to `last`, in microseconds since the epoch.

    `opened[i]` is the open time before `starts[i]`. `open_days` are the ordinals of open dates.
    Never changed: growing makes a new one, so that threads may share a calendar.
    """

    first: date
    last: date
    known_from: int
    known_to: int
    starts: list[int]
    ends: list[int]
    opened: list[int]
    open_days: list[int]

    def opened_before(self, moment: int) -> int:
        """Return the open microseconds from the beginning of the layout to `moment`."""
        i = bisect_right(self.starts, moment) - 1
        if i < 0:
            return 0
        return self.opened[i] + min(moment, self.ends[i]) - self.starts[i]

    def total(self) -> int:
        """Return the open microseconds of the whole layout."""
        return self.opened_before(self.known_to)


class BusinessTime:
    """What one calendar says about time. Made by `build`; safe to share between threads."""

    def __init__(
        self,
        slots: Iterable[Slot],
        holidays: Collection[date],
        zone: tzinfo,
        *,
        first: date,
        last: date,
        is_round_the_clock: bool,
    ) -> None:
        self.zone = zone
        self.is_round_the_clock = is_round_the_clock
        self._slots: dict[int, list[tuple[int, int]]] = {}
        for slot in slots:
            self._slots.setdefault(slot.weekday, []).append(_slot_bounds(slot))
        self._holidays = frozenset(holidays)
        self._layout = self._lay_out(first, last)

    @property
    def is_ever_open(self) -> bool:
        """Whether there are any open hours at all."""
        return self.is_round_the_clock or bool(self._slots)

    # Open time ------------------------------------------------------------------------------

    def open_seconds(self, start: datetime, end: datetime) -> float:
        """Return the open seconds from `start` to `end`; 0 where `end` is not after `start`."""
        low, high = _ticks(start), _ticks(end)
        if high <= low:
            return 0.0
        if self.is_round_the_clock:
            return (high - low) / SECOND
        layout = self._covering(low, high)
        return (layout.opened_before(high) - layout.opened_before(low)) / SECOND

    def due(self, start: datetime, seconds: float) -> datetime:
        """Return the earliest instant by which `seconds` of open time have passed since `start`.

        The inverse of `open_seconds`. Raises NeverOpen where the calendar has no hours, or so few
        that it would take millennia.
        """
        if round(seconds * SECOND) <= 0:
            return start
        low = _ticks(start)
        if self.is_round_the_clock:
            return _instant(low + round(seconds * SECOND))
        if not self._slots:
            raise NeverOpen("This calendar has no open hours.")
        layout = self._covering(low, low)
        wanted = layout.opened_before(low) + round(seconds * SECOND)
        while layout.total() < wanted:
            layout = self._covering(low, _further(low, layout.known_to))
            wanted = layout.opened_before(low) + round(seconds * SECOND)
        # The interval in which the open time before its end reaches what is wanted.
        i = bisect_left(layout.opened, wanted) - 1
        return _instant(layout.starts[i] + wanted - layout.opened[i])

    # Windows of business days ---------------------------------------------------------------

    def is_open_date(self, day: date) -> bool:
        """Answer whether the calendar opens at all on a local date: whether it is a business day.

        Without any open hours there are no business days; then every date counts as one, so that a
        window still ends.
        """
        if self.is_round_the_clock or not self._slots:
            return True
        return day.weekday() in self._slots and day not in self._holidays

    def window_end(self, start: datetime, days: int) -> datetime:
        """Return the same local clock time on the `days`-th business day after the date of `start`.

        Where that clock time is skipped by a change of the clocks, the window ends at the change.
        A start in an hour that the clocks repeat counts as its end the second time, so that a later
        start never ends earlier.
        """
        if days <= 0:
            return start
        local = self._wall(start)
        clock = local.time()
        return self._at(self._open_date_after(local.date(), days), clock)

    def days_until(self, start: datetime, event: datetime) -> int:
        """Return the smallest number of business days whose window from `start` holds `event`
        (`event` not after its end); 0 where `event` is not after `start`."""
        if _ticks(event) <= _ticks(start):
            return 0
        first, last = self._wall(start).date(), self._wall(event).date()
        days = self._count_open(first, last)
        event = event.astimezone(UTC)  # two times of one zone compare by their clocks alone
        while days > 1 and self.window_end(start, days - 1) >= event:
            days -= 1
        while self.window_end(start, max(days, 1)) < event:
            days += 1
        return max(days, 1)

    def ended_starts(self, as_of: datetime, days: int) -> list[tuple[datetime | None, datetime]]:
        """Return the starts whose window of `days` business days has ended at `as_of`.

        Half-open intervals, ascending, apart; the first begins at None, that is, since ever. They
        can be several: a start on a closed Saturday at 10:00 ends on Monday at 10:00, before one on
        the Friday at 17:00 does. `window_end(start, days) <= as_of` holds exactly inside them.
        """
        if days <= 0:
            return [(None, as_of + TICK)]
        today = self._wall(as_of).date()
        day, ending_today = today, []
        while (target := self._open_date_after(day, days)) >= today:
            if target == today:
                ending_today.append(day)
            day -= timedelta(days=1)
        found: list[tuple[datetime | None, datetime]] = [(None, self._day_start(day, 1))]
        for day in reversed(ending_today):
            start = self._day_start(day)
            end = self._first_still_open(start, self._day_start(day, 1), as_of=as_of, days=days)
            if start == found[-1][1]:
                found[-1] = (found[-1][0], end)
            elif start < end:
                found.append((start, end))
        return found

    def _first_still_open(
        self, start: datetime, end: datetime, *, as_of: datetime, days: int
    ) -> datetime:
        """Return the first start of one local date whose window is open at `as_of`, or its end."""
        as_of = as_of.astimezone(UTC)  # two times of one zone compare by their clocks alone
        low, high = _ticks(start), _ticks(end)
        while low < high:
            middle = (low + high) // 2
            if self.window_end(_instant(middle), days) <= as_of:
                low = middle + 1
            else:
                high = middle
        return _instant(low)

    def _day_start(self, day: date, plus: int = 0) -> datetime:
        return self._at(day + timedelta(days=plus), time.min)

    def _wall(self, moment: datetime) -> datetime:
        """Return the naive local clock, never going backwards (see `window_end`)."""
        local = moment.astimezone(self.zone)
        if not local.fold:
            return local.replace(tzinfo=None)
        change = _change_of_offset(self.zone, _ticks(moment) - DAY, _ticks(moment))
        before = _instant(change - 1).astimezone(self.zone)
        return before.replace(tzinfo=None, fold=0) + TICK

    def _at(self, day: date, clock: time) -> datetime:
        """Return the instant of a local clock time; inside a gap, the instant of the change."""
        local = datetime.combine(day, clock, self.zone)
        moment = local.astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return moment
        return _instant(_change_of_offset(self.zone, _ticks(moment) - DAY, _ticks(moment)))

    def _open_date_after(self, day: date, count: int) -> date:
        if self.is_round_the_clock or not self._slots:
            return day + timedelta(days=count)
        layout = self._covering_date(day, day)
        ordinal = day.toordinal()
        i = bisect_right(layout.open_days, ordinal) + count - 1
        while i >= len(layout.open_days):
            layout = self._covering_date(day, layout.last + timedelta(days=365))
            i = bisect_right(layout.open_days, ordinal) + count - 1
        return date.fromordinal(layout.open_days[i])

    def _count_open(self, after: date, until: date) -> int:
        """Count the business days after `after` up to and including `until`."""
        if self.is_round_the_clock or not self._slots:
            return (until - after).days
        days = self._covering_date(after, until).open_days
        return bisect_right(days, until.toordinal()) - bisect_right(days, after.toordinal())

    # The layout -----------------------------------------------------------------------------

    def _covering(self, low: int, high: int) -> _Layout:
        layout = self._layout
        if layout.known_from <= low and high <= layout.known_to:
            return layout
        return self._covering_date(_day_of(low) - timedelta(2), _day_of(high) + timedelta(2))

    def _covering_date(self, low: date, high: date) -> _Layout:
        """Return a layout that holds both dates; grow it by whole years where it does not."""
        layout = self._layout
        if layout.first <= low and high <= layout.last:
            return layout
        first = min(layout.first, date(low.year, 1, 1))
        last = max(layout.last, date(high.year + 1, 12, 31))
        self._layout = layout = self._lay_out(first, last)
        return layout

    def _lay_out(self, first: date, last: date) -> _Layout:
        known_from = (first.toordinal() - EPOCH_DAY) * DAY
        known_to = (last.toordinal() + 1 - EPOCH_DAY) * DAY
        starts: list[int] = []
        ends: list[int] = []
        opened: list[int] = []
        total = 0
        for start, end in self._merged(known_from, known_to):
            starts.append(start)
            ends.append(end)
            opened.append(total)
            total += end - start
        dates = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
        open_days = [day.toordinal() for day in dates if self.is_open_date(day)]
        return _Layout(first, last, known_from, known_to, starts, ends, opened, open_days)

    def _merged(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield the open intervals, ascending, not overlapping and not touching."""
        held: tuple[int, int] | None = None
        for start, end in sorted(self._open_intervals(low, high)):
            if held is None:
                held = (start, end)
            elif start <= held[1]:
                held = (held[0], max(end, held[1]))
            else:
                yield held
                held = (start, end)
        if held is not None:
            yield held

    def _open_intervals(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield every slot of every date in UTC, cut at the changes of the clocks: right on days of
        23 and of 25 hours, also where a change falls into a slot."""
        if self.is_round_the_clock or not self._slots:
            return
        for start, end, offset in _stretches(self.zone, low, high):
            for day in range((start + offset) // DAY, (end - 1 + offset) // DAY + 1):
                local_day = date.fromordinal(day + EPOCH_DAY)
                if not self.is_open_date(local_day):
                    continue
                for opens, closes in self._slots[local_day.weekday()]:
                    left = max(start, day * DAY + opens - offset)
                    right = min(end, day * DAY + closes - offset)
                    if left < right:
                        yield left, right


def build(
    slots: Iterable[Slot],
    holidays: Collection[date],
    zone: tzinfo,
    *,
    first: date,
    last: date,
    is_round_the_clock: bool = False,
) -> BusinessTime:
    """Lay out a calendar. `first` and `last` are the dates expected to be asked for; questions
    outside them make it grow. Raises ValueError for a slot that closes before it opens."""
    return BusinessTime(
        slots, holidays, zone, first=first, last=last, is_round_the_clock=is_round_the_clock
    )


def _further(low: int, known_to: int) -> int:
    """Twice as far from `low` as was looked: a long search costs little more than its last look.
    Raises NeverOpen where time as we count it ends."""
    if known_to >= LAST_TICK:
        raise NeverOpen("This calendar is open too rarely for so long a time.")
    return min(known_to + max(365 * DAY, known_to - low), LAST_TICK)


def _slot_bounds(slot: Slot) -> tuple[int, int]:
    opens, closes = _clock_ticks(slot.opens), _clock_ticks(slot.closes)
    return opens, closes or DAY


def _clock_ticks(clock: time) -> int:
    return (clock.hour * 3600 + clock.minute * 60 + clock.second) * SECOND + clock.microsecond


def _ticks(moment: datetime) -> int:
    """Return the whole microseconds since the epoch: exact, where a float would round."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def _instant(ticks: int) -> datetime:
    return EPOCH + timedelta(microseconds=ticks)


def _day_of(ticks: int) -> date:
    return date.fromordinal(ticks // DAY + EPOCH_DAY)


def _offset(zone: tzinfo, ticks: int) -> int:
    offset = _instant(ticks).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // TICK


def _change_of_offset(zone: tzinfo, before: int, after: int) -> int:
    """Return the first instant between the two that has the offset of `after`."""
    wanted = _offset(zone, after)
    low, high = before // SECOND, -(-after // SECOND)  # the clocks change on whole seconds
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle * SECOND) == wanted:
            high = middle
        else:
            low = middle
    return high * SECOND


def _stretches(zone: tzinfo, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, offset) of the times in which the zone's offset from UTC is constant."""
    start, offset = low, _offset(zone, low)
    for moment in range(low + DAY, high + 1, DAY):
        now = _offset(zone, moment)
        if now != offset:
            change = _change_of_offset(zone, moment - DAY, moment)
            yield start, change, offset
            start, offset = change, now
    yield start, high, offset
