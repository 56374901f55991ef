"""The promises of one ticket, judged: what the database keeps of them, and figures count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tickets.choices import NO_ISSUE, AlarmKind, TargetState
from tickets.sla.clock import CalendarOf, Verdict, judge, stretches
from tickets.sla.spans import Span, find_spans
from tickets.sla.story import Noted, Story
from tickets.sla.terms import PolicyTerms, TargetTerms

Versions = Callable[[int], PolicyTerms]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One target of a ticket, judged from its ledger alone: how late it is *now* is for whoever
    reads `due_at`.

    `began_seq` is the row of the ledger that it began with. `breached_at` is the moment it was due,
    set once something ended or changed after it, or once the breach was noted. `left_seconds` is
    what was left when it ended, 0 or less where it was missed; None while it runs, and for void
    ones. Seconds are on the promise's own clock. `is_noted`, `is_warned`: the breach, or a warning,
    stands in the ledger.
    """

    kind: str
    level: int
    cycle: int
    began_seq: int
    started_at: datetime
    ended_at: datetime | None
    state: str
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None
    version_key: int
    target_seconds: int
    is_business: bool
    spent_seconds: float
    counted_to: datetime
    left_seconds: float | None
    is_noted: bool = False
    is_warned: bool = False

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from the other promises of its ticket."""
        return (self.kind, self.level, self.cycle)

    @property
    def alarm_at(self) -> datetime | None:
        """When there is something to note next; None for never, as it stands."""
        if self.state == TargetState.BREACHED:
            return None if self.is_noted else self.breached_at
        if self.state != TargetState.RUNNING:
            return None
        return self.due_at if self.is_warned or self.warn_at is None else self.warn_at

    def alarm_by(self, now: datetime) -> str:
        """What there is to note by `now`; "" for nothing. Due is missed once its moment is over."""
        if self.alarm_at is None or self.alarm_at >= now:
            return ""
        is_missed = self.due_at is not None and self.due_at < now
        return AlarmKind.BREACH if is_missed else AlarmKind.WARNING


def derive(story: Story, *, versions: Versions, calendar_of: CalendarOf) -> tuple[Promise, ...]:
    """Return every promise that was made about a ticket. `versions` gives the terms of a version by
    key; they never change, so the same story always gives the same promises."""
    if not story.choices:
        return ()
    found = []
    for span in find_spans(story):
        parts = stretches(span, story.moves, story.choices, versions)
        verdict = judge(parts, calendar_key=story.calendar_key, calendar_of=calendar_of)
        if verdict is not None:
            found.append(_promise(span, verdict, story, versions))
    return tuple(found)


def _promise(span: Span, verdict: Verdict, story: Story, versions: Versions) -> Promise:
    noted = _standing(span, verdict, story)
    breached_at = _breached_at(verdict, noted)
    terms, version_key = _judged_by(span, verdict, noted, versions)
    state = _state(span, verdict, story, is_breached=breached_at is not None)
    return Promise(
        kind=span.kind,
        level=span.level,
        cycle=span.cycle,
        began_seq=span.began_seq,
        started_at=span.started_at,
        ended_at=span.stopped_at,
        state=state,
        due_at=breached_at or verdict.due_at,
        warn_at=verdict.warn_at,
        breached_at=breached_at if state == TargetState.BREACHED else None,
        version_key=version_key,
        target_seconds=terms.seconds,
        is_business=terms.is_business,
        spent_seconds=verdict.spent_seconds,
        counted_to=verdict.counted_to,
        left_seconds=_left(span, state, terms.seconds - verdict.spent_seconds),
        is_noted=noted is not None,
        is_warned=any(each.alarm == AlarmKind.WARNING for each in _alarms(span, story)),
    )


def _alarms(span: Span, story: Story) -> list[Noted]:
    """The alarms that were sounded about a promise, as they were noted."""
    key = (span.kind, span.level, span.began_seq)
    return [each for each in story.alarms if (each.kind, each.level, each.began_seq) == key]


def _standing(span: Span, verdict: Verdict, story: Story) -> Noted | None:
    """The breach that was noted and stands: also where a calendar or a policy is changed later. It
    falls where a late entry shows that the promise ended in time, or a correction of an earlier
    change of status that it was not due yet."""
    breaches = [each for each in _alarms(span, story) if each.alarm == AlarmKind.BREACH]
    if not breaches:
        return None
    noted = breaches[-1]
    if span.stopped_at is not None and span.stopped_at <= noted.due_at:
        return None
    is_doubted = any(
        each.seq > noted.seq and span.started_at <= each.at <= noted.due_at
        for each in story.taken_back
    )
    return None if is_doubted and verdict.due_at != noted.due_at else noted


def _breached_at(verdict: Verdict, noted: Noted | None) -> datetime | None:
    """When the promise was broken, if it was."""
    if noted is not None:
        return noted.due_at
    return verdict.due_at if verdict.is_overdue else None


def _judged_by(
    span: Span, verdict: Verdict, noted: Noted | None, versions: Versions
) -> tuple[TargetTerms, int]:
    """The terms that judged a promise, or would now, and the version that they are of."""
    if noted is None:
        return verdict.terms, verdict.version_key
    terms = versions(noted.version_key).target(span.kind, span.level)
    return terms or verdict.terms, noted.version_key


def _state(span: Span, verdict: Verdict, story: Story, *, is_breached: bool) -> str:
    """A ticket that never was an issue (spam, a duplicate) keeps and breaks no promise. A void span
    breaks only what was broken before it ended (by the customer's withdrawing the ticket, too), and
    so does a promise that was withdrawn."""
    if story.moves[-1].cancel_reason in NO_ISSUE:
        return TargetState.VOID
    if is_breached:
        return TargetState.BREACHED
    if span.is_void or verdict.is_withdrawn:
        return TargetState.VOID
    if span.stopped_at is not None:
        return TargetState.MET
    return TargetState.PAUSED if verdict.is_paused else TargetState.RUNNING


def _left(span: Span, state: str, left: float) -> float | None:
    """What was left of a promise that ended. Late is late, also where a calendar that was changed
    since, or a closed office, says that nothing more was spent than promised."""
    if span.stopped_at is None or state not in (TargetState.MET, TargetState.BREACHED):
        return None
    return min(left, 0.0) if state == TargetState.BREACHED else left
