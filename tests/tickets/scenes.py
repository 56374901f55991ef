"""Tickets in the states that tests begin with, made by the commands themselves."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from tests.cast import Cast
from tickets.choices import Capacity, Channel, ResolutionCode, Status, Visibility
from tickets.models import Message, Ticket
from tickets.services.opening import open_ticket
from tickets.services.picking import pick_up
from tickets.services.states import WAITS_FOR, cancel, close, resolve, wait

ONE_MINUTE = timedelta(minutes=1)


def new_ticket(cast: Cast, *, at: datetime | None = None, **fields: object) -> Ticket:
    """A ticket that the customer opened in the portal, in status New."""
    values: dict[str, object] = {
        "customer": cast.customer,
        "actor": cast.customer,
        "subject": "No way in",
        "description": "The VPN refuses my password.",
        "channel": Channel.PORTAL,
        "at": at,
    }
    return open_ticket(**(values | fields))  # type: ignore[arg-type]  # a test's own words


def live_ticket(cast: Cast, *, at: datetime | None = None, **fields: object) -> Ticket:
    """A ticket that the L1 agent opened with the customer on the phone."""
    values = {"actor": cast.agent, "channel": Channel.PHONE, "is_live": True}
    return new_ticket(cast, at=at, **(values | fields))


def resolved_above_l1(cast: Cast, *, at: datetime | None = None) -> Ticket:
    """A ticket that L2 received and resolved an hour later; L1 could not have, says its agent."""
    ticket = new_ticket(cast, at=at, team=cast.l2, level=2)
    resolve(
        ticket,
        resolution_code=ResolutionCode.SOLVED,
        is_l1_capable=False,
        actor=cast.l2_agent,
        at=at and at + 60 * ONE_MINUTE,
    )
    return ticket


def ticket_in(cast: Cast, status: str, *, at: datetime | None = None) -> Ticket:
    """A ticket in any status, by the shortest way there; each step a minute after the last."""
    ticket = new_ticket(cast, at=at)
    if status == Status.NEW:
        return ticket
    if status == Status.CANCELLED:
        cancel(ticket, reason="mistake", actor=cast.agent, at=at and at + ONE_MINUTE)
        return ticket
    pick_up(ticket, actor=cast.agent, at=at and at + ONE_MINUTE)
    later = at and at + 2 * ONE_MINUTE
    for word, waiting in WAITS_FOR.items():
        if status == waiting:
            wait(ticket, for_=word, actor=cast.agent, at=later)
    if status in (Status.RESOLVED, Status.CLOSED):
        resolve(ticket, resolution_code=ResolutionCode.SOLVED, actor=cast.agent, at=later)
    if status == Status.CLOSED:
        close(ticket, actor=cast.agent, at=at and at + 3 * ONE_MINUTE)
    return ticket


def long_ticket(cast: Cast, *, at: datetime, notes: int) -> Ticket:
    """A picked up ticket with notes "Note 0." and so on, a minute apart."""
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=at)
    Message.objects.bulk_create(
        Message(
            ticket=ticket,
            seq=ticket.ledger_seq + 1 + number,
            occurred_at=at + (number + 10) * ONE_MINUTE,
            recorded_at=at + (number + 10) * ONE_MINUTE,
            actor=cast.agent,
            capacity=Capacity.AGENT,
            author=cast.agent,
            author_capacity=Capacity.AGENT,
            level=ticket.level,
            action_id=uuid.uuid4(),
            visibility=Visibility.PRIVATE,
            channel=Channel.PORTAL,
            body=f"Note {number}.",
        )
        for number in range(notes)
    )
    Ticket.objects.filter(pk=ticket.pk).update(ledger_seq=ticket.ledger_seq + notes)
    return ticket
