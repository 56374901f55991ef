"""Taking an act back by its inverse: a command of its own, which leaves its own row.

Only what leaves nothing behind can be taken back: who holds a ticket, waiting and going on,
properties, links. What was said, counted or told to a customer stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypedDict
from uuid import UUID

from django.db import transaction

from accounts.models import User
from tickets.choices import AssignmentReason, Source, Status
from tickets.errors import Conflict, NotAllowed
from tickets.lifecycle import WAITING, Verb
from tickets.models import (
    LEDGER_MODELS,
    Assignment,
    Correction,
    Escalation,
    LedgerRow,
    Link,
    PolicyChoice,
    PropertyChange,
    TargetAlarm,
    Ticket,
    Transition,
)
from tickets.services import relating, states
from tickets.services.base import begin, finish, lock
from tickets.services.former import former_values
from tickets.services.properties import change_properties
from tickets.services.routing import check_agent

# These follow from what was done; the inverse settles them anew.
FOLLOWING = (PolicyChoice, TargetAlarm)
NOTE = "Taken back"
TOO_LATE = "It was changed again since then, so nothing was taken back."


class How(TypedDict):
    """What every command takes beside its own input."""

    actor: User
    source: str
    at: datetime | None


Row = LedgerRow | None
Inverse = Callable[[Ticket, How], Row | Sequence[LedgerRow]]


def can_undo(ticket: Ticket, *, action_id: UUID) -> bool:
    """Answer whether an action has an inverse; whether it comes too late, `undo` finds out."""
    return _inverse(_rows_of(ticket, action_id)) is not None


@transaction.atomic
def undo(
    ticket: Ticket,
    *,
    action_id: UUID,
    actor: User,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Row | Sequence[LedgerRow]:
    """Take back what the actor did in one action and return the inverse's row or rows.

    Nobody is told: who is given a ticket back never missed it. Raises NotAllowed for another's
    act, Conflict where it has no inverse or something came after it, and whatever the inverse
    raises.
    """
    rows = _rows_of(ticket, action_id)  # written once, so no lock is needed to read them
    links = [row.link for row in rows if isinstance(row, Correction) and row.link]
    lock(ticket, *(link.other for link in links))
    inverse = _inverse(rows)
    if inverse is None:
        raise Conflict("This cannot be taken back.")
    if rows[0].actor_id != actor.pk:
        raise NotAllowed("Only who did it can take it back.")
    return inverse(ticket, How(actor=actor, source=source, at=at))


def _rows_of(ticket: Ticket, action_id: UUID) -> list[LedgerRow]:
    """What one action wrote about a ticket, in order, without what only followed from it."""
    found: list[LedgerRow] = []
    for model in LEDGER_MODELS:
        if model not in FOLLOWING:
            found += model._default_manager.filter(ticket=ticket, action_id=action_id)
    return sorted(found, key=lambda row: row.seq)


def _inverse(rows: Sequence[LedgerRow]) -> Inverse | None:
    """Choose the inverse by what an action wrote. An action that did more than one thing, such as
    picking up by putting to waiting, has none."""
    match rows:
        case [Assignment() as row] if row.from_team_id or not row.to_team_id:
            return partial(_give_back, row)
        case [Transition() as row] if _is_between_work_and_waiting(row):
            return partial(_restore_status, row)
        case [Link() as row]:
            return partial(_unlink, row)
        case [Correction(link=Link() as link)] if link.kind in relating.LINKED_BY_HAND:
            return partial(_link_again, link)
    changes = [row for row in rows if isinstance(row, PropertyChange)]
    if not rows or len(changes) < len(rows) or former_values(changes) is None:
        return None
    return partial(_restore_properties, changes)


def _check_last(row: LedgerRow, *models: type[LedgerRow], **of: object) -> None:
    """Raise Conflict where a later row of these models says otherwise."""
    for model in models:
        later = model._default_manager.filter(ticket=row.ticket_id, seq__gt=row.seq, **of)
        if later.exists():
            raise Conflict(TOO_LATE)


def _give_back(row: Assignment, ticket: Ticket, how: How) -> Row:
    """Give the ticket to whom, and to which team, it belonged."""
    _check_last(row, Assignment, Escalation)
    has_moved = row.from_team_id != row.to_team_id
    action = begin(ticket, Verb.TRANSFER if has_moved else Verb.ASSIGN, **how)
    if row.from_assignee is not None:
        check_agent(row.from_assignee, row.from_team)
    back = action.assign(
        row.from_assignee, team=row.from_team, reason=_reason(row, has_moved=has_moved), note=NOTE
    )
    finish(action)
    return back


def _reason(row: Assignment, *, has_moved: bool) -> AssignmentReason:
    if has_moved:
        return AssignmentReason.TRANSFERRED
    return AssignmentReason.ASSIGNED if row.from_assignee_id else AssignmentReason.RELEASED


def _is_between_work_and_waiting(row: Transition) -> bool:
    """By an agent; a customer's message that ended the waiting stays said."""
    return {row.from_status, row.to_status} <= WAITING | {Status.IN_PROGRESS}


def _restore_status(row: Transition, ticket: Ticket, how: How) -> Row:
    """Go on with it, or let it wait as before, with the words that were written then."""
    _check_last(row, Transition)
    if row.from_status == Status.IN_PROGRESS:
        return states.resume(ticket, note=NOTE, **how)
    before = Transition.objects.filter(ticket=ticket, seq__lt=row.seq).order_by("-seq").first()
    words = {status: word for word, status in states.WAITS_FOR.items()}
    note = before.note if before else ""
    return states.wait(ticket, for_=words[Status(row.from_status)], note=note, **how)


def _restore_properties(
    rows: Sequence[PropertyChange], ticket: Ticket, how: How
) -> Sequence[LedgerRow]:
    """Set everything that was changed to what it was."""
    for row in rows:
        _check_last(row, PropertyChange, field=row.field)
    former = former_values(rows) or {}
    # Impact and urgency alone would derive a priority that somebody may have chosen otherwise.
    former.setdefault("priority", ticket.priority)
    return change_properties(ticket, changes=former, **how)


def _unlink(row: Link, ticket: Ticket, how: How) -> Row:
    """Take the link back."""
    back = relating.unlink(ticket, link=row, **how)
    if back is None:
        raise Conflict(TOO_LATE)
    return back


def _link_again(link: Link, ticket: Ticket, how: How) -> Row:
    """Link both as they were linked."""
    back = relating.link(ticket, other=link.other, kind=link.kind, **how)
    if back is None:
        raise Conflict(TOO_LATE)
    return back
