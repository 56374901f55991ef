"""Where a ticket stands in the words of its customer: four steps, and what happens next. Pure.

Levels, teams, priorities and internal targets are nothing that customers are told.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from tickets.choices import CancelReason, Status
from tickets.models import Ticket

WORKED_ON = frozenset({Status.IN_PROGRESS, Status.WAITING_VENDOR, Status.ON_HOLD})
DESK = "Support"


class StepState(enum.StrEnum):
    """How a step is drawn."""

    PAST = "past"
    NOW = "now"
    LATER = "later"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the four steps: its name, who is there, when it was reached, or words instead."""

    name: str
    state: StepState
    icon: str
    who: str = ""
    at: datetime | None = None
    words: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happened so far, as far as the steps show it."""

    ticket: Ticket
    has_waited: bool = False
    """Whether it ever waited for the customer."""
    resolver: User | None = None
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What happens next: a word ahead, then a sentence that may name a moment."""

    lead: str
    before: str
    at: datetime | None = None
    after: str = ""
    is_day: bool = False
    """Whether the day is enough of the moment."""
    icon: str = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the desk has decided: the days in which an answer reopens a ticket, and those after
    which a resolved one closes by itself."""

    reopen_days: int
    close_after_days: int


# The four steps ------------------------------------------------------------------------------


def steps(course: Course) -> tuple[Step, Step, Step, Step]:
    """Return the four steps of a ticket; the last one is "Cancelled" where it was."""
    return (_received(course), _in_progress(course), _waiting(course), _end(course))


def _received(course: Course) -> Step:
    is_new = course.ticket.status == Status.NEW
    return Step(
        name="Received",
        state=StepState.NOW if is_new else StepState.PAST,
        icon="inbox" if is_new else "check",
        at=course.ticket.received_at,
        is_current=is_new,
    )


def _in_progress(course: Course) -> Step:
    ticket = course.ticket
    is_now = ticket.status in WORKED_ON
    if is_now:
        state = StepState.NOW
    elif ticket.status == Status.NEW or ticket.picked_up_at is None:
        state = StepState.LATER if ticket.is_open else StepState.SKIPPED
    else:
        state = StepState.PAST
    is_reached = state in (StepState.NOW, StepState.PAST)
    return Step(
        name="In progress",
        state=state,
        icon="pencil" if is_now else "check",
        who=helper_name(ticket) if is_reached else "",
        at=(course.reopened_at or ticket.picked_up_at) if is_reached else None,
        words="" if is_reached else _absent(state),
        is_current=is_now,
    )


def _waiting(course: Course) -> Step:
    ticket = course.ticket
    if ticket.status == Status.WAITING_CUSTOMER:
        return Step(
            name="Waiting for you",
            state=StepState.NOW,
            icon="reply",
            at=ticket.status_since,
            is_current=True,
        )
    if not ticket.is_open:
        state = StepState.PAST if course.has_waited else StepState.SKIPPED
        words = "you answered" if course.has_waited else "was not needed"
    else:
        state, words = StepState.LATER, "nothing is open"
    return Step(name="Waiting for you", state=state, icon="check", words=words)


def _end(course: Course) -> Step:
    ticket = course.ticket
    if ticket.status == Status.CANCELLED:
        return Step(
            name="Cancelled",
            state=StepState.NOW,
            icon="x",
            at=ticket.status_since,
            is_current=True,
        )
    if not ticket.is_done:
        return Step(name="Resolved", state=StepState.LATER, icon="check", words="not yet")
    return Step(
        name="Resolved",
        state=StepState.PAST,
        icon="check",
        who=course.resolver.name if course.resolver else "",
        at=ticket.resolved_at,
        words="closed now" if ticket.status == Status.CLOSED else "",
        is_current=True,
    )


def _absent(state: StepState) -> str:
    return "not yet" if state == StepState.LATER else "was not needed"


# What happens next ---------------------------------------------------------------------------


def promise(course: Course, *, rules: Rules, now: datetime, opens_at: datetime | None) -> Promise:
    """Say what happens next. `opens_at` is when the desk opens again; None: it is open."""
    ticket = course.ticket
    if ticket.status in AT_WORK:
        return AT_WORK[Status(ticket.status)](ticket, opens_at)
    if ticket.status == Status.CANCELLED:
        return _cancelled(ticket)
    end = _resolved if ticket.status == Status.RESOLVED else _closed
    return end(ticket, rules=rules, now=now)


def reopens_until(ticket: Ticket, *, rules: Rules) -> datetime | None:
    """Return until when an answer opens a done ticket again; None where it is not done."""
    if ticket.resolved_at is None:
        return None
    return ticket.resolved_at + timedelta(days=rules.reopen_days)


def helper_name(ticket: Ticket) -> str:
    """Return who helps, by name; the desk where nobody in particular does."""
    return ticket.assignee.name if ticket.assignee else DESK


def _new(ticket: Ticket, opens_at: datetime | None) -> Promise:
    if opens_at is None:
        return Promise(
            lead="We have it.",
            before="The desk is open, and the next free person begins with it. A mail tells you.",
        )
    return Promise(
        lead="We have it.",
        before="The desk is closed now and opens again",
        at=opens_at,
        after="Then somebody begins with it, and you get a mail.",
    )


def _at_work(ticket: Ticket, opens_at: datetime | None) -> Promise:
    name = helper_name(ticket)
    if ticket.waiting_since is None:
        return Promise(
            lead=f"{name} is on it.",
            before="What comes of it stands here and in your mail. Nothing is needed from you.",
        )
    if opens_at is None:
        return Promise(
            lead=f"{name} has what you wrote.",
            before="The desk is open; the answer comes here and by mail.",
        )
    return Promise(
        lead=f"{name} has what you wrote.",
        before="The desk is closed now and opens again",
        at=opens_at,
        after="The answer comes here and by mail.",
    )


def _your_turn(ticket: Ticket, opens_at: datetime | None) -> Promise:
    name = helper_name(ticket)
    if opens_at is None:
        return Promise(
            lead="Your turn.",
            before=f"{name} needs an answer from you. The desk is open: once you answer, "
            "work goes on.",
            icon="reply",
        )
    return Promise(
        lead="Your turn.",
        before=f"{name} needs an answer from you. Answer when it suits you; work goes on when the "
        "desk opens again",
        at=opens_at,
        icon="reply",
    )


def _with_supplier(ticket: Ticket, opens_at: datetime | None) -> Promise:
    return Promise(
        lead="We wait for an answer too.",
        before=f"{helper_name(ticket)} has asked a supplier and keeps at it. "
        "Nothing is needed from you.",
    )


def _on_hold(ticket: Ticket, opens_at: datetime | None) -> Promise:
    return Promise(
        lead="The way is clear, it takes its time.",
        before=f"The solution depends on a change of ours. {helper_name(ticket)} writes as soon as "
        "it is there. Nothing is needed from you.",
    )


AT_WORK: Mapping[Status, Callable[[Ticket, datetime | None], Promise]] = {
    Status.NEW: _new,
    Status.IN_PROGRESS: _at_work,
    Status.WAITING_CUSTOMER: _your_turn,
    Status.WAITING_VENDOR: _with_supplier,
    Status.ON_HOLD: _on_hold,
}


def _resolved(ticket: Ticket, *, rules: Rules, now: datetime) -> Promise:
    closes_at = ticket.status_since + timedelta(days=rules.close_after_days)
    return Promise(
        lead="This should be solved.",
        before="Does it work? Say so below. Without a word from you it closes",
        at=closes_at if closes_at > now else None,
        is_day=True,
        after="" if closes_at > now else "shortly.",
        icon="check",
    )


def _closed(ticket: Ticket, *, rules: Rules, now: datetime) -> Promise:
    until = reopens_until(ticket, rules=rules)
    if until is None or until <= now:
        return Promise(
            lead="This is closed.",
            before="If something comes back, write below: it becomes a new ticket that is linked "
            "with this one.",
            icon="check",
        )
    return Promise(
        lead="This is closed.",
        before=f"{_days_left(until, now=now)} left: an answer opens it again until",
        at=until,
        is_day=True,
        after="After that it becomes a new ticket, linked with this one.",
        icon="check",
    )


def _days_left(until: datetime, *, now: datetime) -> str:
    days = max(1, -(-(until - now) // timedelta(days=1)))
    return f"{days} day" if days == 1 else f"{days} days"


def _cancelled(ticket: Ticket) -> Promise:
    words = {
        CancelReason.MERGED: "It goes on in another ticket, together with what belongs to it.",
        CancelReason.DUPLICATE: "We work on the same thing under another number.",
        CancelReason.WITHDRAWN: "You took it back.",
    }.get(CancelReason(ticket.cancel_reason or CancelReason.MISTAKE), "We took it out of our work.")
    return Promise(
        lead="This is cancelled.",
        before=f"{words} If it still matters, write below: it becomes a new ticket.",
        icon="info",
    )
