"""Countdowns: what falls due next on a ticket, and how each of its promises stands, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import floor

from django.db.models import F, QuerySet

from tickets import formats
from tickets.choices import LEVEL_TARGETS, Status, TargetKind, TargetState
from tickets.models import SlaTarget, Ticket
from tickets.selectors.rulebook import terms_of

SOON_SECONDS = formats.HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One promise as a countdown. `look` is over, soon, running, paused or met; `words` say how
    much wall-clock time is left or over, or what came of it. `left_seconds` is set while it runs,
    below 0 once it is over. `is_stopped`: whether its policy lets its clock stand still now; None
    where that is not asked, or it has ended."""

    name: str
    look: str
    words: str
    at: datetime | None
    left_seconds: int | None = None
    is_stopped: bool | None = None


def next_due(ticket: Ticket, *, now: datetime) -> Due | None:
    """The countdown of a list: the next target that runs; None where none does."""
    if ticket.next_due_at is None:
        return None
    name = str(TargetKind(ticket.next_target).label)
    return _running(name, ticket.next_due_at, now=now)


def load_dues(ticket: Ticket, *, now: datetime) -> Mapping[str, Due]:
    """Return kind → how the ticket's latest promise of that kind stands; of internal targets those
    of its level now. One query."""
    rows = SlaTarget.objects.filter(ticket=ticket).exclude(state=TargetState.VOID)
    listed = _latest(rows.select_related("version"), level=ticket.level)
    return {row.kind: _due(row, status=ticket.status, now=now) for row in listed}


def promised_until(ticket: Ticket) -> datetime | None:
    """Until when its customer was promised what comes next: that somebody begins, that they get an
    answer, that it is solved. None where nothing was promised, or the clock stands still."""
    first = promised_to_customer(ticket).first()
    return first.due_at if first else None


def promised_to_customer(ticket: Ticket) -> QuerySet[SlaTarget]:
    """The running promises of what comes next for its customer, the first due first."""
    if ticket.status == Status.NEW:
        kinds = [TargetKind.FIRST_RESPONSE]
    elif ticket.waiting_since is not None:
        kinds = [TargetKind.FIRST_REPLY, TargetKind.NEXT_RESPONSE]
    else:
        kinds = [TargetKind.RESOLUTION]
    running = SlaTarget.objects.filter(ticket=ticket, kind__in=kinds, ended_at=None)
    return running.exclude(state=TargetState.VOID).order_by(F("due_at").asc(nulls_last=True))


def _latest(rows: Iterable[SlaTarget], *, level: int) -> Iterable[SlaTarget]:
    found: dict[str, SlaTarget] = {}
    for row in rows:
        is_elsewhere = row.kind in LEVEL_TARGETS and row.level != level
        if not is_elsewhere and (row.kind not in found or found[row.kind].cycle < row.cycle):
            found[row.kind] = row
    return found.values()


def _due(row: SlaTarget, *, status: str, now: datetime) -> Due:
    name, is_stopped = row.get_kind_display(), _is_stopped(row, status)
    if row.ended_at is None and row.due_at is not None:
        return replace(_running(name, row.due_at, now=now), is_stopped=is_stopped)
    look, words = _standing(row)
    return Due(name=name, look=look, words=words, at=row.due_at, is_stopped=is_stopped)


def _is_stopped(row: SlaTarget, status: str) -> bool | None:
    terms = terms_of(row.version).target(row.kind, row.level)
    return None if row.ended_at is not None or terms is None else status in terms.pauses


def _standing(row: SlaTarget) -> tuple[str, str]:
    if row.state == TargetState.MET:
        return "met", f"in time, {formats.duration(row.left_seconds)} to spare"
    if row.ended_at is not None:
        return "over", f"{formats.duration(-(row.left_seconds or 0))} late"
    left = formats.duration(row.target_seconds - row.spent_seconds)
    return "paused", f"clock stopped, {left} left"


def _running(name: str, due_at: datetime, *, now: datetime) -> Due:
    left = floor((due_at - now).total_seconds())
    look, words = _countdown(left)
    return Due(name=name, look=look, words=words, at=due_at, left_seconds=left)


def _countdown(left: int) -> tuple[str, str]:
    """How it looks and reads with so many seconds left; countdown.js goes on in the same words."""
    if left < 0:
        over = f"{-left // formats.DAY} d" if -left >= formats.DAY else formats.age(-left)
        return "over", f"{over} over"
    return "soon" if left <= SOON_SECONDS else "running", formats.duration(left)
