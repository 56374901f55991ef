"""Who holds a ticket: taking, assigning, transferring at the same level."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Team, User
from tickets.choices import AssignmentReason, Source
from tickets.errors import InvalidInput
from tickets.lifecycle import Verb
from tickets.models import Assignment, NoticeKind, Ticket
from tickets.services.base import begin, finish
from tickets.services.calls import hand_call_to
from tickets.services.notices import announce
from tickets.services.routing import check_agent, choose_team, own_team


@transaction.atomic
def take(
    ticket: Ticket, *, actor: User, source: str = Source.WEB, at: datetime | None = None
) -> Assignment | None:
    """Make the ticket the actor's own. The status stays: reading a new ticket is picking it up.
    None where it is theirs already."""
    action = begin(ticket, Verb.TAKE, actor=actor, source=source, at=at)
    check_agent(actor, ticket.team)
    team = None if ticket.team else own_team(actor, ticket.level)
    row = action.assign(actor, reason=AssignmentReason.TAKEN, team=team)
    finish(action)
    return row


@transaction.atomic
def assign(
    ticket: Ticket,
    *,
    assignee: User | None,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    note: str = "",
) -> Assignment | None:
    """Give the ticket to an agent, who is told, or (None) to nobody. None where it is so already.
    The team stays; to change it, see `transfer`."""
    action = begin(ticket, Verb.ASSIGN, actor=actor, source=source, at=at)
    if assignee is not None:
        check_agent(assignee, ticket.team)
    reason = AssignmentReason.RELEASED if assignee is None else AssignmentReason.ASSIGNED
    row = action.assign(assignee, reason=reason, note=note.strip())
    finish(action)
    if row is not None:
        announce(action, NoticeKind.ASSIGNED, assignee)
    return row


@transaction.atomic
def transfer(
    ticket: Ticket,
    *,
    team: Team,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    assignee: User | None = None,
    note: str = "",
    is_warm: bool = False,
) -> Assignment | None:
    """Move the ticket to another team of its level and to `assignee` (None: to nobody yet).

    `is_warm` hands a running live contact over with it, to the named assignee. None where team and
    assignee are so already. Raises InvalidInput for a team of another level: that is an escalation.
    """
    action = begin(ticket, Verb.TRANSFER, actor=actor, source=source, at=at)
    if team.level != ticket.level:
        words = f"{team} works another level: escalate or de-escalate the ticket instead."
        raise InvalidInput(words, fields={"team": words})
    choose_team(ticket, level=None, team=team)
    if assignee is not None:
        check_agent(assignee, team)
    if is_warm and (ticket.live_contact is None or assignee is None):
        raise InvalidInput("A call is handed over while it runs, to a named agent.")
    row = action.assign(assignee, team=team, reason=AssignmentReason.TRANSFERRED, note=note.strip())
    if row is not None and is_warm and assignee is not None:
        hand_call_to(action, assignee)
    finish(action)
    if row is not None:
        announce(action, NoticeKind.ASSIGNED, assignee)
    return row
