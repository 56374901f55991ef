"""The parts of a major incident that is none any more.

What is cancelled stays so: that it is, stored with the ticket itself, is what a worker goes by (one
that was nudged, or the beat). Each part is a transaction of its own. Killed anywhere and run by
several workers at once, none is left hanging on it or taken out twice.
"""

from __future__ import annotations

import logging

from django.db import transaction

from accounts.models import User
from tickets import access
from tickets.choices import DONE_STATUSES, CorrectionKind, LinkKind, Status
from tickets.lifecycle import Verb
from tickets.models import Link, Ticket, Transition
from tickets.services.base import begin, finish, lock

log = logging.getLogger(__name__)


def free_parts() -> int:
    """Take open tickets out of what was cancelled: nobody solves them with it any more. Returns how
    many. What is done already stays where it was done, until it is reopened."""
    # That it is a part is said apart, so that PostgreSQL goes by the index of parents.
    gone = {"parent__isnull": False, "parent__status": Status.CANCELLED}
    left = Ticket.objects.open().filter(**gone).order_by("pk")
    return sum(_try_to_free(key) for key in list(left.values_list("pk", flat=True)))


def _try_to_free(key: int) -> bool:
    try:
        return _free(Ticket(pk=key))
    except Exception:  # one part that breaks must not hold up the others
        log.exception("Ticket %s could not be taken out of what was cancelled.", key)
        return False


@transaction.atomic
def _free(part: Ticket) -> bool:
    """Take a part out, as something that whoever cancelled it did: their words, on their account.
    False where another worker, or a person, was first."""
    lock(part)
    gone = _cancellation(part)
    if gone is None or not part.is_open:
        return False
    link = Link.objects.filter(
        ticket=part, other=gone.ticket_id, kind=LinkKind.CHILD_OF, corrections__isnull=True
    ).latest("seq")
    action = begin(part, Verb.UNLINK, actor=_by(gone, part), source=gone.source, at=None)
    action.action_id = gone.action_id
    words = f"#{gone.ticket_id} was cancelled."
    action.correct(CorrectionKind.LINK_REMOVED, link=link, note=words)
    finish(action)
    return True


def _cancellation(part: Ticket) -> Transition | None:
    """The move that cancelled what a ticket is part of, where it is cancelled."""
    gone = Status.CANCELLED
    moves = Transition.objects.filter(ticket=part.parent_id, ticket__status=gone, to_status=gone)
    return moves.select_related("actor").order_by("-seq").first()


def _by(gone: Transition, part: Ticket) -> User | None:
    """Who cancelled it; the system, where they may not see the part, or it was done then and was
    reopened since."""
    actor = gone.actor
    if actor is None or not access.may(actor, Verb.UNLINK, part):
        return None
    since = part.transitions.filter(recorded_at__gte=gone.recorded_at)
    return None if since.filter(from_status__in=DONE_STATUSES).exists() else actor
