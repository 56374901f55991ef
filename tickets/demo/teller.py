"""What can happen to a ticket, played in memory: the same rows that the commands would leave.

A `Teller` has a clock that stories move forward. What would lie after the end of the demo's time is
not told: `NotYet` ends the story there, and the ticket stays as it is, for the reader to work on.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from accounts.models import Team, User
from tickets.choices import (
    LIVE_CHANNELS,
    AssignmentReason,
    Capacity,
    Channel,
    CorrectionKind,
    Direction,
    EscalationKind,
    LegKind,
    LinkKind,
    Source,
    Status,
    TransitionReason,
    Visibility,
)
from tickets.ledger import STATE_FIELDS, Action
from tickets.models import Escalation, LedgerRow, Message, Ticket

# What a correction leaves: the rows are there, and the customer did speak.
KEPT = {"ledger_seq", "last_spoke_at", "last_spoke"}


class NotYet(Exception):  # it is no error: the story goes on after the demo's time
    """What comes next lies after the end of the demo's time."""


@dataclass(slots=True)
class Teller:
    """Tells the story of one ticket. `now` is its clock, `until` the end of the demo's time."""

    ticket: Ticket
    now: datetime
    until: datetime
    rng: Random
    rows: list[LedgerRow] = field(default_factory=list)

    def go_to(self, moment: datetime) -> None:
        """Move the clock; never backwards, and at least a second on. Raises NotYet."""
        later = max(moment, self.now + timedelta(seconds=1)).replace(microsecond=0)
        if later > self.until:
            raise NotYet
        self.now = later

    def minutes_before_end(self, minutes: int) -> datetime:
        """Return the moment so many minutes before the end of the demo's time."""
        return self.until - timedelta(minutes=minutes)

    def wait(self, minutes: float) -> None:
        """Move the clock by about so many minutes. Raises NotYet."""
        self.go_to(self.now + timedelta(minutes=minutes * self.rng.uniform(0.5, 1.6)))

    @contextmanager
    def act(self, actor: User | None) -> Iterator[Action]:
        """Open an action of `actor` (None: the system) at the clock's time and keep its rows."""
        action = Action(
            ticket=self.ticket,
            actor=actor,
            capacity=_capacity(actor),
            source=_source(self.ticket, actor),
            at=self.now,
            recorded_at=self.now,
            action_id=uuid.UUID(int=self.rng.getrandbits(128), version=4),
        )
        yield action
        self.rows += action.rows

    # Receipt and pick-up --------------------------------------------------------------------

    def receive(self, body: str, *, follow_up_of: Ticket | None = None) -> None:
        """The customer wrote."""
        with self.act(self.ticket.customer) as action:
            action.receive()
            self._hear(action, body)
            self._link(action, follow_up_of)

    def receive_call(self, agent: User, *, follow_up_of: Ticket | None = None) -> None:
        """An agent logs it with the customer on the line: picked up at once, theirs."""
        with self.act(agent) as action:
            action.receive()
            action.begin_contact(self.ticket.channel, direction=Direction.INBOUND, agent=agent)
            action.change_status(Status.IN_PROGRESS, reason=TransitionReason.PICKED_UP)
            action.assign(agent, reason=AssignmentReason.PICKED_UP)
            self._link(action, follow_up_of)

    @staticmethod
    def _link(action: Action, follow_up_of: Ticket | None) -> None:
        if follow_up_of is not None:
            action.link(LinkKind.FOLLOW_UP, follow_up_of)

    def pick_up(self, agent: User) -> None:
        """An agent opens it and begins to read."""
        with self.act(agent) as action:
            action.change_status(Status.IN_PROGRESS, reason=TransitionReason.PICKED_UP)
            if self.ticket.assignee is None:
                action.assign(agent, reason=AssignmentReason.PICKED_UP)

    def hand_to(self, agent: User, *, by: User, note: str = "") -> None:
        """Another agent of the same level gets it."""
        with self.act(by) as action:
            action.assign(agent, reason=AssignmentReason.ASSIGNED, note=note)

    # What is said ---------------------------------------------------------------------------

    def reply(self, agent: User, body: str, *, then: str | None = None) -> None:
        """An agent answers, and the ticket may wait afterwards."""
        with self.act(agent) as action:
            self._speak(action, body)
            if then is not None:
                action.change_status(then, reason=TransitionReason.WAITED)

    def note(self, agent: User, body: str) -> None:
        """An agent writes a private note."""
        with self.act(agent) as action:
            action.say(
                body,
                author=agent,
                author_capacity=Capacity.AGENT,
                visibility=Visibility.PRIVATE,
                channel=self._channel(),
            )

    def hear(self, body: str, *, is_acknowledgement: bool = False) -> Message:
        """The customer writes; unless it is an acknowledgement, a waiting or resolved ticket goes
        on."""
        with self.act(self.ticket.customer) as action:
            row = self._hear(action, body, is_acknowledgement=is_acknowledgement)
            if not is_acknowledgement and self.ticket.status != Status.NEW:
                action.change_status(
                    Status.IN_PROGRESS, reason=TransitionReason.CUSTOMER_REPLIED, message=row
                )
        return row

    def thank_and_be_corrected(self, body: str, *, agent: User, minutes: float) -> None:
        """Thanks reopen the ticket; an agent marks them as an acknowledgement afterwards, which
        puts it back as it was. Raises NotYet where the agent has not come to it."""
        before = {name: getattr(self.ticket, name) for name in STATE_FIELDS if name not in KEPT}
        message = self.hear(body)
        reopen = self.rows[-1]
        self.wait(minutes)
        with self.act(agent) as action:
            action.correct(
                CorrectionKind.ACKNOWLEDGEMENT, message=message, transition=reopen, note=""
            )
            action.change_status(before["status"], reason=TransitionReason.CORRECTED)
        for name, value in before.items():
            setattr(self.ticket, name, value)

    def _speak(self, action: Action, body: str) -> Message:
        return action.say(
            body,
            author=action.actor,
            author_capacity=Capacity.AGENT,
            visibility=Visibility.PUBLIC,
            channel=self._channel(),
        )

    def _hear(self, action: Action, body: str, *, is_acknowledgement: bool = False) -> Message:
        return action.say(
            body,
            author=self.ticket.customer,
            author_capacity=Capacity.CUSTOMER,
            visibility=Visibility.PUBLIC,
            channel=self._channel(),
            is_acknowledgement=is_acknowledgement,
        )

    def _channel(self) -> str:
        channel = self.ticket.channel
        return Channel.EMAIL if channel in LIVE_CHANNELS else channel

    # Calls ----------------------------------------------------------------------------------

    def call(self, agent: User, *, direction: str, channel: str = Channel.PHONE) -> None:
        """A live contact begins, with `agent` in it."""
        with self.act(agent) as action:
            action.begin_contact(channel, direction=direction, agent=agent)

    def hang_up(self, agent: User, note: str = "") -> None:
        """The live contact ends."""
        contact = self.ticket.live_contact
        if contact is not None:
            with self.act(agent) as action:
                action.add_leg(contact, LegKind.ENDED, agent=agent, note=note)

    # Levels ---------------------------------------------------------------------------------

    def escalate(
        self, by: User, *, team: Team, note: dict[str, str], to: User | None = None
    ) -> None:
        """Up to a team, with a hand-off note (reason, tried, known, asked). With `to`, and the
        customer on the line: warm."""
        contact = self.ticket.live_contact if to is not None else None
        with self.act(by) as action:
            action.escalate(
                EscalationKind.FUNCTIONAL,
                to_level=team.level,
                to_team=team,
                contact=contact,
                **note,
            )
            if to is not None and contact is not None:
                action.add_leg(contact, LegKind.TRANSFERRED, agent=to)
            action.assign(to, reason=AssignmentReason.ESCALATED)

    def accept(self, agent: User) -> None:
        """Somebody there takes it on."""
        with self.act(agent) as action:
            action.escalate(EscalationKind.ACCEPTED, answers=self._pending())
            action.assign(agent, reason=AssignmentReason.TAKEN)
            action.change_status(Status.IN_PROGRESS, reason=TransitionReason.PICKED_UP)

    def send_back(self, agent: User, *, reason: str, note: str) -> None:
        """They return it to who escalated it."""
        pending = self._pending()
        with self.act(agent) as action:
            action.escalate(
                EscalationKind.RETURNED,
                to_level=pending.from_level,
                to_team=pending.from_team,
                reason=reason,
                known=note,
                answers=pending,
            )
            action.assign(pending.actor, reason=AssignmentReason.ESCALATED)

    def send_down(self, agent: User, *, team: Team, reason: str, note: str) -> None:
        """Down to a lower team, for anybody to take."""
        with self.act(agent) as action:
            action.escalate(
                EscalationKind.DEESCALATED,
                to_level=team.level,
                to_team=team,
                reason=reason,
                known=note,
            )
            action.assign(None, reason=AssignmentReason.RELEASED)

    def take(self, agent: User) -> None:
        """An agent takes it from the team's list."""
        with self.act(agent) as action:
            action.assign(agent, reason=AssignmentReason.TAKEN)

    def draw_in(self, manager: User, *, by: User, reason: str, note: str) -> None:
        """A manager is told; level and agent stay."""
        with self.act(by) as action:
            action.escalate(EscalationKind.HIERARCHICAL, manager=manager, reason=reason, known=note)

    def _pending(self) -> Escalation:
        pending = self.ticket.pending_escalation
        assert isinstance(pending, Escalation)  # noqa: S101  # stories answer only what they asked
        return pending

    # Status ---------------------------------------------------------------------------------

    def put(self, agent: User, status: str, note: str = "") -> None:
        """It waits, or goes on."""
        is_on = status == Status.IN_PROGRESS
        reason = TransitionReason.RESUMED if is_on else TransitionReason.WAITED
        with self.act(agent) as action:
            action.change_status(status, reason=reason, note=note)

    def resolve(
        self, agent: User, *, code: str, is_l1_capable: bool, reply: str = "", note: str = ""
    ) -> None:
        """Resolved, with a last answer where there is one."""
        is_above = self.ticket.level > 1
        with self.act(agent) as action:
            if reply:
                self._speak(action, reply)
            action.change_status(
                Status.RESOLVED,
                reason=TransitionReason.RESOLVED,
                resolution_code=code,
                is_l1_capable=is_l1_capable if is_above else None,
                note=note,
            )

    def confirm(self) -> None:
        """The customer says that it is solved."""
        with self.act(self.ticket.customer) as action:
            action.change_status(Status.CLOSED, reason=TransitionReason.CONFIRMED)

    def reject(self, body: str) -> None:
        """The customer says that it is not solved."""
        with self.act(self.ticket.customer) as action:
            row = self._hear(action, body)
            action.change_status(Status.IN_PROGRESS, reason=TransitionReason.REJECTED, message=row)

    def close_by_time(self) -> None:
        """Nobody said anything more."""
        with self.act(None) as action:
            action.change_status(Status.CLOSED, reason=TransitionReason.CLOSED_BY_TIME)

    def cancel(self, agent: User, *, reason: str) -> None:
        """It counts no more."""
        with self.act(agent) as action:
            action.change_status(
                Status.CANCELLED, reason=TransitionReason.CANCELLED, cancel_reason=reason
            )


def _capacity(actor: User | None) -> str:
    if actor is None:
        return Capacity.SYSTEM
    return Capacity.AGENT if actor.is_agent else Capacity.CUSTOMER


def _source(ticket: Ticket, actor: User | None) -> str:
    if actor is None:
        return Source.SYSTEM
    is_mail = ticket.channel == Channel.EMAIL and not actor.is_agent
    return Source.MAIL if is_mail else Source.WEB
