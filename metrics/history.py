"""The history of one ticket in plain values: what facts are measured from. No database here; see
metrics/loading.py for how it is read.

Rows that a correction took back are not in it. Keys are primary keys, 0 for none; times are aware
and in UTC. Every row carries its place in the ledger: (`occurred_at`, `seq`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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

    @property
    def place(self) -> Place:
        """Where it stands in the ledger."""
        return (self.occurred_at, self.seq)


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
    """A message without its words. `level` and `team_key` held the ticket then."""

    occurred_at: datetime
    seq: int
    pk: int
    author_capacity: str
    author_key: int
    visibility: str
    channel: str
    is_machine: bool
    is_acknowledgement: bool
    level: int
    team_key: int

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
    level: int
    team_key: int
    ended_at: datetime | None

    @property
    def place(self) -> Place:
        """Where it stands in the ledger."""
        return (self.occurred_at, self.seq)


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
