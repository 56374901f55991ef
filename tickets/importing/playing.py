"""Plays the steps of one ticket on a ticket in memory, so that it leaves the rows of live work."""

from __future__ import annotations

import uuid
from datetime import datetime

from accounts.models import User
from tickets.choices import (
    DONE_STATUSES,
    AssignmentReason,
    Capacity,
    Direction,
    EscalationKind,
    LegKind,
    Source,
    Status,
    TransitionReason,
)
from tickets.importing.mapping import LogMapping
from tickets.importing.people import People
from tickets.importing.translation import Step
from tickets.ledger import Action
from tickets.models import Escalation, LedgerRow, Ticket


def play(
    ticket: Ticket, steps: list[Step], *, people: People, mapping: LogMapping, now: datetime
) -> list[LedgerRow]:
    """Return the ledger rows of a ticket, in order; its state follows. Nothing is stored.

    `now` is when it is imported; every row keeps the time that it happened.
    """
    rows: list[LedgerRow] = []
    for number, step in enumerate(steps):
        action = Action(
            ticket=ticket,
            actor=_actor(step, people, mapping),
            capacity=Capacity.IMPORT,
            source=Source.IMPORT,
            at=step.at,
            recorded_at=now,
            action_id=uuid.uuid4(),
        )
        if number == 0:
            _receive(action, step, people)
        _follow(action, step, people=people, mapping=mapping)
        rows += action.rows
    return rows


def _actor(step: Step, people: People, mapping: LogMapping) -> User | None:
    """Return who did it; None for a robot, for what came by time, and where nobody is named."""
    if step.event.rule.is_by_time or step.event.agent in mapping.robots:
        return None
    return people.agents.get(step.event.agent)


def _receive(action: Action, step: Step, people: People) -> None:
    """A ticket is received at the level and by the team of its first event."""
    action.receive(level=step.level, team=people.teams.get(step.event.team))


def _follow(action: Action, step: Step, *, people: People, mapping: LogMapping) -> None:
    """Write what changed: contact, level, who holds it, status, in this order."""
    if step.begins_contact:
        action.begin_contact(step.begins_contact, direction=Direction.INBOUND, agent=action.actor)
    _move_level(action, step, people)
    _change_hands(action, step, people=people, mapping=mapping)
    action.change_status(
        step.status,
        reason=_reason(step),
        cancel_reason=step.event.rule.cancel_reason if step.status == Status.CANCELLED else "",
    )
    contact = action.ticket.live_contact
    if step.ends_contact and contact is not None:
        action.add_leg(contact, LegKind.ENDED, agent=action.actor)


def _reason(step: Step) -> str:
    if step.event.rule.is_by_time:
        return TransitionReason.CLOSED_BY_TIME
    return TransitionReason.IMPORTED


def _move_level(action: Action, step: Step, people: People) -> None:
    ticket = action.ticket
    if step.level != ticket.level:
        is_up = step.level > ticket.level
        action.escalate(
            EscalationKind.FUNCTIONAL if is_up else EscalationKind.DEESCALATED,
            to_level=step.level,
            to_team=people.teams.get(step.event.team),
            contact=ticket.live_contact if is_up else None,
        )
    if step.is_accepting and isinstance(ticket.pending_escalation, Escalation):
        action.escalate(EscalationKind.ACCEPTED, answers=ticket.pending_escalation)


def _change_hands(action: Action, step: Step, *, people: People, mapping: LogMapping) -> None:
    """Keep team and assignee in step while the ticket is open. An agent column that tells who acted
    gives the ticket to whoever takes it into work; one that tells the owner, always."""
    ticket = action.ticket
    if step.status in DONE_STATUSES or step.status == Status.CANCELLED:
        return
    is_taking = mapping.is_agent_owner or step.status == Status.IN_PROGRESS != ticket.status
    is_taking = is_taking or (step.status == Status.IN_PROGRESS and step.is_accepting)
    assignee = action.actor if is_taking and action.actor else ticket.assignee
    action.assign(
        assignee,
        reason=AssignmentReason.IMPORTED,
        team=people.teams.get(step.event.team),
    )
