"""Waiting, resuming, resolving, the customer's verdict, reopening, closing and cancelling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.choices import SupportLevel
from accounts.models import User
from tickets.choices import (
    CancelReason,
    ResolutionCode,
    Source,
    Status,
    TransitionReason,
)
from tickets.errors import DeskError, InvalidInput, WrongState
from tickets.ledger import Action
from tickets.lifecycle import WAITING, Verb
from tickets.models import Message, NoticeKind, Outage, Ticket, Transition
from tickets.services.base import begin, finish, require_choice
from tickets.services.calls import end_live
from tickets.services.completing import complete
from tickets.services.confirming import settle_sender
from tickets.services.notices import announce, holders
from tickets.services.outages import end_running, finish_told, settle_running
from tickets.services.picking import hold_if_free
from tickets.services.routing import check_note
from tickets.services.talking import hear, speak, speak_elsewhere, takes_message

WAITS_FOR = {
    "customer": Status.WAITING_CUSTOMER,
    "vendor": Status.WAITING_VENDOR,
    "hold": Status.ON_HOLD,
}


@transaction.atomic
def wait(
    ticket: Ticket,
    *,
    for_: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
) -> Transition | None:
    """Put the ticket to waiting for "customer", "vendor" or "hold" (something of our own). None
    where it waits so already. A New ticket is picked up by it, and the customer told."""
    action = begin(ticket, Verb.WAIT, actor=actor, source=source, at=at)
    if for_ not in WAITS_FOR:
        words = "Choose what it waits for: customer, vendor or hold."
        raise InvalidInput(words, fields={"for_": words})
    is_pick_up = ticket.status == Status.NEW and actor is not None
    row = action.change_status(WAITS_FOR[for_], reason=TransitionReason.WAITED, note=note.strip())
    if is_pick_up:
        hold_if_free(action)
    finish(action)
    if is_pick_up:
        announce(action, NoticeKind.PICKED_UP, ticket.customer)
    return row


@transaction.atomic
def resume(
    ticket: Ticket,
    *,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
) -> Transition | None:
    """Go on with a waiting ticket."""
    action = begin(ticket, Verb.RESUME, actor=actor, source=source, at=at)
    row = action.change_status(
        Status.IN_PROGRESS, reason=TransitionReason.RESUMED, note=note.strip()
    )
    finish(action)
    return row


@transaction.atomic
def resolve(
    ticket: Ticket,
    *,
    resolution_code: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
    is_l1_capable: bool | None = None,
    reply: str = "",
    restored_at: datetime | None = None,
    custom: Mapping[str, object] | None = None,
    has_asked: bool = True,
) -> Transition | None:
    """Resolve the ticket and tell the customer, with `reply` as the last answer where there is one.

    Above L1, `is_l1_capable` answers whether L1 could have solved it; required of agents there, and
    without meaning (not stored) at L1. `restored_at` ends the outages of a major incident that run;
    required where any does. `custom` fills the desk's own fields in, key → value: what the category
    requires must be there then (FieldsMissing), unless nobody was asked.
    """
    action = begin(ticket, Verb.RESOLVE, actor=actor, source=source, at=at)
    answers = _resolution(action, resolution_code, is_l1_capable)
    also = complete(action, custom or {}) if has_asked else ()
    end_running(action, restored_at=restored_at)
    message = speak(action, reply) if reply.strip() else None
    row = action.change_status(
        Status.RESOLVED, reason=TransitionReason.RESOLVED, note=note.strip(), **answers
    )
    hold_if_free(action)
    finish_told(action, also=also)
    announce(action, NoticeKind.RESOLVED, ticket.customer, message=message)
    return row


def _resolution(action: Action, code: str, is_l1_capable: bool | None) -> dict[str, object]:
    """Check and return what a resolution must say."""
    require_choice(code, ResolutionCode, field="resolution_code")
    is_above = action.ticket.level > SupportLevel.L1
    if is_above and action.actor is not None and is_l1_capable is None:
        words = "Answer: could L1 have solved it?"
        raise InvalidInput(words, fields={"is_l1_capable": words})
    return {"resolution_code": code, "is_l1_capable": is_l1_capable if is_above else None}


@transaction.atomic
def confirm(
    ticket: Ticket,
    *,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Transition | None:
    """Let the customer say that it is solved: the ticket is closed."""
    action = begin(ticket, Verb.CONFIRM, actor=actor, source=source, at=at)
    row = action.change_status(Status.CLOSED, reason=TransitionReason.CONFIRMED)
    finish(action, also=settle_sender(action))
    return row


@transaction.atomic
def say_it_works(
    ticket: Ticket,
    *,
    body: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Message:
    """Let the customer say of an open ticket that it works. Whoever holds it is told, and a waiting
    one goes on, so that somebody finishes it; being an acknowledgement it is no contact and asks
    for no answer. Raises WrongState where it is open no more: see `confirm`."""
    action = begin(ticket, Verb.CUSTOMER_REPLY, actor=actor, source=source, at=at)
    if not ticket.is_open:
        raise WrongState("This ticket is open no more: confirm that it is solved instead.")
    message = hear(action, body, is_acknowledgement=True)
    if ticket.status in WAITING:
        action.change_status(
            Status.IN_PROGRESS, reason=TransitionReason.CUSTOMER_REPLIED, message=message
        )
    finish(action, also=settle_sender(action))
    announce(action, NoticeKind.CUSTOMER_REPLIED, *holders(ticket), message=message)
    return message


@transaction.atomic
def reject(
    ticket: Ticket,
    *,
    body: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Transition | Message | Ticket | None:
    """Let the customer say that it is not solved, and what is wrong: the ticket is reopened and its
    agent told. Too late for that, it goes where any message of theirs goes, and what was written
    there is returned: see `reply_as_customer`."""
    action = begin(ticket, Verb.REJECT, actor=actor, source=source, at=at)
    if not takes_message(ticket, at=action.at):
        return speak_elsewhere(action, body)
    message = hear(action, body)
    row = action.change_status(
        Status.IN_PROGRESS, reason=TransitionReason.REJECTED, message=message
    )
    finish(action, also=settle_sender(action))
    announce(action, NoticeKind.CUSTOMER_REPLIED, *holders(ticket), message=message)
    return row


@transaction.atomic
def reopen(
    ticket: Ticket,
    *,
    reason: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Transition | None:
    """Take a resolved or closed ticket up again, saying why."""
    action = begin(ticket, Verb.REOPEN, actor=actor, source=source, at=at)
    row = action.change_status(
        Status.IN_PROGRESS, reason=TransitionReason.REOPENED, note=check_note(reason)
    )
    finish(action)
    return row


@transaction.atomic
def close(
    ticket: Ticket,
    *,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
    resolution_code: str = "",
    is_l1_capable: bool | None = None,
    restored_at: datetime | None = None,
    custom: Mapping[str, object] | None = None,
) -> Transition | None:
    """Close a resolved ticket; or an open one straight away, which is its resolution and asks for
    what `resolve` asks for. The customer is told. `restored_at` and `custom` as in `resolve`; what
    is resolved already takes no fields (InvalidInput)."""
    action = begin(ticket, Verb.CLOSE, actor=actor, source=source, at=at)
    is_end = ticket.is_open
    answers = _resolution(action, resolution_code, is_l1_capable) if is_end else {}
    also = complete(action, custom or {}, is_asked=is_end)
    end_running(action, restored_at=restored_at)
    row = action.change_status(
        Status.CLOSED, reason=TransitionReason.CLOSED, note=note.strip(), **answers
    )
    hold_if_free(action)
    finish_told(action, also=also)
    announce(action, NoticeKind.CLOSED, ticket.customer)
    return row


@transaction.atomic
def cancel(
    ticket: Ticket,
    *,
    reason: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
    outages: str = "",
    restored_at: datetime | None = None,
) -> Transition | None:
    """Say that the ticket counts no more: spam, a duplicate, withdrawn, a mistake. A live contact
    that still runs ends with it; open tickets that are part of it go on by themselves (a worker
    takes them out, see parts.py). To merge, see `relating.merge`.

    `outages` says what became of those that run, required where any does: "ended" (at
    `restored_at`, default: now) or "voided", there was none.
    """
    action = begin(ticket, Verb.CANCEL, actor=actor, source=source, at=at)
    require_choice(reason, CancelReason, field="reason")
    if reason == CancelReason.MERGED:
        words = "Merge it into the other ticket instead."
        raise InvalidInput(words, fields={"reason": words})
    settle_running(action, outages, restored_at=restored_at, note=note.strip())
    end_live(action)
    row = action.change_status(
        Status.CANCELLED,
        reason=TransitionReason.CANCELLED,
        cancel_reason=reason,
        note=note.strip(),
    )
    finish_told(action)
    return row


def close_resolved(*, at: datetime | None = None, days: int | None = None, limit: int = 500) -> int:
    """Close tickets that were resolved `days` (CLOSE_AFTER_DAYS) or longer before `at`; return how
    many. Each is a transaction of its own; called twice, or by two workers, each closes once. An
    incident whose outage goes on after all stays as it is."""
    moment = at or timezone.now()
    longest = timedelta(days=settings.CLOSE_AFTER_DAYS if days is None else days)
    due = Ticket.objects.filter(
        ~Exists(Outage.objects.running().filter(ticket=OuterRef("pk"))),
        status=Status.RESOLVED,
        resolved_at__lte=moment - longest,
        live_contact=None,
    ).order_by("resolved_at")[:limit]
    return sum(_close_by_time(ticket, longest=longest, at=moment) for ticket in due)


@transaction.atomic
def _close_by_time(ticket: Ticket, *, longest: timedelta, at: datetime) -> bool:
    try:
        action = begin(ticket, Verb.CLOSE, actor=None, source=Source.SYSTEM, at=at)
    except DeskError:  # cancelled, closed, or touched later than `at`, since we looked
        return False
    if ticket.resolved_at is None or ticket.resolved_at > at - longest:  # reopened meanwhile
        return False
    action.change_status(Status.CLOSED, reason=TransitionReason.CLOSED_BY_TIME)
    finish(action)
    announce(action, NoticeKind.CLOSED, ticket.customer)
    return True
