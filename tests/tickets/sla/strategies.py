"""Random histories: whatever a desk can do to a ticket in two days, near changes of the clocks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from tests.tickets.sla.histories import (
    Choose,
    Event,
    Hand,
    History,
    Hours,
    Move,
    Say,
    TakeBack,
    Thanks,
    utc,
)
from tickets.calendars import Slot
from tickets.choices import (
    DONE_STATUSES,
    LEVEL_TARGETS,
    OPEN_STATUSES,
    CancelReason,
    EscalationKind,
    Status,
    TargetKind,
)
from tickets.sla.terms import TargetTerms

HORIZON = 3 * 1440
# Before the changes of the clocks, both ways, of Amsterdam, New York and Lord Howe, in this order;
# the end of a year; a plain week.
BASES = (
    *("2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-10-03", "2026-04-04"),
    *("2026-12-31", "2026-06-16"),
)
ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
LEVELS = (1, 2, 3)
WAITING = (Status.WAITING_CUSTOMER, Status.WAITING_VENDOR, Status.ON_HOLD)
WORKED = (Status.IN_PROGRESS, *WAITING)


@st.composite
def hours(draw: st.DrawFn, base: date) -> Hours:
    """A calendar: office hours with a break, odd hours, round the clock, or never open."""
    kind = draw(st.sampled_from(("office", "office", "odd", "always", "never")))
    zone = draw(st.sampled_from(ZONES))
    if kind == "always":
        return Hours(is_always=True)
    if kind == "never":
        return Hours(zone=zone)
    days = st.integers(0, 3).map(lambda n: base + timedelta(days=n))
    return Hours(
        slots=_office(draw) if kind == "office" else _odd(draw),
        holidays=draw(st.frozensets(days, max_size=2)),
        zone=zone,
    )


def _office(draw: st.DrawFn) -> tuple[Slot, ...]:
    opens, breaks = draw(st.integers(0, 9)), draw(st.integers(11, 13))
    return tuple(
        slot
        for day in range(7)
        for slot in (Slot(day, time(opens), time(breaks)), Slot(day, time(breaks, 45), time(18)))
    )


def _odd(draw: st.DrawFn) -> tuple[Slot, ...]:
    found = []
    for day in draw(st.lists(st.integers(0, 6), min_size=1, max_size=7)):
        opens = draw(st.integers(0, 1438))
        closes = draw(st.integers(opens + 1, 1440)) % 1440
        found.append(Slot(day, time(*divmod(opens, 60)), time(*divmod(closes, 60))))
    return tuple(found)


@st.composite
def targets(draw: st.DrawFn, calendars: tuple[int, ...]) -> tuple[TargetTerms, ...]:
    """What one version promises; now and then it leaves something out."""
    wanted = [
        (kind, level)
        for kind in TargetKind
        for level in (LEVELS if kind in LEVEL_TARGETS else (0,))
    ]
    left_out = draw(st.sets(st.sampled_from(wanted), max_size=5))
    return tuple(
        TargetTerms(
            kind=kind,
            level=level,
            seconds=60 * draw(st.sampled_from((1, 7, 30, 60, 180, 480, 1440))),
            is_business=draw(st.booleans()),
            calendar_key=draw(st.sampled_from((None, *calendars))),
            pauses=draw(st.frozensets(st.sampled_from(WAITING), max_size=2)),
            warn_before_seconds=60 * draw(st.sampled_from((0, 5, 120, 900))),
        )
        for kind, level in wanted
        if (kind, level) not in left_out
    )


@st.composite
def events(draw: st.DrawFn, versions: tuple[int, ...], entry_level: int) -> tuple[Event, ...]:
    """What a desk does to a ticket, in order; several things may fall into one minute."""
    desk = _Desk(draw, versions, entry_level)
    for _ in range(draw(st.sampled_from(range(12)))):
        desk.wait()
        desk.act()
    return tuple(desk.events)


class _Desk:
    """Draws one act after the other, each such as the ticket's status allows."""

    def __init__(self, draw: st.DrawFn, versions: tuple[int, ...], level: int) -> None:
        self.draw, self.versions, self.level = draw, versions, level
        self.status: str = Status.NEW
        self.minute = 0
        # Some desks pass tickets on all day, others talk, others change their policies.
        every = (self._move, self._hand, self._speak, self._choose)
        later = (self._wait_for_thanks, self._enter_late)
        self.acts = (*every, *later, *[draw(st.sampled_from((*every, *later, *later)))] * 6)
        first = draw(st.sampled_from((*versions, None)))
        self.events: list[Event] = [] if first is None else [Choose(0, first)]

    def wait(self) -> None:
        """Let some time pass, or none."""
        some = st.one_of(st.sampled_from((0, 1, 7, 30, 60, 180)), st.integers(0, 900))
        self.minute = min(self.minute + self.draw(some), 2 * 1440)

    def act(self) -> None:
        """Do something."""
        if self.status == Status.CANCELLED:
            return
        if self.status in OPEN_STATUSES:
            self.draw(st.sampled_from(self.acts))()
        elif self.draw(st.booleans()):
            self._thank()
        else:
            self._take_up_again()

    def _wait_for_thanks(self) -> None:
        wanted = self.draw(st.sampled_from(WAITING))
        if wanted != self.status:
            self._go(wanted, by_agent=True)
        self.wait()
        self._thank()

    def _thank(self) -> None:
        """The customer's words take it up again; now and then they are only thanks."""
        self.events.append(Thanks(self.minute, self.status))
        if self.draw(st.booleans()):
            self.wait()
            self.events.append(TakeBack(self.minute))
        else:
            self.status = Status.IN_PROGRESS

    def _take_up_again(self) -> None:
        if self.draw(st.booleans()):
            self._say(by_agent=False)
        self._go(Status.IN_PROGRESS, by_agent=self.draw(st.booleans()))

    def _move(self) -> None:
        done = sorted(DONE_STATUSES)
        wanted = self.draw(st.sampled_from((*WORKED, *WORKED, *done, *done, Status.CANCELLED)))
        if wanted != self.status:
            self._go(wanted, by_agent=self.draw(st.sampled_from((True, True, False))))

    def _hand(self) -> None:
        kind = self.draw(st.sampled_from((*EscalationKind, EscalationKind.FUNCTIONAL)))
        level = self.level
        if kind in (EscalationKind.FUNCTIONAL, EscalationKind.RETURNED, EscalationKind.DEESCALATED):
            level = self.draw(st.sampled_from(LEVELS))
        is_warm = kind == EscalationKind.FUNCTIONAL and self.draw(st.booleans())
        self.level = level
        self.events.append(Hand(self.minute, kind, level, is_warm))

    def _speak(self) -> None:
        self._say(by_agent=self.draw(st.booleans()))

    def _enter_late(self) -> None:
        """A call of some time ago is entered now."""
        happened = self.draw(st.integers(0, self.minute))
        self.events.append(Say(happened, by_agent=True, told=self.minute))

    def _choose(self) -> None:
        self.events.append(Choose(self.minute, self.draw(st.sampled_from((*self.versions, None)))))

    def _say(self, *, by_agent: bool) -> None:
        self.events.append(Say(self.minute, by_agent))

    def _go(self, status: str, *, by_agent: bool) -> None:
        self.status = status
        is_cancelled = status == Status.CANCELLED
        reason = self.draw(st.sampled_from(CancelReason.values)) if is_cancelled else ""
        self.events.append(Move(self.minute, status, by_agent, reason))


@st.composite
def corrected_histories(draw: st.DrawFn) -> History:
    """The watch finds things missed that turn out to have been otherwise: it waited on, or somebody
    had called in time, or the calendar was changed."""
    base = draw(st.sampled_from(BASES))
    start = utc(base) + timedelta(minutes=draw(st.integers(0, 1439)))
    usual = hours(start.date())
    marks = sorted(draw(st.lists(st.integers(1, 700), min_size=6, max_size=6, unique=True)))
    waits, thanked, watched, back, told, ends = marks
    if draw(st.booleans()):  # it was taken back before the watch came
        watched, back = back, watched
    status = draw(st.sampled_from((Status.WAITING_CUSTOMER, Status.ON_HOLD)))
    happened: list[Event] = [Choose(0, 1), Move(waits, status), Thanks(thanked, status)]
    if draw(st.booleans()):
        happened.append(TakeBack(back))
    if draw(st.booleans()):
        happened.append(Say(draw(st.integers(0, watched)), by_agent=True, told=told))
    if draw(st.booleans()):
        happened.append(Move(ends, Status.RESOLVED))
    return History(
        start=start,
        events=tuple(happened),
        versions={1: draw(short_targets())},
        calendars={1: draw(usual)},
        watched=watched,
        calendars_then={1: draw(usual)} if draw(st.booleans()) else {},
    )


@st.composite
def short_targets(draw: st.DrawFn) -> tuple[TargetTerms, ...]:
    """Promises that are soon missed; those about the resolution stand still while it waits."""
    kinds = (TargetKind.FIRST_REPLY, TargetKind.NEXT_RESPONSE, TargetKind.RESOLUTION)
    return tuple(
        TargetTerms(
            kind=kind,
            seconds=60 * draw(st.integers(1, 300)),
            is_business=draw(st.booleans()),
            pauses=frozenset(WAITING if kind == TargetKind.RESOLUTION else ()),
            warn_before_seconds=60 * draw(st.sampled_from((0, 30))),
        )
        for kind in kinds
    )


def _watched(happened: tuple[Event, ...]) -> st.SearchStrategy[int | None]:
    """When the watch ran: at any time, or, so that it finds what turns out to be otherwise, right
    before something was taken back or entered late."""
    told = [event.told for event in happened if isinstance(event, Say)]
    back = [event.minute for event in happened if isinstance(event, TakeBack)]
    before = sorted({minute for minute in (*told, *back) if minute})
    some: st.SearchStrategy[int | None] = st.integers(1, 2 * 1440)
    return st.sampled_from(before) | some if before else some | st.none()


@st.composite
def histories(draw: st.DrawFn) -> History:
    """One ticket's history, with the policies and calendars that it meets."""
    base = draw(st.sampled_from(BASES))
    start: datetime = utc(base) + timedelta(minutes=draw(st.integers(0, 1439)))
    calendars = {key: draw(hours(start.date())) for key in (1, 2)}
    versions = {key: draw(targets(tuple(calendars))) for key in (1, 2, 3)}
    entry_level = draw(st.sampled_from(LEVELS))
    happened = draw(events(tuple(versions), entry_level))
    then = st.dictionaries(st.sampled_from((1, 2)), hours(start.date()))
    return History(
        start=start,
        events=happened,
        watched=draw(_watched(happened)),
        calendars_then=draw(then),
        versions=versions,
        calendars=calendars,
        calendar_key=draw(st.sampled_from((1, 2))),
        entry_level=entry_level,
    )
