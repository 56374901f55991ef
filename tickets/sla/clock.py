"""When a target falls due, and whether it was kept: a walk over the stretches of its span.

Within a stretch status and promise stay the same, so that business time answers by bisection.
What was spent is kept when the promise changes; what was broken stays broken. What is done at the
very moment at which it is due is done in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.calendars import BusinessTime, NeverOpen
from tickets.sla.spans import Span
from tickets.sla.story import Chosen, Moved
from tickets.sla.terms import PolicyTerms, TargetTerms

CalendarOf = Callable[[int], BusinessTime]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to `end` (None: still) nothing changed. `terms` None: no promise then."""

    start: datetime
    end: datetime | None
    status: str
    version_key: int | None
    terms: TargetTerms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a target stands, from what is known of its ticket.

    `due_at`: when it falls or fell due, the first moment at which what was spent reaches what is
    promised; None while the clock stands still before that. `is_overdue`: that moment passed before
    something stopped or changed it. `warn_at`: when a warning is due. `is_withdrawn`: nothing is
    promised any more. `spent_seconds` were spent (on the clock of the promise) before `counted_to`,
    where the last stretch begins or the span ended. `version_key` judged it, or would now.
    """

    terms: TargetTerms
    version_key: int
    due_at: datetime | None
    warn_at: datetime | None
    is_overdue: bool
    is_paused: bool
    is_withdrawn: bool
    spent_seconds: float
    counted_to: datetime


def stretches(
    span: Span,
    moves: Sequence[Moved],
    choices: Sequence[Chosen],
    versions: Callable[[int], PolicyTerms],
) -> list[Stretch]:
    """Cut a span wherever the status or the policy changed."""
    changes = {*(move.at for move in moves), *(choice.at for choice in choices)}
    stop = span.stopped_at
    inside = {at for at in changes if at > span.started_at and (stop is None or at < stop)}
    starts = [span.started_at, *sorted(inside)]
    found = []
    for start, end in zip(starts, [*starts[1:], stop], strict=True):
        key = next((each.version_key for each in reversed(choices) if each.at <= start), None)
        terms = versions(key).target(span.kind, span.level) if key is not None else None
        status = next(move.to_status for move in reversed(moves) if move.at <= start)
        found.append(Stretch(start, end, status, key, terms))
    return found


def judge(
    parts: Sequence[Stretch], *, calendar_key: int, calendar_of: CalendarOf
) -> Verdict | None:
    """Return how a target stands; None where nothing was ever promised about it.

    A stretch without a promise counts on the clock of the promise that follows: a ticket that is
    raised to a promised priority is judged from its beginning, and not before it was raised.
    Where the promise is withdrawn for good, its clock stands still.
    """
    judging = next((each for each in reversed(parts) if each.terms is not None), None)
    if judging is None:
        return None
    spent = 0.0
    overdue_at: datetime | None = None
    for stretch, terms in _with_clocks(parts):
        if stretch.end is None or terms is None:
            break
        clock = Clock(terms, calendar_key, calendar_of)
        if overdue_at is None and stretch.terms is not None:
            due_at = _due(stretch, clock, spent)
            if due_at is not None and due_at < stretch.end:
                overdue_at, judging = due_at, stretch
        spent = _after(stretch, clock, spent)
    return _verdict(
        judging, parts[-1], spent, overdue_at=overdue_at, key=calendar_key, calendar_of=calendar_of
    )


def _with_clocks(parts: Sequence[Stretch]) -> Iterator[tuple[Stretch, TargetTerms | None]]:
    """Pair each stretch with the terms whose clock counts in it: its own, or the next ones."""
    for i, stretch in enumerate(parts):
        later = (each.terms for each in parts[i:] if each.terms is not None)
        yield stretch, next(later, None)


def _due(stretch: Stretch, clock: Clock, spent: float) -> datetime | None:
    """When it falls due, if this stretch goes on. A promise that was shortened to what is spent
    already is due as it is made, also while its clock stands still."""
    remaining = clock.terms.seconds - spent
    if remaining <= 0:
        return stretch.start
    return None if clock.is_paused(stretch) else clock.due(stretch.start, remaining)


def _after(stretch: Stretch, clock: Clock, spent: float) -> float:
    """What is spent at the end of a stretch that has ended, in whole microseconds."""
    assert stretch.end is not None  # noqa: S101  # asked by the caller
    if clock.is_paused(stretch):
        return spent
    return round(spent + clock.between(stretch.start, stretch.end), 6)


def _verdict(
    judging: Stretch,
    last: Stretch,
    spent: float,
    *,
    overdue_at: datetime | None,
    key: int,
    calendar_of: CalendarOf,
) -> Verdict:
    assert judging.terms is not None  # noqa: S101  # chosen for having some
    assert judging.version_key is not None  # noqa: S101  # terms come from a version
    due_at, warn_at, is_paused = overdue_at, None, False
    if last.end is None and last.terms is not None and overdue_at is None:
        clock = Clock(last.terms, key, calendar_of)
        due_at, warn_at = _due(last, clock, spent), _warning(last, clock, spent)
        is_paused = due_at is None and clock.is_paused(last)
    return Verdict(
        terms=judging.terms,
        version_key=judging.version_key,
        due_at=due_at,
        warn_at=warn_at,
        is_overdue=overdue_at is not None,
        is_paused=is_paused,
        is_withdrawn=last.terms is None,
        spent_seconds=spent,
        counted_to=last.end or last.start,
    )


def _warning(stretch: Stretch, clock: Clock, spent: float) -> datetime | None:
    """When to warn; None for no warning, and while the clock stands still."""
    terms = clock.terms
    if not terms.warn_before_seconds or clock.is_paused(stretch):
        return None
    return clock.due(stretch.start, terms.seconds - spent - terms.warn_before_seconds)


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one promise: calendar time, or the business time of its calendar."""

    terms: TargetTerms
    calendar_key: int
    calendar_of: CalendarOf

    def is_paused(self, stretch: Stretch) -> bool:
        """Whether it stands still in the status of a stretch."""
        return stretch.status in self.terms.pauses

    def between(self, start: datetime, end: datetime) -> float:
        """Seconds from `start` to `end`."""
        if not self.terms.is_business:
            return (end - start).total_seconds()
        return self._calendar.open_seconds(start, end)

    def due(self, start: datetime, seconds: float) -> datetime | None:
        """The earliest moment by which `seconds` have passed; `start` where none are left; None
        where the calendar never opens."""
        if seconds <= 0:
            return start
        if not self.terms.is_business:
            return start + timedelta(seconds=seconds)
        try:
            return self._calendar.due(start, seconds)
        except NeverOpen:
            return None

    @property
    def _calendar(self) -> BusinessTime:
        return self.calendar_of(self.terms.calendar_key or self.calendar_key)
