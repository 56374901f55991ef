"""Live contacts: start, join, end, enter one later, or say that one did not happen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from tickets.choices import (
    LIVE_CHANNELS,
    Channel,
    CorrectionKind,
    Direction,
    LegKind,
    Source,
)
from tickets.contacts import is_inside
from tickets.errors import Conflict, InvalidInput, WrongState
from tickets.lifecycle import Verb
from tickets.models import Contact, ContactLeg, Correction, NoticeKind, Ticket
from tickets.services.base import begin, finish, past_or_now, require_choice
from tickets.services.calls import end_live
from tickets.services.history import settle
from tickets.services.notices import announce
from tickets.services.picking import begin_work
from tickets.services.routing import check_note


@transaction.atomic
def start_contact(
    ticket: Ticket,
    *,
    channel: str,
    actor: User,
    direction: str = Direction.INBOUND,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
) -> Contact:
    """Start a live contact with the actor in it; a New ticket is picked up by it, without a mail
    that says so: the customer hears it, being on the line. Raises Conflict where one runs already:
    join that."""
    action = begin(ticket, Verb.START_CONTACT, actor=actor, source=source, at=at)
    _check_kind(channel, direction)
    _check_free(ticket)
    if at is not None:
        _check_apart(ticket, action.at, None)
    row = action.begin_contact(channel, direction=direction, agent=actor, note=note.strip())
    begin_work(action)
    finish(action)
    return row


def _check_kind(channel: str, direction: str) -> None:
    require_choice(direction, Direction, field="direction")
    if channel not in LIVE_CHANNELS:
        words = "Choose a live channel: " + ", ".join(
            Channel(each).label for each in sorted(LIVE_CHANNELS)
        )
        raise InvalidInput(f"{words}.", fields={"channel": f"{words}."})


def _check_free(ticket: Ticket) -> None:
    if ticket.live_contact_id is not None:
        raise Conflict("A live contact runs on this ticket already: join it, or end it first.")


def _running(ticket: Ticket) -> Contact:
    if ticket.live_contact is None:
        raise WrongState("No live contact runs on this ticket: start one first.")
    return ticket.live_contact


@transaction.atomic
def join_contact(
    ticket: Ticket, *, actor: User, source: str = Source.WEB, at: datetime | None = None
) -> ContactLeg | None:
    """Join the live contact that runs. None where the actor takes part in it already."""
    action = begin(ticket, Verb.JOIN_CONTACT, actor=actor, source=source, at=at)
    contact = _running(ticket)
    if contact.legs.filter(agent=actor).exists():
        return None
    row = action.add_leg(contact, LegKind.JOINED, agent=actor)
    finish(action)
    return row


@transaction.atomic
def end_contact(
    ticket: Ticket,
    *,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
) -> ContactLeg:
    """End the live contact that runs; the ticket's status stays."""
    action = begin(ticket, Verb.END_CONTACT, actor=actor, source=source, at=at)
    _running(ticket)
    row = end_live(action, note=note.strip())
    assert row is not None  # noqa: S101  # one runs, as was just checked
    finish(action)
    return row


@transaction.atomic
def log_contact(
    ticket: Ticket,
    *,
    channel: str,
    started_at: datetime,
    ended_at: datetime,
    actor: User,
    direction: str = Direction.INBOUND,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
) -> Contact:
    """Enter a live contact that is over: it counts from `started_at`. A New ticket is picked up,
    now, and the customer told by mail: the call may be long ago, and work begins now. Raises
    InvalidInput for times that cannot be, Conflict while another contact runs."""
    action = begin(ticket, Verb.LOG_CONTACT, actor=actor, source=source, at=at)
    _check_kind(channel, direction)
    _check_free(ticket)
    _check_interval(ticket, started_at, past_or_now(ended_at, now=action.recorded_at))
    _check_apart(ticket, started_at, ended_at)
    row = action.begin_contact(
        channel, direction=direction, agent=actor, note=note.strip(), at=started_at
    )
    action.add_leg(row, LegKind.ENDED, agent=actor, at=ended_at)
    is_pick_up = begin_work(action) is not None
    finish(action)
    settle(ticket)
    if is_pick_up:
        announce(action, NoticeKind.PICKED_UP, ticket.customer)
    return row


def _check_interval(ticket: Ticket, started_at: datetime, ended_at: datetime) -> None:
    if ended_at < started_at:
        words = "It ended before it started: check the times."
        raise InvalidInput(words, fields={"ended_at": words})
    if started_at < ticket.received_at:
        words = "It started before the ticket was received: check the times."
        raise InvalidInput(words, fields={"started_at": words})


def _check_apart(ticket: Ticket, started_at: datetime, ended_at: datetime | None) -> None:
    """Raise Conflict where another live contact took place at the same time: it would be one
    contact told twice. `ended_at` None is still to come."""
    others = Contact.objects.filter(ticket=ticket, corrections__isnull=True)
    ends = ContactLeg.objects.filter(contact=OuterRef("pk"), kind=LegKind.ENDED)
    for other in others.annotate(ended_at=Subquery(ends.values("occurred_at")[:1])):
        is_within = is_inside(started_at, other.occurred_at, other.ended_at)
        is_around = started_at <= other.occurred_at and (
            ended_at is None or other.occurred_at < ended_at
        )
        if is_within or is_around:
            raise Conflict(
                f"A live contact {_interval(other.occurred_at, other.ended_at)} is on this ticket "
                "already: it counts once, whoever took part."
            )


def _interval(start: datetime, end: datetime | None) -> str:
    local = timezone.localtime
    until = f"to {local(end):%H:%M}" if end else "on"
    return f"from {local(start):%H:%M} {until} on {local(start):%Y-%m-%d}"


@transaction.atomic
def void_contact(
    ticket: Ticket,
    *,
    contact: Contact,
    note: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Correction | None:
    """Say that a live contact did not happen (a wrong number, the wrong ticket): it counts no
    more. None where that was said already."""
    action = begin(ticket, Verb.VOID_CONTACT, actor=actor, source=source, at=at)
    if contact.ticket_id != ticket.pk:
        raise InvalidInput("Choose a contact of this ticket.")
    if contact.corrections.exists():
        return None
    row = action.correct(CorrectionKind.CONTACT_VOIDED, contact=contact, note=check_note(note))
    finish(action)
    settle(ticket)
    return row
