"""The parts of a major incident that is none any more."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from tickets import access
from tickets.choices import CorrectionKind, LinkKind
from tickets.errors import Conflict
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import Link, Ticket
from tickets.services.base import begin, finish, lock


def lock_with_parts(ticket: Ticket) -> list[Ticket]:
    """Lock a ticket together with the open ones that are part of it, and return those. Raises
    Conflict where another became part of it while we waited: its lock would come out of turn."""
    open_parts = Ticket.objects.open().filter(parent=ticket)
    parts = list(open_parts)
    lock(ticket, *parts)
    late = open_parts.exclude(pk__in=[part.pk for part in parts]).first()
    if late is not None:
        raise Conflict(f"#{late.pk} has just become part of it: look at it, and try again.")
    return [part for part in parts if part.is_open and part.parent_id == ticket.pk]


def free_parts(action: Action, parts: Sequence[Ticket]) -> None:
    """Take the locked parts out of the ticket that the action cancels: nobody solves them with it
    any more. What is done already stays where it was done. A part that the actor may not see is
    taken out by the system."""
    for part in parts:
        link = Link.objects.filter(
            ticket=part, other=action.ticket, kind=LinkKind.CHILD_OF, corrections__isnull=True
        ).latest("seq")
        beside = begin(part, Verb.UNLINK, actor=_by(action, part), source=action.source, at=None)
        beside.action_id = action.action_id
        words = f"#{action.ticket.pk} was cancelled."
        beside.correct(CorrectionKind.LINK_REMOVED, link=link, note=words)
        finish(beside)


def _by(action: Action, part: Ticket) -> User | None:
    actor = action.actor
    return actor if actor is not None and access.may(actor, Verb.UNLINK, part) else None
