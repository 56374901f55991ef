"""Histories of one ticket, told in whole minutes since its receipt: plain values that the walk goes
through, and that `as_story` tells to the product.

A priority or tier that changed chose another version, so it is told as that choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tickets.calendars import BusinessTime, Slot, build
from tickets.choices import Status
from tickets.sla.story import Chosen, Handed, Moved, Noted, Spoke, Story, TakenBack
from tickets.sla.terms import Conditions, PolicyTerms, TargetTerms

MINUTE = timedelta(minutes=1)
RECEIPT_SEQ = 1


@dataclass(frozen=True)
class Move:
    """The status changed."""

    minute: int
    status: str
    by_agent: bool = True
    cancel_reason: str = ""


@dataclass(frozen=True)
class Hand:
    """The ledger of escalations grew."""

    minute: int
    kind: str
    level: int
    is_warm: bool = False


@dataclass(frozen=True)
class Say:
    """Somebody spoke to the other side; `told` is when that was entered, None for at once."""

    minute: int
    by_agent: bool
    told: int | None = None


@dataclass(frozen=True)
class Choose:
    """From here on this version holds; None: none."""

    minute: int
    version: int | None


@dataclass(frozen=True)
class Thanks:
    """The customer's words took up again a ticket that was in `status`."""

    minute: int
    status: str


@dataclass(frozen=True)
class TakeBack:
    """It was only thanks: what the last `Thanks` did is taken back, and the ticket is as it was."""

    minute: int


Row = Move | Hand | Say | Choose
Event = Row | Thanks | TakeBack


@dataclass(frozen=True)
class Hours:
    """A business calendar, as people write it down."""

    slots: tuple[Slot, ...] = ()
    holidays: frozenset[date] = frozenset()
    zone: str = "UTC"
    is_always: bool = False

    def is_open(self, moment: datetime) -> bool:
        """Answer from the definition: open hours of the weekday, unless it is a holiday."""
        if self.is_always:
            return True
        wall = moment.astimezone(ZoneInfo(self.zone))
        clock, day = wall.time(), wall.date()
        return day not in self.holidays and any(
            slot.weekday == day.weekday()
            and slot.opens <= clock
            and (slot.closes == time.min or clock < slot.closes)
            for slot in self.slots
        )

    def business(self, around: date) -> BusinessTime:
        """The same calendar as the product lays it out."""
        return build(
            self.slots,
            self.holidays,
            ZoneInfo(self.zone),
            first=around,
            last=around,
            is_round_the_clock=self.is_always,
        )


@dataclass(frozen=True)
class History:
    """One ticket, received at `start` in status New. Events are in the order in which they were
    entered; those of one minute came one after the other. `versions` tell what each version
    promises. At the beginning of the minute `watched` the watch ran, and knew what was entered
    before it, and the calendars as they were `calendars_then`; they were changed later."""

    start: datetime
    events: tuple[Event, ...]
    versions: Mapping[int, tuple[TargetTerms, ...]]
    calendars: Mapping[int, Hours] = field(default_factory=lambda: {1: Hours(is_always=True)})
    calendar_key: int = 1
    entry_level: int = 1
    watched: int | None = None
    calendars_then: Mapping[int, Hours] = field(default_factory=dict)

    def at(self, minute: int) -> datetime:
        """The moment of a minute."""
        return self.start + minute * MINUTE

    def terms(self, version: int) -> PolicyTerms:
        """A version in the product's words."""
        return PolicyTerms(
            key=version,
            name=f"version {version}",
            number=version,
            position=1,
            conditions=Conditions(),
            targets=self.versions[version],
        )

    def business(self, key: int) -> BusinessTime:
        """A calendar in the product's words."""
        return self.calendars[key].business(self.start.date())


@dataclass(frozen=True)
class Ledger:
    """What a history comes to: rows with their place, in order of time, without what was taken back
    (`taken_back`: when that had happened, and the place of the row that said so). `last_seq` is the
    last place taken."""

    rows: tuple[tuple[int, Row], ...]
    taken_back: tuple[tuple[int, int], ...]
    last_seq: int


def ledger(history: History, *, known_by: int | None = None) -> Ledger:
    """Write the history down; `known_by` leaves out what was entered in that minute or later. Every
    second place stays free, for what the watch notes."""
    rows: dict[int, Row] = {}
    taken_back = []
    seq = RECEIPT_SEQ
    before: Event | None = None
    for event in history.events:
        if known_by is not None and _entered(event) >= known_by:
            break
        if isinstance(event, TakeBack):
            del rows[seq], rows[seq - 2]
            seq += 2
            assert isinstance(before, Thanks)
            taken_back.append((before.minute, seq))
        for row in _written(event, before):
            seq += 2
            rows[seq] = row
        before = event
    ordered = sorted(rows.items(), key=lambda row: (row[1].minute, row[0]))
    return Ledger(tuple(ordered), tuple(taken_back), seq)


def _entered(event: Event) -> int:
    told = event.told if isinstance(event, Say) else None
    return event.minute if told is None else told


def _written(event: Event, before: Event | None) -> Iterator[Row]:
    """The rows that an event leaves, beside a correction."""
    if isinstance(event, Thanks):
        yield Say(event.minute, by_agent=False)
        yield Move(event.minute, Status.IN_PROGRESS, by_agent=False)
    elif isinstance(event, TakeBack):
        assert isinstance(before, Thanks), "nothing happens between"
        yield Move(event.minute, before.status)
    else:
        yield event


def as_story(
    history: History, *, known_by: int | None = None, alarms: tuple[Noted, ...] = ()
) -> Story:
    """Tell a history to the product, with what the watch noted."""
    written = ledger(history, known_by=known_by)
    moves = [Moved(history.start, RECEIPT_SEQ, Status.NEW, is_by_agent=False)]
    hands, speech, choices = [], [], []
    level = history.entry_level
    for seq, event in written.rows:
        at = history.at(event.minute)
        if isinstance(event, Move):
            moves.append(Moved(at, seq, event.status, event.by_agent, event.cancel_reason))
        elif isinstance(event, Hand):
            hands.append(Handed(at, seq, event.kind, level, event.level, event.is_warm))
            level = event.level
        elif isinstance(event, Say):
            speech.append(Spoke(at, seq, event.by_agent))
        else:
            choices.append(Chosen(at, seq, event.version))
    return Story(
        ticket_key=1,
        received_at=history.start,
        entry_level=history.entry_level,
        calendar_key=history.calendar_key,
        moves=tuple(moves),
        hands=tuple(hands),
        speech=tuple(speech),
        choices=tuple(choices),
        alarms=alarms,
        taken_back=tuple(TakenBack(history.at(at), seq) for at, seq in written.taken_back),
    )


def utc(text: str) -> datetime:
    """A moment as people write it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
