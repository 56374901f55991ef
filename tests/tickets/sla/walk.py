"""Promises by walking through a history minute by minute: slow, and plain enough to be believed.

Nothing of the product's clocks is used. Each minute the walk lets happen what happened, asks which
promise holds, and counts the minute where the clock of that promise runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.tickets.sla.histories import (
    RECEIPT_SEQ,
    Choose,
    Hand,
    History,
    Hours,
    Move,
    Row,
    Say,
    ledger,
)
from tickets.choices import (
    OPEN_STATUSES,
    CancelReason,
    EscalationKind,
    Status,
    TargetKind,
    TargetState,
)
from tickets.sla.terms import TargetTerms

Key = tuple[str, int, int]


@dataclass
class Running:
    """One promise while it is walked through; minutes all. `began_seq`: the row it began with."""

    kind: str
    level: int
    cycle: int
    began: int
    began_seq: int
    ended: int | None = None
    is_void: bool = False
    due: int | None = None
    warn: int | None = None
    judged_by: int | None = None
    was_promised: bool = False
    judging: TargetTerms | None = None
    terms: TargetTerms | None = None
    spent: int = 0
    spent_by: dict[int, int] = field(default_factory=dict)
    # Minutes in which nothing was promised: (minute, status). They count once something is.
    unpromised: list[tuple[int, str]] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return (self.kind, self.level, self.cycle)


@dataclass(frozen=True)
class Found:
    """How a promise stands, as the walk found it."""

    state: str
    began_seq: int
    began_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None
    version: int
    terms: TargetTerms
    spent: int
    spent_by: dict[datetime, int]
    is_cancelled: bool
    is_noted: bool = False


class Walk:
    """The walk through one history: `find` it. `known_by` walks through what was known, and the
    calendars as they were, at the beginning of that minute, and no further."""

    def __init__(self, history: History, *, minutes: int, known_by: int | None = None) -> None:
        self.history = history
        self.minutes = minutes if known_by is None else known_by
        self.seq = RECEIPT_SEQ
        self.status: str = Status.NEW
        self.cancel_reason = ""
        self.level = history.entry_level
        self.version: int | None = None
        self.running: list[Running] = []
        self.ended: list[Running] = []
        self.cycles: dict[tuple[str, int], int] = {}
        self.is_reply_settled = False
        self.last_change = 0
        then = history.calendars_then if known_by is not None else {}
        calendars = {**history.calendars, **then}
        self._open = {key: self._open_minutes(hours) for key, hours in calendars.items()}
        self._promises = {
            (version, terms.kind, terms.level): terms
            for version, listed in history.versions.items()
            for terms in listed
        }
        self._happened: dict[int, list[tuple[int, Row]]] = {}
        for seq, row in ledger(history, known_by=known_by).rows:
            self._happened.setdefault(row.minute, []).append((seq, row))

    def find(self) -> dict[Key, Found]:
        """Return every promise that was made, looking `minutes` ahead of the receipt for what will
        fall due. An open promise is judged only by what happened after its due time: what the clock
        alone says is not in the history."""
        self._receive()
        for minute in range(self.minutes):
            for seq, row in self._happened.get(minute, ()):
                self.seq = seq
                self._happen(row)
            for promise in self.running:
                self._count(promise, minute)
            for promise in self.ended:
                if promise.began == promise.ended == minute:
                    self._promise(promise)
        every = [*self.ended, *self.running]
        return {each.key: self._found(each) for each in every if each.was_promised}

    # What begins and ends a promise ------------------------------------------------------------

    def _receive(self) -> None:
        self._begin(TargetKind.FIRST_RESPONSE, 0)
        self._begin(TargetKind.FIRST_REPLY, 0)
        self._begin(TargetKind.RESOLUTION, 0)
        self._arrive(0)

    def _arrive(self, minute: int) -> None:
        self._begin(TargetKind.HAND_OVER, minute, level=self.level)
        self._begin(TargetKind.LEVEL_RESOLUTION, minute, level=self.level)

    def _happen(self, row: Row) -> None:
        if isinstance(row, Move):
            self._move(row)
        elif isinstance(row, Hand):
            self._hand(row)
        elif isinstance(row, Say):
            self._say(row)
        else:
            self._choose(row)

    def _move(self, move: Move) -> None:
        was_open, is_open = self.status in OPEN_STATUSES, move.status in OPEN_STATUSES
        is_cancelled = move.status == Status.CANCELLED
        self.status, self.last_change = move.status, move.minute
        self.cancel_reason = move.cancel_reason
        if move.by_agent and not is_cancelled:
            self._end(move.minute, TargetKind.FIRST_RESPONSE)
        if was_open and not is_open:
            self._leave_open(move.minute, is_cancelled=is_cancelled)
        elif is_open and not was_open:
            self._begin(TargetKind.RESOLUTION, move.minute)
            self._arrive(move.minute)

    def _leave_open(self, minute: int, *, is_cancelled: bool) -> None:
        """Done with: what it kept is kept, what nobody can keep any more is void."""
        self._end(minute, TargetKind.FIRST_RESPONSE, is_void=True)
        self._end(minute, TargetKind.FIRST_REPLY, is_void=True)
        self._end(minute, TargetKind.NEXT_RESPONSE, is_void=True)
        for kind in (
            TargetKind.RESOLUTION,
            TargetKind.HAND_OVER,
            TargetKind.LEVEL_RESOLUTION,
            TargetKind.ACCEPT,
        ):
            self._end(minute, kind, is_void=is_cancelled)
        self.is_reply_settled = True

    def _hand(self, hand: Hand) -> None:
        if hand.kind != EscalationKind.HIERARCHICAL:
            self._end(hand.minute, TargetKind.ACCEPT)
        if hand.level != self.level:
            is_up = hand.level > self.level
            self._end(hand.minute, TargetKind.HAND_OVER, is_void=not is_up)
            self._end(hand.minute, TargetKind.LEVEL_RESOLUTION, is_void=True)
            self.level = hand.level
            self._arrive(hand.minute)
        if hand.kind == EscalationKind.FUNCTIONAL and not hand.is_warm:
            self._begin(TargetKind.ACCEPT, hand.minute, level=hand.level)

    def _say(self, say: Say) -> None:
        if say.by_agent:
            self._end(say.minute, TargetKind.FIRST_REPLY)
            self._end(say.minute, TargetKind.NEXT_RESPONSE)
            self.is_reply_settled = True
        elif self.is_reply_settled and not self._runs(TargetKind.NEXT_RESPONSE):
            self._begin(TargetKind.NEXT_RESPONSE, say.minute)

    def _choose(self, choose: Choose) -> None:
        self.version, self.last_change = choose.version, choose.minute

    def _runs(self, kind: str) -> bool:
        return any(promise.kind == kind for promise in self.running)

    def _begin(self, kind: str, minute: int, *, level: int = 0) -> None:
        cycle = self.cycles[kind, level] = self.cycles.get((kind, level), 0) + 1
        self.running.append(Running(kind, level, cycle, minute, self.seq))

    def _end(self, minute: int, kind: str, *, is_void: bool = False) -> None:
        for promise in [each for each in self.running if each.kind == kind]:
            self.running.remove(promise)
            promise.ended, promise.is_void = minute, is_void
            promise.spent_by[minute] = promise.spent
            self.ended.append(promise)

    # The clock ---------------------------------------------------------------------------------

    def _count(self, promise: Running, minute: int) -> None:
        terms = self._promise(promise)
        if terms is not None:
            promise.spent += sum(self._counts(terms, *each) for each in promise.unpromised)
            promise.unpromised.clear()
            if promise.due is None and promise.spent * 60 >= terms.seconds:
                promise.due = minute
        if minute in self._happened:
            promise.spent_by[minute] = promise.spent
        self._warn(promise, minute)
        if terms is None:
            promise.unpromised.append((minute, self.status))
        else:
            promise.spent += self._counts(terms, minute, self.status)

    def _warn(self, promise: Running, minute: int) -> None:
        """Note when so little is left that somebody is to be warned; asked anew at every change."""
        if minute == self.last_change:
            promise.warn = None
        terms = promise.terms
        if terms is None or not terms.warn_before_seconds or self.status in terms.pauses:
            return
        left = terms.seconds - promise.spent * 60
        if promise.warn is None and left <= terms.warn_before_seconds:
            promise.warn = minute

    def _promise(self, promise: Running) -> TargetTerms | None:
        """Note what is promised now."""
        promise.terms = terms = self._promised(promise)
        if terms is not None:
            promise.was_promised = True
            if promise.due is None:
                promise.judged_by, promise.judging = self.version, terms
        return terms

    def _promised(self, promise: Running) -> TargetTerms | None:
        if self.version is None:
            return None
        return self._promises.get((self.version, promise.kind, promise.level))

    def _counts(self, terms: TargetTerms, minute: int, status: str) -> bool:
        if status in terms.pauses:
            return False
        if not terms.is_business:
            return True
        return self._open[terms.calendar_key or self.history.calendar_key][minute]

    def _open_minutes(self, hours: Hours) -> list[bool]:
        return [hours.is_open(self.history.at(minute)) for minute in range(self.minutes)]

    # What came of it ---------------------------------------------------------------------------

    def _found(self, promise: Running) -> Found:
        is_broken = promise.due is not None and (
            promise.ended is not None or promise.due < self.last_change
        )
        state = self._state(promise, is_broken=is_broken)
        is_told = is_broken or promise.ended is None
        due_at = self._at(promise.due) if is_told else None
        is_warned_of = promise.ended is None and not is_broken and promise.terms is not None
        assert promise.judged_by is not None  # it was promised
        assert promise.judging is not None
        return Found(
            state=state,
            began_seq=promise.began_seq,
            began_at=self.history.at(promise.began),
            ended_at=self._at(promise.ended),
            due_at=due_at,
            breached_at=due_at if state == TargetState.BREACHED else None,
            warn_at=self._at(promise.warn) if is_warned_of else None,
            version=promise.judged_by,
            terms=promise.judging,
            spent=60 * promise.spent,
            spent_by={
                self.history.at(minute): 60 * spent for minute, spent in promise.spent_by.items()
            },
            is_cancelled=self.status == Status.CANCELLED,
        )

    def _state(self, promise: Running, *, is_broken: bool) -> str:
        if self.cancel_reason not in ("", CancelReason.WITHDRAWN):
            return TargetState.VOID
        if is_broken:
            return TargetState.BREACHED
        if promise.terms is None:
            return TargetState.VOID
        if promise.ended is not None:
            return TargetState.VOID if promise.is_void else TargetState.MET
        is_paused = self.status in promise.terms.pauses and promise.due is None
        return TargetState.PAUSED if is_paused else TargetState.RUNNING

    def _at(self, minute: int | None) -> datetime | None:
        return None if minute is None else self.history.at(minute)
