"""A ticket's ledger as one timeline: what was said and done, in order, with contact numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from accounts.models import User
from tickets.choices import AssignmentReason, Capacity, EscalationKind, LegKind, Visibility
from tickets.contacts import ContactSpan, derive_contacts
from tickets.models import Contact, Escalation, Message, PropertyChange
from tickets.models.ledger import FILE
from tickets.selectors import words
from tickets.selectors.deliveries import Delivery
from tickets.selectors.history import History
from tickets.selectors.legs import Leg, legs_of
from tickets.selectors.letters import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on the timeline. `kind` names its template: message, note, machine, escalation,
    call or small; `level` is the level that held the ticket after it. `letter` and `deliveries` are
    known of what is shown (see selectors/stretches.py)."""

    kind: str
    at: datetime
    seq: int
    level: int
    action_id: UUID
    actor: User | None = None
    words: str = ""
    detail: str = ""
    sign: str = ""
    message: Message | None = None
    letter: Letter | None = None
    deliveries: Sequence[Delivery] = ()
    escalation: Escalation | None = None
    call: Contact | None = None
    legs: Sequence[Leg] = ()
    ended_at: datetime | None = None
    contact_number: int | None = None
    is_acknowledgement: bool = False
    is_void: bool = False

    @property
    def message_pk(self) -> int | None:
        """The key of its message; None where nothing was written."""
        return self.message.pk if self.message else None

    @property
    def spine(self) -> int:
        """The level whose lines the spine draws beside it; the legs of a call draw their own."""
        return self.legs[0].level if self.legs else self.level

    @property
    def seconds(self) -> float | None:
        """How long the call took; None while it runs."""
        return (self.ended_at - self.at).total_seconds() if self.ended_at else None

    @property
    def is_by_customer(self) -> bool:
        """Whether the words are the customer's."""
        return bool(self.message and self.message.author_capacity == Capacity.CUSTOMER)

    @property
    def is_typed_in(self) -> bool:
        """Whether somebody else typed the author's words in."""
        return bool(self.message and self.message.actor_id != self.message.author_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The entries in order, and the contacts that they make."""

    entries: Sequence[Entry]
    contacts: Sequence[ContactSpan]

    @property
    def contact_count(self) -> int:
        """How many contacts there have been."""
        return len(self.contacts)

    def number_of(self, contact: Contact | None) -> int | None:
        """Return a live contact's number; None for no contact and for one that was taken back."""
        key = contact.pk if contact else None
        return next((span.number for span in self.contacts if key and span.live_pk == key), None)


def build_timeline(history: History) -> Timeline:
    """Turn a ticket's history into its timeline. Touches no database."""
    ends = {leg.contact_id: leg.occurred_at for leg in history.legs if leg.kind == LegKind.ENDED}
    spans = derive_contacts(
        history.messages,
        history.contacts,
        ended=ends,
        voided_messages=history.acknowledged_ids,
        voided_contacts=history.voided_contact_ids,
    )
    entries = [
        *_messages(history, spans),
        *_calls(history, spans, ends),
        *_escalations(history.escalations),
        *_small(history),
    ]
    ordered = sorted(entries, key=lambda entry: (entry.at, entry.seq))
    return Timeline(entries=ordered, contacts=spans)


def _messages(history: History, spans: Sequence[ContactSpan]) -> Iterable[Entry]:
    numbers = {pk: span.number for span in spans for pk in span.message_pks}
    acknowledged = history.acknowledged_ids
    for row in history.messages:
        kind = "note" if row.visibility == Visibility.PRIVATE else "message"
        yield Entry(
            kind="machine" if row.is_machine else kind,
            at=row.occurred_at,
            seq=row.seq,
            level=row.level,
            action_id=row.action_id,
            actor=row.author,
            message=row,
            contact_number=numbers.get(row.pk),
            is_acknowledgement=row.pk in acknowledged,
        )


def _calls(
    history: History, spans: Sequence[ContactSpan], ends: Mapping[int, datetime]
) -> Iterable[Entry]:
    numbers = {span.live_pk: span.number for span in spans if span.live_pk}
    voided = history.voided_contact_ids
    for row in history.contacts:
        inside = legs_of(row, history, ended_at=ends.get(row.pk))
        yield Entry(
            kind="call",
            at=row.occurred_at,
            seq=row.seq,
            level=inside[-1].level if inside else row.level,
            action_id=row.action_id,
            actor=row.actor,
            call=row,
            legs=inside,
            ended_at=ends.get(row.pk),
            contact_number=numbers.get(row.pk),
            is_void=row.pk in voided,
        )


def _escalations(rows: Sequence[Escalation]) -> Iterable[Entry]:
    for row in rows:
        is_answer = row.kind == EscalationKind.ACCEPTED
        yield Entry(
            kind="small" if is_answer else "escalation",
            at=row.occurred_at,
            seq=row.seq,
            level=row.to_level,
            action_id=row.action_id,
            actor=row.actor,
            words="accepted the escalation" if is_answer else words.escalation_title(row),
            escalation=row,
        )


def _small(history: History) -> Iterable[Entry]:
    """Everything that is one line; lines of one action are one."""
    told = {row.action_id for row in history.messages} | {row.action_id for row in history.contacts}
    return _merged(
        sorted(
            [
                *_transitions(history, told),
                *_assignments(history),
                *_changes(_shown(history.changes, told)),
                *_links_corrections_ratings(history),
            ],
            key=lambda entry: (entry.at, entry.seq),
        )
    )


def _transitions(history: History, told: set[UUID]) -> Iterable[Entry]:
    """A first row that a message or a call tells as well is left out."""
    voided = history.voided_transition_ids
    for row in history.transitions:
        if row.from_status or row.action_id not in told:
            yield Entry(
                kind="small",
                at=row.occurred_at,
                seq=row.seq,
                level=row.level,
                action_id=row.action_id,
                actor=row.actor,
                words=words.transition_words(row),
                detail=words.transition_detail(row),
                sign=row.to_status,
                is_void=row.pk in voided,
            )


def _assignments(history: History) -> Iterable[Entry]:
    """Those that only follow from an escalation or a pick-up, which tells it, are left out."""
    told = {row.action_id for row in history.escalations}
    for row in history.assignments:
        if row.action_id not in told and row.reason != AssignmentReason.PICKED_UP:
            yield Entry(
                kind="small",
                at=row.occurred_at,
                seq=row.seq,
                level=row.level,
                action_id=row.action_id,
                actor=row.actor,
                words=words.assignment_words(row),
                detail=row.note,
            )


def _shown(rows: Iterable[PropertyChange], told: set[UUID]) -> Iterable[PropertyChange]:
    """All but the files that came with a message, which shows them."""
    return (row for row in rows if row.field != FILE or row.action_id not in told)


def _changes(rows: Iterable[PropertyChange]) -> Iterable[Entry]:
    by_action: dict[UUID, list[PropertyChange]] = defaultdict(list)
    for row in rows:
        by_action[row.action_id].append(row)
    for group in by_action.values():
        yield Entry(
            kind="small",
            at=group[0].occurred_at,
            seq=group[0].seq,
            level=group[0].level,
            action_id=group[0].action_id,
            actor=group[0].actor,
            words=words.change_words(group),
            detail=words.change_detail(group),
        )


def _links_corrections_ratings(history: History) -> Iterable[Entry]:
    said = [
        *(
            (row, f"linked it: {row.get_kind_display().lower()} #{row.other_id}", "")
            for row in history.links
        ),
        *((row, words.correction_words(row), row.note) for row in history.corrections),
        *((row, words.rating_words(row), row.comment) for row in history.responses),
        *((row, words.outage_words(row), row.words) for row in history.outages),
    ]
    for row, sentence, note in said:
        yield Entry(
            kind="small",
            # An outage may have begun before its ticket was received.
            at=max(row.occurred_at, history.ticket.received_at),
            seq=row.seq,
            level=row.level,
            action_id=row.action_id,
            actor=row.actor,
            words=sentence,
            detail=note,
        )


def _merged(entries: Iterable[Entry]) -> list[Entry]:
    """Join the lines of one action: "took it and opened it, New → In progress"."""
    merged: list[Entry] = []
    for entry in entries:
        before = merged[-1] if merged else None
        if before and before.action_id == entry.action_id and not before.is_void:
            merged[-1] = replace(
                before,
                words=f"{before.words}, {entry.words}",
                detail=", ".join(part for part in (before.detail, entry.detail) if part),
                sign=before.sign or entry.sign,
            )
        else:
            merged.append(entry)
    return merged
