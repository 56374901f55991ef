"""Moving responsibility up and down the levels, and drawing a manager in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.choices import Role, SupportLevel
from accounts.models import Team, User
from tickets import access
from tickets.choices import AssignmentReason, EscalationKind, Source
from tickets.errors import InvalidInput, WrongState
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import Escalation, NoticeKind, Ticket
from tickets.services.base import begin, finish, require_text
from tickets.services.calls import hand_call_to
from tickets.services.notices import announce, team_members
from tickets.services.picking import begin_work
from tickets.services.routing import (
    check_agent,
    check_note,
    check_reason,
    choose_team,
    find_team,
    own_team,
)

DRAWN_IN_ROLES = (Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)


@transaction.atomic
def escalate(
    ticket: Ticket,
    *,
    actor: User | None,
    reason: str,
    tried: str,
    known: str,
    to_level: int | None = None,
    to_team: Team | None = None,
    asked: str = "",
    is_warm: bool = False,
    to_agent: User | None = None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Escalation:
    """Hand the ticket to a higher level with a note of what was tried and what is known.

    Cold: nobody holds it until somebody there accepts; the team is told. Warm, inside the live
    contact that runs: `to_agent`, where named, gets ticket and call. Without a team, the level's
    team for the category, or its only one, gets it. It stays pending until accepted, returned or
    done with. Raises InvalidInput.
    """
    action = begin(ticket, Verb.ESCALATE, actor=actor, source=source, at=at)
    team = choose_team(ticket, level=to_level, team=to_team)
    if team.level <= ticket.level:
        words = "An escalation goes up: choose a higher level, or transfer or de-escalate."
        raise InvalidInput(words, fields={"to_level": words})
    _check_warmth(ticket, team, is_warm=is_warm, to_agent=to_agent)
    row = action.escalate(
        EscalationKind.FUNCTIONAL,
        to_level=team.level,
        to_team=team,
        contact=ticket.live_contact if is_warm else None,
        reason=check_reason(reason),
        tried=require_text(tried, field="tried", message="Say what was tried."),
        known=require_text(known, field="known", message="Say what is known."),
        asked=asked.strip(),
    )
    if to_agent is not None:
        hand_call_to(action, to_agent)
    action.assign(to_agent, reason=AssignmentReason.ESCALATED)
    finish(action)
    if to_agent is not None:
        announce(action, NoticeKind.ASSIGNED, to_agent)
    else:
        announce(action, NoticeKind.ESCALATED, *team_members(team))
    return row


def _check_warmth(ticket: Ticket, team: Team, *, is_warm: bool, to_agent: User | None) -> None:
    if is_warm and ticket.live_contact is None:
        words = "A warm escalation needs the customer on the line: start the contact, or go cold."
        raise InvalidInput(words, fields={"is_warm": words})
    if to_agent is None:
        return
    if not is_warm:
        words = "Only a warm escalation names the agent; a cold one is accepted by the team."
        raise InvalidInput(words, fields={"to_agent": words})
    check_agent(to_agent, team)


@transaction.atomic
def escalate_to_manager(
    ticket: Ticket,
    *,
    manager: User,
    reason: str,
    note: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Escalation:
    """Draw a lead or manager in, who is told; level, team and assignee stay."""
    action = begin(ticket, Verb.ESCALATE_TO_MANAGER, actor=actor, source=source, at=at)
    if manager.role not in DRAWN_IN_ROLES or not access.may_see(manager, ticket):
        words = "Choose a lead or a manager who may see this ticket."
        raise InvalidInput(words, fields={"manager": words})
    row = action.escalate(
        EscalationKind.HIERARCHICAL,
        manager=manager,
        reason=check_reason(reason),
        known=check_note(note),
    )
    finish(action)
    announce(action, NoticeKind.DRAWN_IN, manager)
    return row


@transaction.atomic
def accept_escalation(
    ticket: Ticket, *, actor: User, source: str = Source.WEB, at: datetime | None = None
) -> Escalation:
    """Take the pending escalation on: the ticket is the actor's. A New one is picked up by it."""
    action = begin(ticket, Verb.ACCEPT_ESCALATION, actor=actor, source=source, at=at)
    pending = _pending(ticket)
    row = action.escalate(EscalationKind.ACCEPTED, answers=pending)
    action.assign(actor, reason=AssignmentReason.TAKEN)
    is_pick_up = begin_work(action) is not None
    finish(action)
    if is_pick_up:
        announce(action, NoticeKind.PICKED_UP, ticket.customer)
    return row


@transaction.atomic
def return_escalation(
    ticket: Ticket,
    *,
    reason: str,
    note: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Escalation:
    """Send the pending escalation back to the level and team that it came from, to who escalated
    it; they are told. Where that team works the level no more, the level's team gets it; where that
    is not clear, the ticket stays. Raises InvalidInput."""
    action = begin(ticket, Verb.RETURN_ESCALATION, actor=actor, source=source, at=at)
    pending = _pending(ticket)
    row = action.escalate(
        EscalationKind.RETURNED,
        to_level=pending.from_level,
        to_team=_team_below(ticket, pending),
        reason=check_reason(reason),
        known=check_note(note),
        answers=pending,
    )
    _give_back(action, pending)
    finish(action)
    announce(action, NoticeKind.RETURNED, pending.actor)
    return row


def _team_below(ticket: Ticket, pending: Escalation) -> Team:
    """The team that a returned ticket goes to. Raises InvalidInput where nobody can say."""
    level, former, escalator = pending.from_level, pending.from_team, pending.actor
    if former is not None and former.is_active and former.level == level:
        return former
    team = find_team(level, ticket.category)
    if team is None and former is None and escalator is not None:
        team = own_team(escalator, level)
    if team is None:
        label = SupportLevel(level).label
        why = f"{former} works {label} no more" if former else f"{label} has none or several teams"
        raise InvalidInput(f"{why}: de-escalate the ticket to a team instead.")
    return team


def _give_back(action: Action, pending: Escalation) -> None:
    escalator = pending.actor
    is_there = escalator is not None and escalator.is_agent and escalator.is_active
    action.assign(escalator if is_there else None, reason=AssignmentReason.ESCALATED)


def _pending(ticket: Ticket) -> Escalation:
    if ticket.pending_escalation is None:
        raise WrongState("No escalation waits for an answer here: de-escalate the ticket instead.")
    return ticket.pending_escalation


@transaction.atomic
def deescalate(
    ticket: Ticket,
    *,
    reason: str,
    note: str,
    actor: User | None,
    to_level: int | None = None,
    to_team: Team | None = None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Escalation:
    """Hand the ticket to a lower level, whose team is told; nobody holds it until taken."""
    action = begin(ticket, Verb.DEESCALATE, actor=actor, source=source, at=at)
    team = choose_team(ticket, level=to_level, team=to_team)
    if team.level >= ticket.level:
        words = "A de-escalation goes down: choose a lower level."
        raise InvalidInput(words, fields={"to_level": words})
    row = action.escalate(
        EscalationKind.DEESCALATED,
        to_level=team.level,
        to_team=team,
        reason=check_reason(reason),
        known=check_note(note),
    )
    action.assign(None, reason=AssignmentReason.RELEASED)
    finish(action)
    announce(action, NoticeKind.RETURNED, *team_members(team))
    return row
