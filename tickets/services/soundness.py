"""Whether the rows of one ticket can have been written together: what each says of others, of the
moment and of who acted must agree. Pure: rows in, sentences out.

The state that follows from the rows is compared elsewhere (ledger_check.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from accounts.choices import SupportLevel
from tickets.choices import (
    DONE_STATUSES,
    CancelReason,
    Capacity,
    CorrectionKind,
    EscalationKind,
    OutageEventKind,
    Source,
    Status,
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
    OutageEvent,
    PropertyChange,
    Ticket,
    Transition,
)
from tickets.models.ledger import ONE_OF_MANY
from tickets.services.properties import CHOICES, NAMED

# Whether a correction names a message, a contact, a link.
_TAKEN_BACK: Final[Mapping[str, tuple[bool, bool, bool]]] = {
    CorrectionKind.ACKNOWLEDGEMENT: (True, False, False),
    CorrectionKind.CONTACT_VOIDED: (False, True, False),
    CorrectionKind.LINK_REMOVED: (False, False, True),
    CorrectionKind.L1_AUDITED: (False, False, False),
}

CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""More than the clocks of two servers ever differ."""


def unsound(ticket: Ticket, rows: Sequence[LedgerRow]) -> Iterator[str]:
    """Yield what cannot be, of rows in order of `seq`; nothing where all is sound."""
    yield from _receipt(ticket, rows[0])
    yield from _moments(rows)
    yield from _actions(rows)
    yield from _stamps(rows)
    yield from _references(rows)
    yield from _audits(rows)
    yield from _properties(ticket, rows)
    yield from _merging(ticket)


def _receipt(ticket: Ticket, first: LedgerRow) -> Iterator[str]:
    if not isinstance(first, Transition) or (first.from_status, first.to_status) != (
        "",
        Status.NEW,
    ):
        yield "its ledger does not begin with its receipt"
        return
    for name, told in (
        ("received_at", first.occurred_at),
        ("recorded_at", first.recorded_at),
        ("source", first.source),
    ):
        stored = getattr(ticket, name)
        if stored != told:
            yield f"{name} is stored as {stored!r}, the ledger says {told!r}"


def _moments(rows: Sequence[LedgerRow]) -> Iterator[str]:
    """What moves a ticket keeps the order of time, but for what a correction tells again."""
    corrected = {row.action_id for row in rows if isinstance(row, Correction)}
    moved = recorded = rows[0].occurred_at
    for row in rows:
        if row.recorded_at < recorded - CLOCKS_DIFFER:
            yield f"seq {row.seq} was recorded before the row before it"
        if row.occurred_at > row.recorded_at + CLOCKS_DIFFER:
            yield f"seq {row.seq} happened after it was recorded"
        # A service may have been out before anybody wrote.
        if row.occurred_at < rows[0].occurred_at and not isinstance(row, OutageEvent):
            yield f"seq {row.seq} happened before the ticket was received"
        recorded = max(recorded, row.recorded_at)
        if _moves(row) and row.action_id not in corrected:
            if row.occurred_at < moved:
                yield f"seq {row.seq} happened before the move before it"
            moved = max(moved, row.occurred_at)


def _moves(row: LedgerRow) -> bool:
    """A hierarchical escalation draws somebody in; the ticket stays where it is."""
    if isinstance(row, Escalation):
        return row.kind != EscalationKind.HIERARCHICAL
    return isinstance(row, Transition)


def _actions(rows: Sequence[LedgerRow]) -> Iterator[str]:
    """One action has one actor, one interface and one moment at which we learned of it."""
    seen: dict[object, tuple[object, ...]] = {}
    for row in rows:
        said = (row.actor_id, row.capacity, row.source, row.recorded_at)
        if seen.setdefault(row.action_id, said) != said:
            yield f"seq {row.seq} differs from its action in who did it, how or when"
        is_nobody = row.actor_id is None
        if row.capacity == (Capacity.AGENT if is_nobody else Capacity.SYSTEM):
            yield f"seq {row.seq} says {row.capacity!r} of actor {row.actor_id}"


def _stamps(rows: Iterable[LedgerRow]) -> Iterator[str]:
    """Where a hand-over begins is where the ticket was."""
    begins: tuple[int | None, int | None]
    was: tuple[int | None, int | None]
    for row in rows:
        match row:
            case Escalation():
                begins, was = (row.from_level, row.from_team_id), (row.level, row.team_id)
            case Assignment():
                begins = (row.from_assignee_id, row.from_team_id)
                was = (row.assignee_id, row.team_id)
            case _:
                continue
        if begins != was:
            yield f"seq {row.seq} begins at {begins}, the ticket was at {was}"


def _references(rows: Sequence[LedgerRow]) -> Iterator[str]:
    """What a row names is an earlier row of the same ticket."""
    seqs = {(type(row), row.pk): row for row in rows}

    def earlier(row: LedgerRow, model: type[LedgerRow], key: int | None) -> bool:
        found = seqs.get((model, key)) if key is not None else row
        return found is not None and found.seq <= row.seq

    for row in rows:
        match row:
            case Escalation():
                is_right = earlier(row, Escalation, row.answers_id) and earlier(
                    row, Contact, row.contact_id
                )
                is_answer = row.kind in (EscalationKind.ACCEPTED, EscalationKind.RETURNED)
                is_right &= is_answer == (row.answers_id is not None)
            case ContactLeg():
                contact = seqs.get((Contact, row.contact_id))
                is_right = contact is not None and contact.occurred_at <= row.occurred_at
            case Transition():
                is_right = earlier(row, Message, row.message_id)
            case Correction():
                is_right = _is_about_one(row, seqs.get((Transition, row.transition_id)))
                is_right &= earlier(row, Message, row.message_id)
                is_right &= earlier(row, Contact, row.contact_id)
                is_right &= earlier(row, Link, row.link_id)
            case OutageEvent():
                is_right = _is_of_outage(row, seqs.get((OutageEvent, row.opened_id)))
            case _:
                continue
        if not is_right:
            yield f"seq {row.seq} names a row that it cannot be about"


def _is_of_outage(row: OutageEvent, opened: LedgerRow | None) -> bool:
    """An outage begins with a row that names none; what is said of it names that row, its service
    and its impact."""
    if row.kind == OutageEventKind.BEGAN:
        return row.opened_id is None
    return (
        isinstance(opened, OutageEvent)
        and opened.kind == OutageEventKind.BEGAN
        and opened.seq < row.seq
        and (opened.service_id, opened.impact) == (row.service_id, row.impact)
    )


def _is_about_one(row: Correction, moved: LedgerRow | None) -> bool:
    """A correction takes back what its kind says; a move, together with the message behind it."""
    named = (row.message_id is not None, row.contact_id is not None, row.link_id is not None)
    if named != _TAKEN_BACK.get(row.kind, named):
        return False
    if row.transition_id is None:
        return True
    if _is_audit(row):
        return False
    return isinstance(moved, Transition) and moved.message_id == row.message_id


def _audits(rows: Iterable[LedgerRow]) -> Iterator[str]:
    """What is audited is done with when the audit is written, and was resolved above L1. Where it
    stands then may be another level, since a reopen in between can have been taken back."""
    status, was_above = "", False
    for row in rows:
        if isinstance(row, Transition):
            status = row.to_status
            was_above |= status in DONE_STATUSES and row.level > SupportLevel.L1
        elif _is_audit(row) and not (was_above and status in DONE_STATUSES):
            yield f"seq {row.seq} audits what was not resolved above L1"


def _is_audit(row: LedgerRow) -> bool:
    return isinstance(row, Correction) and row.kind == CorrectionKind.L1_AUDITED


def _properties(ticket: Ticket, rows: Iterable[LedgerRow]) -> Iterator[str]:
    """Each change begins with what the one before it left, and the last one is what is stored."""
    last: dict[str, PropertyChange] = {}
    for row in rows:
        if not isinstance(row, PropertyChange) or row.field in ONE_OF_MANY:
            continue
        before = last.get(row.field)
        if before is not None and (before.new_value, before.new_key) != (
            row.old_value,
            row.old_key,
        ):
            yield f"seq {row.seq} changes {row.field} from {row.old_value!r}, which it was not"
        last[row.field] = row
    for name, change in last.items():
        if name not in CHOICES and name not in NAMED:
            continue
        stored = getattr(ticket, f"{name}_id" if name in NAMED else name)
        if change.new_key != ("" if stored is None else str(stored)):
            yield f"{name} is stored as {stored!r}, the ledger says {change.new_value!r}"


def _merging(ticket: Ticket) -> Iterator[str]:
    is_merged = ticket.cancel_reason == CancelReason.MERGED
    is_told = ticket.merged_into_id is not None
    if is_told and not is_merged:
        yield f"it is merged into #{ticket.merged_into_id}, the ledger does not say so"
    if is_merged and not is_told and ticket.source != Source.IMPORT:
        yield "it is merged, and not told into which ticket"
