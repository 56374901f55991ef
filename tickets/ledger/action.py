"""What one actor does to one ticket at one moment: every change of its state, with its rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.utils import timezone

from accounts.models import Team, User
from tickets.choices import (
    DONE_STATUSES,
    OPEN_STATUSES,
    Capacity,
    CorrectionKind,
    EscalationKind,
    LegKind,
    LinkKind,
    Status,
    TransitionReason,
    Visibility,
)
from tickets.ledger.storing import STATE_FIELDS, insert_bare, insert_rows
from tickets.models import (
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    LedgerRow,
    LedgerTouch,
    Link,
    Message,
    OutageEvent,
    PolicyChoice,
    PropertyChange,
    Service,
    TargetAlarm,
    Ticket,
    Transition,
)

Row = TypeVar("Row", bound=LedgerRow)


@dataclass(slots=True)
class Action:
    """What one actor does to one ticket at one moment; every row it writes shares `action_id`.

    `at` is when it happened, `recorded_at` when we learned of it. `actor` None is the system. The
    ticket must be locked by the caller (or be new). Rows are kept in order until `store()`.
    """

    ticket: Ticket
    actor: User | None
    capacity: str
    source: str
    at: datetime
    recorded_at: datetime = field(default_factory=timezone.now)
    action_id: uuid.UUID = field(default_factory=uuid.uuid4)
    rows: list[LedgerRow] = field(default_factory=list)

    def write(self, model: type[Row], *, at: datetime | None = None, **fields: Any) -> Row:
        """Append a row, stamped with level, team and assignee as they are before its own change.
        `at` sets the row's own moment where it differs from the action's (a call logged later);
        who held the ticket at that moment is then replayed, never read off the stamp."""
        ticket = self.ticket
        ticket.ledger_seq += 1
        row = model(
            ticket=ticket,
            seq=ticket.ledger_seq,
            occurred_at=at or self.at,
            recorded_at=self.recorded_at,
            actor=self.actor,
            capacity=self.capacity,
            source=self.source,
            level=ticket.level,
            team_id=ticket.team_id,
            assignee_id=ticket.assignee_id,
            action_id=self.action_id,
            **fields,
        )
        self.rows.append(row)
        return row

    # Status ---------------------------------------------------------------------------------

    def receive(self, *, level: int | None = None, team: Team | None = None) -> Transition:
        """Write the first row of a new ticket: from nothing to New. `level` says at which level
        and with which team it was received, where the ticket does not know it yet."""
        if level is not None:
            self.ticket.level, self.ticket.team = level, team
        self.ticket.status_since = self.ticket.level_since = self.at
        return self.write(
            Transition, from_status="", to_status=Status.NEW, reason=TransitionReason.OPENED
        )

    def change_status(self, to: str, *, reason: str, **fields: Any) -> Transition | None:
        """Move the ticket to a status. None, and no row, where it is there already.

        `fields`: note, resolution_code, cancel_reason, is_l1_capable, message.
        """
        ticket = self.ticket
        if ticket.status == to:
            return None
        row = self.write(
            Transition, from_status=ticket.status, to_status=to, reason=reason, **fields
        )
        self._follow_status(row)
        return row

    def _follow_status(self, row: Transition) -> None:
        ticket = self.ticket
        ticket.status = row.to_status
        ticket.status_since = row.occurred_at
        if row.from_status == Status.NEW and self._is_pick_up(row):
            ticket.picked_up_at = row.occurred_at
        if row.from_status in OPEN_STATUSES and row.to_status in DONE_STATUSES:
            ticket.resolved_at = row.occurred_at
            ticket.resolution_code = row.resolution_code
        elif row.to_status not in DONE_STATUSES:
            ticket.resolved_at = None
            ticket.resolution_code = ""
        if row.to_status not in OPEN_STATUSES:
            ticket.pending_escalation = None
        ticket.cancel_reason = row.cancel_reason

    @staticmethod
    def _is_pick_up(row: Transition) -> bool:
        """A robot, a customer or a cancellation never picks up."""
        by_agent = row.capacity in (Capacity.AGENT, Capacity.IMPORT)
        return by_agent and row.to_status != Status.CANCELLED

    # Who holds it ---------------------------------------------------------------------------

    def escalate(
        self,
        kind: str,
        *,
        to_level: int | None = None,
        to_team: Team | None = None,
        contact: Contact | None = None,
        **fields: Any,
    ) -> Escalation:
        """Move the level (and team), or draw a manager in; `contact` makes it warm.

        `fields`: reason, tried, known, asked, manager, answers. A functional escalation stays
        pending until it is accepted or returned.
        """
        ticket = self.ticket
        target = ticket.level if to_level is None else to_level
        row = self.write(
            Escalation,
            kind=kind,
            from_level=ticket.level,
            to_level=target,
            from_team=ticket.team,
            to_team=to_team or ticket.team,
            is_warm=contact is not None,
            contact=contact,
            **fields,
        )
        if ticket.level != target:
            ticket.level = target
            ticket.level_since = row.occurred_at
        ticket.team = row.to_team
        if kind == EscalationKind.FUNCTIONAL:
            ticket.pending_escalation = row
        elif kind != EscalationKind.HIERARCHICAL:
            ticket.pending_escalation = None
        return row

    def assign(
        self, assignee: User | None, *, reason: str, team: Team | None = None, note: str = ""
    ) -> Assignment | None:
        """Give the ticket to an agent (None: to nobody) and, if named, a team. None, and no row,
        where both are so already."""
        ticket = self.ticket
        to_team = team or ticket.team
        if ticket.assignee == assignee and ticket.team == to_team:
            return None
        row = self.write(
            Assignment,
            from_assignee=ticket.assignee,
            to_assignee=assignee,
            from_team=ticket.team,
            to_team=to_team,
            reason=reason,
            note=note,
        )
        ticket.assignee = assignee
        ticket.team = to_team
        return row

    # What was said --------------------------------------------------------------------------

    def say(
        self,
        body: str,
        *,
        author: User | None,
        author_capacity: str,
        visibility: str,
        channel: str,
        is_machine: bool = False,
        is_acknowledgement: bool = False,
    ) -> Message:
        """Write a message and keep who waits for whom."""
        row = self.write(
            Message,
            body=body,
            author=author,
            author_capacity=author_capacity,
            visibility=visibility,
            channel=channel,
            is_machine=is_machine,
            is_acknowledgement=is_acknowledgement,
        )
        if visibility == Visibility.PUBLIC and not is_machine:
            self._follow_speech(row)
        return row

    def _follow_speech(self, row: Message) -> None:
        ticket = self.ticket
        ticket.last_spoke_at = row.occurred_at
        ticket.last_spoke = row.author_capacity
        if row.author_capacity == Capacity.AGENT:
            ticket.waiting_since = None
        elif not row.is_acknowledgement and ticket.waiting_since is None:
            ticket.waiting_since = row.occurred_at

    def begin_contact(
        self,
        channel: str,
        *,
        direction: str,
        agent: User | None,
        note: str = "",
        at: datetime | None = None,
    ) -> Contact:
        """Write the start of a live contact with `agent` in it; it runs until `end_contact`."""
        moment = at or self.at
        contact = self.write(Contact, at=moment, channel=channel, direction=direction, note=note)
        self.add_leg(contact, LegKind.JOINED, agent=agent, at=moment)
        ticket = self.ticket
        ticket.live_contact = contact
        if ticket.waiting_since is not None and ticket.waiting_since <= moment:
            ticket.waiting_since = None
        if ticket.last_spoke_at is None or ticket.last_spoke_at <= moment:
            ticket.last_spoke_at = moment
            ticket.last_spoke = Capacity.AGENT
        return contact

    def add_leg(
        self,
        contact: Contact,
        kind: str,
        *,
        agent: User | None,
        note: str = "",
        at: datetime | None = None,
    ) -> ContactLeg:
        """Write that an agent joined, the call was transferred to them, or it ended."""
        leg = self.write(ContactLeg, at=at, contact=contact, kind=kind, agent=agent, note=note)
        if kind == LegKind.ENDED and self.ticket.live_contact == contact:
            self.ticket.live_contact = None
        return leg

    # Everything else ------------------------------------------------------------------------

    def change_property(
        self, name: str, *, old: str, new: str, old_key: str = "", new_key: str = ""
    ) -> PropertyChange:
        """Write that a property changed; the caller sets it on the ticket and saves that field."""
        return self.write(
            PropertyChange,
            field=name,
            old_value=old[:250],
            new_value=new[:250],
            old_key=old_key,
            new_key=new_key,
        )

    def link(self, kind: str, other: Ticket) -> Link:
        """Write that this ticket relates to `other`, maybe as a child of a major incident."""
        if kind == LinkKind.CHILD_OF:
            self.ticket.parent = other
        return self.write(Link, kind=kind, other=other)

    def correct(self, kind: str, **targets: Any) -> Correction:
        """Write that an earlier row (message, contact, transition, link) no longer counts, or what
        an audit found."""
        if kind == CorrectionKind.CONTACT_VOIDED and targets["contact"] == self.ticket.live_contact:
            self.ticket.live_contact = None
        if kind == CorrectionKind.LINK_REMOVED and targets["link"].kind == LinkKind.CHILD_OF:
            self.ticket.parent = None
        return self.write(Correction, kind=kind, **targets)

    def choose_policy(
        self, version_key: int | None, *, at: datetime | None = None
    ) -> PolicyChoice | None:
        """Write which version of a service level policy holds from now on (None: none). None, and
        no row, where it is so already."""
        if self.ticket.sla_version_id == version_key:
            return None
        row = self.write(PolicyChoice, at=at, version_id=version_key)
        self.ticket.sla_version_id = version_key
        return row

    def sound_alarm(self, kind: str, *, at: datetime, **target: Any) -> TargetAlarm:
        """Write that a target came due soon, or was missed, at the moment `at`.

        `target`: target, target_level, cycle, began_seq, version_id, due_at.
        """
        return self.write(TargetAlarm, at=at, kind=kind, **target)

    def tell_outage(
        self,
        kind: str,
        *,
        at: datetime,
        service: Service | None = None,
        impact: str = "",
        opened: OutageEvent | None = None,
        words: str = "",
        note: str = "",
    ) -> OutageEvent:
        """Write what became known of an outage at the moment `at`: its beginning (`service` and
        `impact`), or what is said of the one that began with the row `opened`."""
        return self.write(
            OutageEvent,
            at=at,
            kind=kind,
            opened=opened,
            service=opened.service if opened else service,
            impact=opened.impact if opened else impact,
            words=words,
            note=note,
        )

    def store(self, *, also: Iterable[str] = ()) -> None:
        """Save the ticket (its state and the fields in `also`) and the rows. Call it once, inside
        the command's transaction. Without rows and without `also` nothing is written."""
        if not self.rows and not tuple(also):
            return
        is_new = self.ticket.pk is None
        if is_new:
            insert_bare([self.ticket])
        insert_rows(self.rows)
        self.ticket.save(update_fields={*STATE_FIELDS, *also})
        LedgerTouch.objects.create(ticket=self.ticket, touched_at=self.recorded_at)
