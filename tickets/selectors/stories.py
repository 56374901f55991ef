"""Reads what happened to tickets as far as promises go (see tickets/sla/story.py): a fixed number
of queries, however many tickets there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, Subquery

from tickets.choices import Capacity, LegKind, Visibility
from tickets.contacts import is_inside
from tickets.models import (
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    LedgerRow,
    Message,
    PolicyChoice,
    TargetAlarm,
    Ticket,
    Transition,
)
from tickets.sla.story import Chosen, Handed, Moved, Noted, Spoke, Story, TakenBack

Rows = Mapping[int, list[tuple[Any, ...]]]

ALARM: Final = ("kind", "target", "target_level", "began_seq", "due_at", "version_id")
CALL_ENDED: Final = Subquery(
    ContactLeg.objects.filter(contact=OuterRef("pk"), kind=LegKind.ENDED).values("occurred_at")[:1]
)

PEOPLE_OF_THE_DESK = (Capacity.AGENT, Capacity.IMPORT)


def load_stories(ticket_keys: Sequence[int]) -> dict[int, Story]:
    """Return ticket → its story, for those that have a ledger. Eight queries."""
    columns = ("pk", "received_at", "calendar_id")
    heads = Ticket.objects.filter(pk__in=ticket_keys).values_list(*columns)
    return _load({key: (received_at, calendar) for key, received_at, calendar in heads})


def load_story(ticket: Ticket) -> Story:
    """Return the story of a stored ticket. Seven queries."""
    return _load({ticket.pk: (ticket.received_at, ticket.calendar_id)})[ticket.pk]


def _load(heads: Mapping[int, tuple[datetime, int]]) -> dict[int, Story]:
    keys = tuple(heads)
    moves = _rows(Transition, keys, "pk", "to_status", "capacity", "cancel_reason")
    hands = _rows(Escalation, keys, "kind", "from_level", "to_level", "is_warm")
    messages = _rows(
        Message,
        keys,
        "pk",
        "author_capacity",
        visibility=Visibility.PUBLIC,
        is_machine=False,
        is_acknowledgement=False,
        author_capacity__in=(Capacity.AGENT, Capacity.CUSTOMER),
    )
    contacts = _rows(Contact, keys, "pk", CALL_ENDED)
    choices = _rows(PolicyChoice, keys, "version_id")
    alarms = _rows(TargetAlarm, keys, *ALARM)
    corrections = _corrections(keys)
    return {
        key: Story(
            ticket_key=key,
            received_at=received_at,
            entry_level=moves[key][0][-1],
            calendar_key=calendar,
            moves=_moves(moves[key], corrections[key]),
            hands=tuple(Handed(at, seq, *row) for at, seq, *row, _ in hands.get(key, ())),
            speech=_speech(messages.get(key, ()), contacts.get(key, ()), corrections[key]),
            choices=tuple(Chosen(at, seq, version) for at, seq, version, _ in choices.get(key, ())),
            alarms=_alarms(alarms.get(key, ())),
            taken_back=_taken_back(moves[key], corrections[key]),
        )
        for key, (received_at, calendar) in heads.items()
        if key in moves
    }


def _rows(
    model: type[LedgerRow], keys: Sequence[int], *columns: str | Subquery, **lookups: Any
) -> Rows:
    """Read (occurred_at, seq, columns…, level) by ticket, in order of time."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = model._default_manager.filter(ticket_id__in=keys, **lookups)
    ordered = rows.order_by("ticket_id", "occurred_at", "seq")
    for key, *row in ordered.values_list("ticket_id", "occurred_at", "seq", *columns, "level"):
        found[key].append(tuple(row))
    return found


def _corrections(keys: Sequence[int]) -> Mapping[int, list[Correction]]:
    found: dict[int, list[Correction]] = defaultdict(list)
    for row in Correction.objects.filter(ticket_id__in=keys).order_by("seq"):
        found[row.ticket_id].append(row)
    return found


def _moves(rows: Iterable[tuple[Any, ...]], corrections: Iterable[Correction]) -> tuple[Moved, ...]:
    void = {each.transition_id for each in corrections}
    return tuple(
        Moved(at, seq, to_status, capacity in PEOPLE_OF_THE_DESK, cancel_reason)
        for at, seq, pk, to_status, capacity, cancel_reason, _ in rows
        if pk not in void
    )


def _taken_back(
    moves: Iterable[tuple[Any, ...]], corrections: Iterable[Correction]
) -> tuple[TakenBack, ...]:
    moment_of = {pk: at for at, _, pk, *_ in moves}
    return tuple(
        TakenBack(moment_of[each.transition_id], each.seq)
        for each in corrections
        if each.transition_id is not None
    )


def _speech(
    messages: Iterable[tuple[Any, ...]],
    contacts: Iterable[tuple[Any, ...]],
    corrections: Iterable[Correction],
) -> tuple[Spoke, ...]:
    void_messages = {each.message_id for each in corrections}
    void_contacts = {each.contact_id for each in corrections}
    calls = [(at, seq, end) for at, seq, pk, end, _ in contacts if pk not in void_contacts]
    said = [
        Spoke(at, seq, author == Capacity.AGENT)
        for at, seq, pk, author, _ in messages
        if pk not in void_messages
        and (author == Capacity.AGENT or not any(is_inside(at, at_, end) for at_, _, end in calls))
    ]
    answered = [Spoke(at, seq, is_by_agent=True) for at, seq, _ in calls]
    return tuple(sorted([*said, *answered], key=lambda each: (each.at, each.seq)))


def _alarms(rows: Iterable[tuple[Any, ...]]) -> tuple[Noted, ...]:
    """In the order in which they were noted."""
    return tuple(Noted(seq, *row) for _, seq, *row, _ in sorted(rows, key=lambda row: row[1]))
