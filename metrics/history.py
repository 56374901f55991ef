"""The history of one ticket in plain values: what facts are measured from. No database here; see
metrics/loading.py for how it is read.

Rows that a correction took back are not in it. Keys are primary keys, 0 for none; times are aware
and in UTC. Every row carries its place in the ledger: (`occurred_at`, `seq`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tickets.outages import OutageSpan
from tickets.sla.promises import Promise

# When something happened and, at the same instant, what came first.
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One transition. `level`, `team_key` and `assignee_key` are those it found."""

    occurred_at: datetime
    seq: int
    to_status: str
    reason: str
    capacity: str
    actor_key: int
    level: int
    team_key: int
    assignee_key: int
    is_l1_capable: bool | None
    cancel_reason: str = ""

    @property
    def place(self) -> Place:
        """Where it stands in the ledger."""
        return (self.occurred_at, self.seq)


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit's answer about the resolution that was written before it."""

    seq: int
    is_l1_capable: bool


@dataclass(frozen=True, slots=True)
class LevelMove:
    """One row of the escalation ledger; a hierarchical one moves no level."""

    occurred_at: datetime
    seq: int
    kind: str
    from_level: int
    to_level: int
    to_team_key: int
    is_warm: bool
    contact_pk: int
    reason: str
    actor_key: int
    team_key: int
    assignee_key: int

    @property
    def place(self) -> Place:
        """Where it stands in the ledger."""
        return (self.occurred_at, self.seq)

    @property
    def is_up(self) -> bool:
        """Whether responsibility moved to a higher level: an escalation."""
        return self.to_level > self.from_level

    @property
    def is_down(self) -> bool:
        """Whether the ticket came back to a lower level: a de-escalation."""
        return self.to_level < self.from_level


@dataclass(frozen=True, slots=True)
class HandOver:
    """The ticket went to an agent (0: to nobody) and a team."""

    occurred_at: datetime
    seq: int
    to_assignee_key: int
    to_team_key: int


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """A message without its words."""

    occurred_at: datetime
    seq: int
    pk: int
    author_capacity: str
    author_key: int
    visibility: str
    channel: str
    is_machine: bool
    is_acknowledgement: bool

    @property
    def place(self) -> Place:
        """Where it stands in the ledger."""
        return (self.occurred_at, self.seq)


@dataclass(frozen=True, slots=True)
class LiveContact:
    """A live contact; `ended_at` None while it runs. `agent_key` is who began it for the desk."""

    occurred_at: datetime
    seq: int
    pk: int
    channel: str
    direction: str
    agent_key: int
    ended_at: datetime | None

    @property
    def place(self) -> Place:
        """Where it stands in the ledger."""
        return (self.occurred_at, self.seq)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer to a survey; a later one takes its place."""

    occurred_at: datetime
    seq: int
    score: int
    has_comment: bool


@dataclass(frozen=True, slots=True)
class AskedSurvey:
    """A survey that was sent, and its answers in order. From `locks_at` on none counts."""

    kind: str
    sent_at: datetime
    locks_at: datetime
    answers: tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What a ticket is grouped by and belongs to; names and meaning as in `TicketFacts`."""

    customer_key: int
    organization_key: int
    category_key: int
    product_key: int
    calendar_key: int
    tier: str
    channel: str
    type: str
    priority: int
    complexity: str


@dataclass(frozen=True, slots=True)
class History:
    """Everything about one ticket that a fact depends on, save what other tickets tell.

    Every tuple ascends by place. `entry_level` and `entry_team_key` are those of its receipt.
    `self_service_at` is the start of the linked self-service session that came last before receipt.
    `promises` are those of service level policies, judged (see tickets/sla/promises.py). `surveys`
    are those that were sent. `outages` are those that it tells of as a major incident. `audits`
    ascend by `seq`.
    """

    ticket_key: int
    ledger_seq: int
    received_at: datetime
    entry_level: int
    entry_team_key: int
    has_contact_record: bool
    is_imported: bool
    dimensions: Dimensions
    statuses: tuple[StatusChange, ...]
    moves: tuple[LevelMove, ...]
    hand_overs: tuple[HandOver, ...]
    messages: tuple[SaidMessage, ...]
    live: tuple[LiveContact, ...]
    self_service_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    surveys: tuple[AskedSurvey, ...] = ()
    outages: tuple[OutageSpan, ...] = ()
    audits: tuple[Audit, ...] = ()
