"""How tickets relate: merging one into another, splitting a part off, linking."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from tickets import access
from tickets.choices import (
    CancelReason,
    Capacity,
    CorrectionKind,
    LinkKind,
    Source,
    Status,
    TransitionReason,
)
from tickets.errors import InvalidInput
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import Correction, Link, Message, Ticket, Transition
from tickets.services.base import begin, finish, lock, require_choice
from tickets.services.calls import end_live
from tickets.services.files import copy_files
from tickets.services.opening import receive, twin
from tickets.services.outages import check_none_runs
from tickets.services.talking import note

LINKED_BY_HAND = (
    LinkKind.RELATED,
    LinkKind.FOLLOW_UP,
    LinkKind.CAUSED_BY,
    LinkKind.DUPLICATE,
    LinkKind.CHILD_OF,
)


@transaction.atomic
def merge(
    ticket: Ticket,
    *,
    into: Ticket,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Transition | None:
    """Cancel the ticket as merged into another of the same customer or organization; a private note
    on both says so. Its live contact, if one runs, ends. Raises InvalidInput, also where it tells
    of an outage that runs, or has open parts, which would hang on a cancelled ticket."""
    lock(ticket, into)
    action = begin(ticket, Verb.MERGE, actor=actor, source=source, at=at)
    beside = begin(into, Verb.MERGE, actor=actor, source=source, at=at)
    beside.action_id = action.action_id
    _check_merge(ticket, into)
    check_none_runs(ticket, other=into)
    # Numbers only: who reads the one ticket may not read the other.
    note(beside, f"Ticket #{ticket.pk} was merged into this one.")
    note(action, f"Merged into #{into.pk}.")
    end_live(action)
    row = action.change_status(
        Status.CANCELLED, reason=TransitionReason.CANCELLED, cancel_reason=CancelReason.MERGED
    )
    ticket.merged_into = into
    finish(beside)
    finish(action, also=("merged_into",))
    return row


def _check_merge(ticket: Ticket, into: Ticket) -> None:
    is_same_account = bool(
        ticket.organization_id and ticket.organization_id == into.organization_id
    )
    if ticket.pk == into.pk:
        words = "A ticket cannot be merged into itself: choose another."
    elif ticket.customer_id != into.customer_id and not is_same_account:
        words = "Choose a ticket of the same customer or organization."
    elif Ticket.objects.open().filter(parent=ticket).exists():
        words = (
            f"Open tickets are part of this major incident: take them out of it first, or merge "
            f"#{into.pk} into this one."
        )
    else:
        return
    raise InvalidInput(words, fields={"into": words})


@transaction.atomic
def split(
    ticket: Ticket,
    *,
    subject: str,
    message: Message,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Ticket:
    """Open a new ticket from one of the customer's messages, linked to this one, and return it.

    The message and its files are copied and stay here too. The new ticket was received when the
    message came; we learned of it now. Raises InvalidInput.
    """
    action = begin(ticket, Verb.SPLIT, actor=actor, source=source, at=at)
    is_customers = message.author_capacity == Capacity.CUSTOMER
    if message.ticket_id != ticket.pk or not is_customers or message.is_machine:
        words = "Choose a message of the customer on this ticket."
        raise InvalidInput(words, fields={"message": words})
    part = twin(
        ticket,
        subject=subject,
        body=message.body,
        channel=message.channel,
        at=message.occurred_at,
    )
    part.source = source
    opened = receive(
        part,
        actor=actor,
        body=message.body,
        author=message.author,
        link_to=ticket,
        link_kind=LinkKind.SPLIT_FROM,
    )
    copy_files(message, to=_first_message(opened))
    note(action, f"Split off as #{part.pk} “{part.subject}”.")
    finish(action)
    return part


def _first_message(action: Action) -> Message:
    return next(row for row in action.rows if isinstance(row, Message))


@transaction.atomic
def link(
    ticket: Ticket,
    *,
    other: Ticket,
    kind: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Link | None:
    """Say that the ticket relates to `other` (`kind` is read from `ticket` to `other`). None where
    it is linked so already. A major incident is locked as well, so that nothing becomes part of it
    while it ends. Raises InvalidInput, or NotAllowed for a ticket they may not see."""
    if kind == LinkKind.CHILD_OF:
        lock(ticket, other)
    action = begin(ticket, Verb.LINK, actor=actor, source=source, at=at)
    access.require(actor, Verb.LINK, other)
    require_choice(kind, LinkKind, field="kind")
    if kind not in LINKED_BY_HAND or other.pk == ticket.pk:
        words = "Choose another ticket, and how this one relates to it."
        raise InvalidInput(words, fields={"other": words})
    if current_links(ticket).filter(other=other, kind=kind).exists():
        return None
    if kind == LinkKind.CHILD_OF:
        _check_child(ticket, other)
    row = action.link(kind, other)
    finish(action)
    return row


def _check_child(ticket: Ticket, parent: Ticket) -> None:
    """A major incident has children, and none of them has any."""
    if ticket.parent_id is not None:
        words = f"It is part of the major incident #{ticket.parent_id}: take it out of that first."
    elif ticket.outages.filter(is_void=False).exists() or ticket.children.exists():
        words = "This ticket is a major incident itself: it cannot be part of another."
    elif parent.status == Status.CANCELLED:
        words = f"#{parent.pk} is cancelled: nothing becomes part of it."
    elif not parent.outages.filter(is_void=False).exists():
        words = f"#{parent.pk} is no major incident: declare an outage on it first."
    else:
        return
    raise InvalidInput(words, fields={"other": words})


def current_links(ticket: Ticket) -> QuerySet[Link]:
    """The ticket's links that were not taken back."""
    return Link.objects.filter(ticket=ticket, corrections__isnull=True)


@transaction.atomic
def unlink(
    ticket: Ticket,
    *,
    link: Link,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Correction | None:
    """Take a link back. None where it was taken back already."""
    action = begin(ticket, Verb.UNLINK, actor=actor, source=source, at=at)
    if link.ticket_id != ticket.pk:
        words = "Choose a link of this ticket."
        raise InvalidInput(words, fields={"link": words})
    if link.corrections.exists():
        return None
    row = action.correct(CorrectionKind.LINK_REMOVED, link=link)
    finish(action)
    return row
