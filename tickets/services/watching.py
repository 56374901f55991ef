"""The watch over promises: finds the tickets on which something came due, and those that are to
follow a changed policy, tier or calendar. Run by the beat; every function here does what is due and
can be killed and repeated: each ticket is a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from tickets.choices import OPEN_STATUSES
from tickets.models import SlaTarget, Ticket
from tickets.selectors.rulebook import rule_book
from tickets.services.alarms import sound_due
from tickets.services.base import lock
from tickets.services.following import follow, is_behind

log = logging.getLogger(__name__)

# How many tickets one call looks at, at most: well within the time limit of its task.
BATCH = 1_000


def watch_targets(now: datetime, *, limit: int = BATCH) -> int:
    """Note the targets that came due soon or were missed by `now`, and tell whom they concern.
    Returns how many tickets were looked at."""
    due = SlaTarget.objects.filter(alarm_at__lt=now).order_by("alarm_at")
    keys = dict.fromkeys(due.values_list("ticket_id", flat=True)[:limit])
    return _each(keys, lambda ticket: _look_at(ticket, now=now))


def follow_changes(now: datetime, *, limit: int = BATCH) -> int:
    """Let tickets follow what changed around them, the open ones first. Returns how many."""
    stale = Ticket.objects.filter(sla_stale_since__isnull=False).order_by("sla_stale_since", "pk")
    outdated = Ticket.objects.filter(
        status__in=OPEN_STATUSES, sla_revision__lt=rule_book().revision
    ).order_by("sla_revision", "pk")
    keys: dict[int, None] = {}
    for tickets in (stale.filter(status__in=OPEN_STATUSES), outdated, stale):
        keys |= dict.fromkeys(tickets.values_list("pk", flat=True)[: limit - len(keys)])
    return _each(keys, lambda ticket: follow(ticket, now=now))


def _look_at(ticket: Ticket, *, now: datetime) -> None:
    """What changed around it comes first: no ticket is judged by a policy that was replaced before
    its target fell due, also where there were more to follow than one pass takes."""
    if is_behind(ticket, rule_book()):
        follow(ticket, now=now)
    sound_due(ticket, now=now)


def _each(keys: Iterable[int], act: Callable[[Ticket], object]) -> int:
    """Do it to each ticket, locked; one that cannot be done must not hold up the others."""
    count = 0
    for key in keys:
        try:
            with transaction.atomic():
                ticket = Ticket(pk=key)
                lock(ticket)
                act(ticket)
        except Exception:  # whatever is wrong with one ticket, the others are watched
            log.exception("The promises of ticket %s cannot be settled.", key)
        else:
            count += 1
    return count
