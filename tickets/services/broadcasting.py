"""Answering and resolving the parts of a major incident together.

What is to be done is stored first, a row for each part; whoever comes by (a worker that was nudged,
or the beat) does the next one. Each part is one transaction: the normal command, and the mark that
it is done. Killed anywhere and run by several workers at once, none is left out or done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from tickets import access
from tickets.choices import BroadcastKind, Source, Status
from tickets.errors import DeskError, InvalidInput, WrongState
from tickets.lifecycle import ALLOWED, Verb
from tickets.models import Broadcast, BroadcastPart, Ticket
from tickets.querysets import TicketQuerySet
from tickets.services import outages, states, talking
from tickets.services.base import lock, require_text
from tickets.services.completing import refuse_fields
from tickets.services.nudge import nudge_on_commit

log = logging.getLogger(__name__)

MOST_TRIES: Final = 5
BROKEN: Final = "It could not be done; look at the ticket itself."
VERBS: Final = {BroadcastKind.ANSWER: Verb.REPLY, BroadcastKind.RESOLVE: Verb.RESOLVE}


@transaction.atomic
def answer_all(
    ticket: Ticket,
    *,
    body: str,
    actor: User,
    is_announced: bool = False,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Broadcast:
    """Answer the customer of a major incident and, with the same words, those of all its parts.
    `is_announced`: everybody who uses the service may read them too. Raises InvalidInput where
    the ticket has no parts."""
    message = talking.reply(ticket, body=body, actor=actor, source=source, at=at)
    if is_announced:
        outages.announce_outage(ticket, words=message.body, actor=actor, source=source)
    return _store(
        Broadcast(ticket=ticket, kind=BroadcastKind.ANSWER, body=message.body), actor, source
    )


@transaction.atomic
def resolve_all(
    ticket: Ticket,
    *,
    body: str,
    resolution_code: str,
    actor: User,
    is_l1_capable: bool | None = None,
    restored_at: datetime | None = None,
    custom: Mapping[str, object] | None = None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Broadcast:
    """Resolve a major incident, if it is not yet, and all its open parts with the same words.
    `is_l1_capable` answers for those above L1; `restored_at` and `custom` (of the incident alone:
    the parts are not asked one by one) as in `states.resolve`; what is resolved already takes no
    fields. Raises InvalidInput."""
    text = require_text(body, field="body", message="Say how it was solved.")
    if ticket.is_open:
        states.resolve(
            ticket,
            resolution_code=resolution_code,
            is_l1_capable=is_l1_capable,
            reply=text,
            restored_at=restored_at,
            custom=custom,
            actor=actor,
            source=source,
            at=at,
        )
    else:
        _check_done(ticket, actor)
        refuse_fields(custom or {})
        if restored_at is not None:
            outages.end_outage(ticket, ended_at=restored_at, actor=actor, source=source)
    wanted = Broadcast(
        ticket=ticket,
        kind=BroadcastKind.RESOLVE,
        body=text,
        resolution_code=resolution_code,
        is_l1_capable=is_l1_capable,
    )
    return _store(wanted, actor, source)


def _check_done(ticket: Ticket, actor: User) -> None:
    """Lock a major incident that is done. Raises WrongState where it is cancelled: its parts hang
    on it only until a worker comes by; NotAllowed."""
    lock(ticket)
    if ticket.status == Status.CANCELLED:
        raise WrongState(f"#{ticket.pk} is cancelled: its parts go on by themselves.")
    access.require(actor, Verb.RESOLVE, ticket)


def _store(broadcast: Broadcast, actor: User, source: str) -> Broadcast:
    """Store what is to be done with the parts that the actor may see."""
    keys = list(parts_for(broadcast.ticket, broadcast.kind, actor).values_list("pk", flat=True))
    if not keys:
        told = "No ticket is part of it that this could be done with."
        raise InvalidInput(told, fields={"body": told})
    broadcast.actor, broadcast.source = actor, source
    broadcast.created_at = timezone.now()
    broadcast.save()
    BroadcastPart.objects.bulk_create(
        BroadcastPart(broadcast=broadcast, ticket_id=key) for key in keys
    )
    nudge_on_commit()
    return broadcast


def parts_for(ticket: Ticket, kind: str, actor: User) -> TicketQuerySet:
    """The parts of a major incident that can be answered, or resolved, by somebody."""
    statuses = sorted(ALLOWED[VERBS[BroadcastKind(kind)]])
    visible = Ticket.objects.visible_to(actor)
    return visible.filter(parent=ticket, status__in=statuses).order_by("pk")


# Doing it -----------------------------------------------------------------------------------


def run_broadcasts(*, limit: int | None = None) -> int:
    """Do what is left to do with parts; return how many were done or refused. Safe to kill, to
    repeat, and to run many times at once."""
    done, last = 0, 0
    while limit is None or done < limit:
        last = _next(last)
        if not last:
            break
        done += 1
    return done


def _next(after: int) -> int:
    """Do the first part after a key that no other worker does; return its key, 0 at the end."""
    try:
        with transaction.atomic():
            part = _claim(after)
            if part is None:
                return 0
            _do(part)
            return part.pk
    except Exception:  # one part that breaks must not hold up the others
        part = BroadcastPart.objects.filter(pk__gt=after, done_at=None).order_by("pk").first()
        if part is None:
            return 0
        log.exception("Part %s of a broadcast could not be done.", part.pk)
        _note_try(part)
        return part.pk


def _claim(after: int) -> BroadcastPart | None:
    free = BroadcastPart.objects.filter(pk__gt=after, done_at=None).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True, of=("self",))
    return free.select_related("broadcast__actor", "ticket").first()


def _do(part: BroadcastPart) -> None:
    """Do it, or write down why it is refused: the one and the other once, with the mark."""
    try:
        with transaction.atomic():
            _act(part.broadcast, part.ticket)
    except DeskError as refusal:
        part.refusal = refusal.message[:250]
    part.done_at = timezone.now()
    part.save(update_fields=["done_at", "refusal"])


def _act(broadcast: Broadcast, ticket: Ticket) -> None:
    by: dict[str, Any] = {"actor": broadcast.actor, "source": broadcast.source}
    if broadcast.kind == BroadcastKind.ANSWER:
        talking.reply(ticket, body=broadcast.body, **by)
        return
    states.resolve(
        ticket,
        resolution_code=broadcast.resolution_code,
        is_l1_capable=broadcast.is_l1_capable,
        reply=broadcast.body,
        has_asked=False,
        **by,
    )


def _note_try(part: BroadcastPart) -> None:
    """Count a try that broke; after the last one it is given up, in words."""
    BroadcastPart.objects.filter(pk=part.pk, done_at=None).update(tries=F("tries") + 1)
    BroadcastPart.objects.filter(pk=part.pk, done_at=None, tries__gte=MOST_TRIES).update(
        done_at=timezone.now(), refusal=BROKEN
    )
