"""Chooses which service level policy holds for a ticket, and from when on: by its priority,
category and product, its organization and tier, and the rule book. The ledger keeps each choice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Max

from tickets.choices import DONE_STATUSES, OPEN_STATUSES
from tickets.ledger import Action
from tickets.models import PolicyChoice, PropertyChange, Ticket, Transition
from tickets.selectors.rulebook import subject_of
from tickets.sla.terms import PolicyTerms, RuleBook

# The properties that conditions ask about and that a command can change.
FOLLOWED: Final = ("priority", "category", "product", "organization")

Choice = tuple[datetime, PolicyTerms | None]


def choose_policy(action: Action, book: RuleBook) -> None:
    """Let an action on a locked (or new) ticket write which policy holds, where that is another.

    A new version, or another tier, holds from when it was made, not from when somebody noticed:
    what held since the ticket was asked last is written first. What is done with keeps its policy.
    Call it last, before the action is stored, and save `sla_revision` with it.
    """
    ticket = action.ticket
    if not book.versions:
        return
    choices = [*_missed(ticket, book), *_chosen(action, book)]
    earliest = _earliest(action) if choices else action.at
    for at, chosen in choices:
        earliest = max(at, earliest)
        action.choose_policy(chosen.key if chosen else None, at=earliest)
    if ticket.status in OPEN_STATUSES:
        ticket.sla_revision = book.revision


def _missed(ticket: Ticket, book: RuleBook) -> Iterator[Choice]:
    """Yield what held for the ticket, as it is stored, since it was asked last: whatever the action
    does to it comes after."""
    editions = book.after(ticket.sla_revision)
    if ticket.pk is None or not (editions or ticket.sla_stale_since):
        return
    stored = Ticket.objects.select_related("organization", "category").get(pk=ticket.pk)
    if stored.status not in OPEN_STATUSES:
        return
    subject = subject_of(stored)
    moments = {edition.since for edition in editions}
    if stored.sla_stale_since is not None:
        moments.add(stored.sla_stale_since)
    for moment in sorted(moments):
        yield moment, book.choose(subject, at=moment)


def _chosen(action: Action, book: RuleBook) -> Iterator[Choice]:
    """Yield what holds through the action itself: for a new ticket since its receipt, otherwise
    where it changed something that is asked about, or takes the ticket up again."""
    ticket = action.ticket
    if ticket.pk is None:
        moments = {ticket.received_at, *(edition.since for edition in book.editions)}
        for moment in sorted(moments):
            if moment >= ticket.received_at:
                yield moment, book.choose(subject_of(ticket), at=moment)
    elif ticket.status in OPEN_STATUSES and any(map(_asks_anew, action.rows)):
        yield action.at, book.choose(subject_of(ticket))


def _asks_anew(row: object) -> bool:
    if isinstance(row, Transition):
        return row.from_status in DONE_STATUSES
    return isinstance(row, PropertyChange) and row.field in FOLLOWED


def _earliest(action: Action) -> datetime:
    """Choices never overtake each other: one entered later than it happened follows the last."""
    ticket = action.ticket
    if ticket.pk is None:
        return ticket.received_at
    last = PolicyChoice.objects.filter(ticket=ticket).aggregate(at=Max("occurred_at"))["at"]
    return max(ticket.received_at, last) if last else ticket.received_at
