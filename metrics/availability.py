"""How available services were: agreed service time less outages, day by day. Pure.

Outages of one service that overlap count once, and only within the agreed time. Seconds are whole,
per service and day, so that days add up to months whichever way they are added.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tickets.calendars import BusinessTime
from tickets.outages import Interval, union


@dataclass(frozen=True, slots=True)
class Agreement:
    """What holds from a day on. `calendar_key` None is round the clock; without a target nothing
    is counted."""

    valid_from: date
    calendar_key: int | None
    has_target: bool


@dataclass(frozen=True, slots=True)
class AgreedService:
    """A service and its agreements, ascending by day; `retired_on` is the first day without it."""

    key: int
    agreements: tuple[Agreement, ...]
    retired_on: date | None = None
    _starts: list[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", [each.valid_from for each in self.agreements])

    def on(self, day: date) -> Agreement | None:
        """What was agreed on a day; None where nothing was, or no target."""
        place = bisect_right(self._starts, day)
        if not place or (self.retired_on is not None and day >= self.retired_on):
            return None
        found = self.agreements[place - 1]
        return found if found.has_target else None


@dataclass(frozen=True, slots=True)
class DownTime:
    """A service was down from `began_at` to `ended_at` (None: it still is), says a ticket."""

    service_key: int
    began_at: datetime
    ended_at: datetime | None
    ticket_key: int = 0


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """One service on one day, in seconds of agreed time; `tickets` told of the outages that took
    any of it."""

    service_key: int
    day: date
    agreed: int
    out: int
    tickets: frozenset[int] = frozenset()


# A day and the part of it that counts: its end, or the present moment while it lasts.
Window = tuple[date, Interval]


def service_days(
    services: Iterable[AgreedService],
    down: Iterable[DownTime],
    windows: Sequence[Window],
    calendars: Mapping[int, BusinessTime],
) -> Iterator[ServiceDay]:
    """Yield a row for each service and day on which any time was agreed."""
    by_service: dict[int, list[DownTime]] = {}
    for each in down:
        by_service.setdefault(each.service_key, []).append(each)
    for service in services:
        told = by_service.get(service.key, [])
        for day, window in windows:
            agreement = service.on(day)
            if agreement is not None and window[0] < window[1]:
                found = _service_day(service, day, window, _clock(agreement, calendars), told)
                if found.agreed:
                    yield found


def _clock(agreement: Agreement, calendars: Mapping[int, BusinessTime]) -> BusinessTime | None:
    return None if agreement.calendar_key is None else calendars[agreement.calendar_key]


def _service_day(
    service: AgreedService,
    day: date,
    window: Interval,
    clock: BusinessTime | None,
    told: Iterable[DownTime],
) -> ServiceDay:
    agreed, out = agreed_and_out(window, clock, [(e.began_at, e.ended_at) for e in told])
    took = frozenset(each.ticket_key for each in told if _takes_time(each, window, clock))
    return ServiceDay(service.key, day, agreed, out, took)


def _takes_time(outage: DownTime, window: Interval, clock: BusinessTime | None) -> bool:
    """Whether an outage lasts into the agreed time of a window, and not only beside it."""
    start, end = max(outage.began_at, window[0]), min(outage.ended_at or window[1], window[1])
    return start < end and _open_seconds(clock, (start, end)) > 0


def agreed_and_out(
    window: Interval,
    clock: BusinessTime | None,
    outages: Iterable[tuple[datetime, datetime | None]],
) -> tuple[int, int]:
    """Return the agreed seconds of a window, and those of them that fall into any outage.

    `clock` None is round the clock. An outage without an end lasts to the end of the window.
    """
    start, end = window
    cut = [(max(began, start), min(ended or end, end)) for began, ended in outages]
    agreed = round(_open_seconds(clock, window))
    out = round(sum(_open_seconds(clock, each) for each in union(cut)))
    return agreed, min(out, agreed)


def _open_seconds(clock: BusinessTime | None, interval: Interval) -> float:
    start, end = interval
    return (end - start).total_seconds() if clock is None else clock.open_seconds(start, end)
