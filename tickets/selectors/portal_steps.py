"""Where a ticket stands in the words of its customer: four steps. What happens next is told by
portal_next.py. Pure.

Levels, teams, priorities and internal targets are nothing that customers are told.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from tickets.choices import Status
from tickets.models import Ticket

WORKED_ON = frozenset({Status.IN_PROGRESS, Status.WAITING_VENDOR, Status.ON_HOLD})


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
    due_at: datetime | None = None
    """Until when the customer was promised what comes next; None: nothing, or the clock stands."""
    is_readers_turn: bool = True
    """Whether it is the reader who answers where the customer is waited for."""


# The four steps ------------------------------------------------------------------------------


def steps(course: Course) -> tuple[Step, Step, Step, Step]:
    """Return the four steps of a ticket; the last one is "Cancelled" where it was."""
    return (_received(course), _in_progress(course), _waiting(course), _end(course))


def _received(course: Course) -> Step:
    is_new = course.ticket.status == Status.NEW
    return Step(
        name=_("Received"),
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
        name=_("In progress"),
        state=state,
        icon="pencil" if is_now else "check",
        who=helper_name(ticket) if is_reached else "",
        at=(course.reopened_at or ticket.picked_up_at) if is_reached else None,
        words="" if is_reached else _absent(state),
        is_current=is_now,
    )


def _waiting(course: Course) -> Step:
    ticket = course.ticket
    name, answered = _awaited(course)
    if ticket.status == Status.WAITING_CUSTOMER:
        return Step(
            name=name,
            state=StepState.NOW,
            icon="reply",
            at=ticket.status_since,
            is_current=True,
        )
    if not ticket.is_open:
        state = StepState.PAST if course.has_waited else StepState.SKIPPED
        words = answered if course.has_waited else _("was not needed")
    else:
        state, words = StepState.LATER, _("nothing is open")
    return Step(name=name, state=state, icon="check", words=words)


def _awaited(course: Course) -> tuple[str, str]:
    """For whom the ticket waits, and that they answered."""
    if course.is_readers_turn:
        return _("Waiting for you"), _("you answered")
    whom = {"name": course.ticket.customer.name}
    return _("Waiting for %(name)s") % whom, _("%(name)s answered") % whom


def _end(course: Course) -> Step:
    ticket = course.ticket
    if ticket.status == Status.CANCELLED:
        return Step(
            name=_("Cancelled"),
            state=StepState.NOW,
            icon="x",
            at=ticket.status_since,
            is_current=True,
        )
    if not ticket.is_done:
        return Step(name=_("Resolved"), state=StepState.LATER, icon="check", words=_("not yet"))
    return Step(
        name=_("Resolved"),
        state=StepState.PAST,
        icon="check",
        who=course.resolver.name if course.resolver else "",
        at=ticket.resolved_at,
        words=_("closed now") if ticket.status == Status.CLOSED else "",
        is_current=True,
    )


def _absent(state: StepState) -> str:
    return _("not yet") if state == StepState.LATER else _("was not needed")


def helper_name(ticket: Ticket) -> str:
    """Return who helps, by name; the desk where nobody in particular does."""
    return ticket.assignee.name if ticket.assignee else desk_name()


def desk_name() -> str:
    """Return who speaks where nobody in particular does."""
    return _("Support")
