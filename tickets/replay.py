"""Plays a ticket's ledger and says in which state it must be. Pure: rows in, state out.

`check_ledger` compares it with the stored ticket; a correction makes the ticket adopt it. Rows that
a correction took back do not count, and a move to the status that a ticket has is no move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets.choices import (
    DONE_STATUSES,
    OPEN_STATUSES,
    Capacity,
    EscalationKind,
    LegKind,
    LinkKind,
    Status,
    Visibility,
)
from tickets.models import (
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    LedgerRow,
    Link,
    Message,
    PolicyChoice,
    Transition,
)


@dataclass(slots=True)
class State:
    """What the ledger says of a ticket; the names are those of the ticket's columns."""

    status: str
    level: int
    team_id: int | None
    assignee_id: int | None
    status_since: datetime
    level_since: datetime
    ledger_seq: int = 0
    cancel_reason: str = ""
    resolution_code: str = ""
    picked_up_at: datetime | None = None
    resolved_at: datetime | None = None
    waiting_since: datetime | None = None
    last_spoke_at: datetime | None = None
    last_spoke: str = ""
    live_contact_id: int | None = None
    pending_escalation_id: int | None = None
    sla_version_id: int | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Voided:
    """The keys of rows that corrections took back."""

    transitions: frozenset[int]
    messages: frozenset[int]
    contacts: frozenset[int]
    links: frozenset[int]


def voided(rows: Iterable[LedgerRow]) -> Voided:
    """Collect what the corrections among `rows` took back."""
    corrections = [row for row in rows if isinstance(row, Correction)]
    return Voided(
        transitions=frozenset(c.transition_id for c in corrections if c.transition_id is not None),
        messages=frozenset(c.message_id for c in corrections if c.message_id is not None),
        contacts=frozenset(c.contact_id for c in corrections if c.contact_id is not None),
        links=frozenset(c.link_id for c in corrections if c.link_id is not None),
    )


def replay(rows: Sequence[LedgerRow]) -> State | None:
    """Return the state after all rows of one ticket, given in order of `seq`; None without rows.

    They are played in the order in which things happened: a correction may tell of a move that it
    happened before others that were entered earlier.
    """
    if not rows:
        return None
    first = rows[0]
    state = State(
        status="",
        level=first.level,
        team_id=first.team_id,
        assignee_id=first.assignee_id,
        status_since=first.occurred_at,
        level_since=first.occurred_at,
        ledger_seq=max(row.seq for row in rows),
    )
    gone = voided(rows)
    happened = sorted(rows, key=lambda row: (row.occurred_at, row.seq))
    for row in happened:
        _play(state, row, gone)
    _play_speech(state, happened, gone)
    return state


def _play(state: State, row: LedgerRow, gone: Voided) -> None:
    match row:
        case Transition() if row.pk not in gone.transitions and row.to_status != state.status:
            _move(state, row)
        case Escalation():
            _escalate(state, row)
        case Assignment():
            state.assignee_id = row.to_assignee_id
            state.team_id = row.to_team_id
        case Contact() if row.pk not in gone.contacts:
            state.live_contact_id = row.pk
        case Link(kind=LinkKind.CHILD_OF) if row.pk not in gone.links:
            state.parent_id = row.other_id
        case PolicyChoice():
            state.sla_version_id = row.version_id
        case ContactLeg(kind=LegKind.ENDED) if state.live_contact_id == row.contact_id:
            state.live_contact_id = None
        case _:
            pass


def _move(state: State, row: Transition) -> None:
    by_agent = row.capacity in (Capacity.AGENT, Capacity.IMPORT)
    if state.status == Status.NEW and by_agent and row.to_status != Status.CANCELLED:
        state.picked_up_at = row.occurred_at
    if state.status in OPEN_STATUSES and row.to_status in DONE_STATUSES:
        state.resolved_at = row.occurred_at
        state.resolution_code = row.resolution_code
    elif row.to_status not in DONE_STATUSES:
        state.resolved_at = None
        state.resolution_code = ""
    if row.to_status not in OPEN_STATUSES:
        state.pending_escalation_id = None
    state.cancel_reason = row.cancel_reason
    state.status = row.to_status
    state.status_since = row.occurred_at


def _escalate(state: State, row: Escalation) -> None:
    if state.level != row.to_level:
        state.level = row.to_level
        state.level_since = row.occurred_at
    state.team_id = row.to_team_id
    if row.kind == EscalationKind.FUNCTIONAL:
        state.pending_escalation_id = row.pk
    elif row.kind != EscalationKind.HIERARCHICAL:
        state.pending_escalation_id = None


def _play_speech(state: State, rows: Sequence[LedgerRow], gone: Voided) -> None:
    """Who spoke last and who waits goes by when it was said, not by when it was entered."""
    for row in rows:
        match row:
            case Message() if row.visibility == Visibility.PUBLIC and not row.is_machine:
                _hear(state, row, is_void=row.pk in gone.messages)
            case Contact() if row.pk not in gone.contacts:
                state.waiting_since = None
                state.last_spoke_at, state.last_spoke = row.occurred_at, Capacity.AGENT
            case _:
                pass


def _hear(state: State, row: Message, *, is_void: bool) -> None:
    state.last_spoke_at, state.last_spoke = row.occurred_at, row.author_capacity
    if row.author_capacity == Capacity.AGENT:
        state.waiting_since = None
    elif state.waiting_since is None and not row.is_acknowledgement and not is_void:
        state.waiting_since = row.occurred_at


def broken_links(rows: Sequence[LedgerRow]) -> list[str]:
    """Say where rows of one ticket, in order of `seq`, do not follow from each other: a gap in the
    sequence, a move that starts where the last one did not end, a wrong stamp. Empty: sound."""
    faults: list[str] = []
    status: str = ""
    holder = (rows[0].level, rows[0].team_id, rows[0].assignee_id) if rows else (0, None, None)
    for position, row in enumerate(rows, start=1):
        if row.seq != position:
            return [*faults, f"row {position} of the ledger has seq {row.seq}"]
        if (row.level, row.team_id, row.assignee_id) != holder:
            faults.append(f"seq {row.seq} is stamped with another level, team or assignee")
        if isinstance(row, Transition):
            if row.from_status != status:
                faults.append(f"seq {row.seq} leaves “{row.from_status}”, it was “{status}”")
            status = row.to_status
        holder = _holder_after(row)
    return faults


def _holder_after(row: LedgerRow) -> tuple[int, int | None, int | None]:
    match row:
        case Escalation():
            return row.to_level, row.to_team_id, row.assignee_id
        case Assignment():
            return row.level, row.to_team_id, row.to_assignee_id
        case _:
            return row.level, row.team_id, row.assignee_id
