"""Picking up: the first move of a ticket out of New by an agent, who began to read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from tickets.choices import AssignmentReason, Source, Status, TransitionReason
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import NoticeKind, Ticket, Transition
from tickets.services.base import begin, finish
from tickets.services.notices import announce
from tickets.services.routing import own_team


@transaction.atomic
def pick_up(
    ticket: Ticket, *, actor: User, source: str = Source.WEB, at: datetime | None = None
) -> Transition:
    """Begin to work on a new ticket: In progress, the agent's where it was nobody's, and the
    customer is told. Of two agents in the same second the later gets WrongState."""
    action = begin(ticket, Verb.PICK_UP, actor=actor, source=source, at=at)
    row = begin_work(action)
    assert row is not None  # noqa: S101  # the state machine lets only New tickets in
    finish(action)
    announce(action, NoticeKind.PICKED_UP, ticket.customer)
    return row


def begin_work(action: Action) -> Transition | None:
    """Let the action of an agent pick up a New ticket; None where it is not New or nobody acts.

    Every command that shows an agent at work begins with it.
    """
    ticket, actor = action.ticket, action.actor
    if ticket.status != Status.NEW or actor is None or not actor.is_agent:
        return None
    row = action.change_status(Status.IN_PROGRESS, reason=TransitionReason.PICKED_UP)
    hold_if_free(action)
    return row


def hold_if_free(action: Action) -> None:
    """Give a ticket that nobody holds to the agent who acts, and one of no team to theirs."""
    ticket, actor = action.ticket, action.actor
    if ticket.assignee_id is None and actor and actor.is_agent:
        team = None if ticket.team else own_team(actor, ticket.level)
        action.assign(actor, reason=AssignmentReason.PICKED_UP, team=team)
