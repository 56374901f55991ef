"""Reads the histories of many tickets: a fixed number of queries, however many tickets there are.

A history may be read while a command adds to the same ledger. What is read is then older than the
ledger, never wrong for its `ledger_seq`'s sake: the command left a touch of its own, and the ticket
is measured again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Model, QuerySet

from knowledge.models import SelfServiceSession
from metrics.asked import load_surveys
from metrics.history import (
    Audit,
    Dimensions,
    HandOver,
    History,
    LevelMove,
    LiveContact,
    SaidMessage,
    StatusChange,
)
from tickets.choices import LegKind
from tickets.models import (
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    Message,
    OutageEvent,
    Ticket,
    Transition,
)
from tickets.outages import OutageSpan, fold
from tickets.services.promises import load_promises
from tickets.sla.promises import Promise

Row = tuple[Any, ...]
ByTicket = Mapping[int, list[Row]]

STATUS_COLUMNS = (
    "pk",
    "occurred_at",
    "seq",
    "to_status",
    "reason",
    "capacity",
    "actor_id",
    "level",
    "team_id",
    "assignee_id",
    "is_l1_capable",
    "cancel_reason",
)
MOVE_COLUMNS = (
    "occurred_at",
    "seq",
    "kind",
    "from_level",
    "to_level",
    "to_team_id",
    "is_warm",
    "contact_id",
    "reason",
    "actor_id",
    "team_id",
    "assignee_id",
)
HAND_OVER_COLUMNS = ("occurred_at", "seq", "to_assignee_id", "to_team_id")
MESSAGE_COLUMNS = (
    "occurred_at",
    "seq",
    "pk",
    "author_capacity",
    "author_id",
    "visibility",
    "channel",
    "is_machine",
    "is_acknowledgement",
)
CONTACT_COLUMNS = ("occurred_at", "seq", "pk", "channel", "direction", "actor_id")
CORRECTION_COLUMNS = (
    "ticket_id",
    "seq",
    "transition_id",
    "message_id",
    "contact_id",
    "is_l1_capable",
)
TICKET_COLUMNS = (
    "pk",
    "ledger_seq",
    "received_at",
    "has_contact_record",
    "import_batch_id",
    "customer_id",
    "customer__is_stand_in",
    "organization_id",
    "category_id",
    "product_id",
    "calendar_id",
    "organization__tier",
    "channel",
    "type",
    "priority",
    "complexity",
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of many tickets by kind, and the keys of those that corrections took back."""

    statuses: ByTicket
    moves: ByTicket
    hand_overs: ByTicket
    messages: ByTicket
    contacts: ByTicket
    legs: ByTicket
    searched: Mapping[int, datetime]
    voided_transitions: frozenset[int]
    voided_messages: frozenset[int]
    voided_contacts: frozenset[int]
    audits: Mapping[int, list[Audit]]


def load_histories(
    ticket_keys: Sequence[int], *, known_at: datetime | None = None
) -> list[History]:
    """Return the histories of tickets, in order of their keys. One without a ledger has none.

    `known_at` leaves out what we learned later: the history as it looked then, without promises,
    which nobody asks about the past.
    """
    tickets = Ticket.objects.filter(pk__in=ticket_keys).order_by("pk")
    rows = list(tickets.values_list(*TICKET_COLUMNS))
    ledger = _load_ledger(ticket_keys, known_at)
    promises = load_promises(ticket_keys) if known_at is None else {}
    surveys = load_surveys(ticket_keys, known_at=known_at)
    outages = _outages(ticket_keys, known_at)
    return [
        replace(
            _history(row, ledger, promises),
            surveys=surveys.get(row[0], ()),
            outages=outages.get(row[0], ()),
        )
        for row in rows
        if row[0] in ledger.statuses
    ]


def _load_ledger(keys: Sequence[int], known_at: datetime | None) -> Ledger:
    known = _known(Correction, keys, known_at).order_by("ticket_id", "seq")
    corrections = list(known.values_list(*CORRECTION_COLUMNS, named=True))
    transitions, messages, contacts = (
        frozenset(key for row in corrections if (key := getattr(row, name)) is not None)
        for name in ("transition_id", "message_id", "contact_id")
    )
    return Ledger(
        statuses=_rows(Transition, keys, STATUS_COLUMNS, known_at),
        moves=_rows(Escalation, keys, MOVE_COLUMNS, known_at),
        hand_overs=_rows(Assignment, keys, HAND_OVER_COLUMNS, known_at),
        messages=_rows(Message, keys, MESSAGE_COLUMNS, known_at),
        contacts=_rows(Contact, keys, CONTACT_COLUMNS, known_at),
        legs=_rows(ContactLeg, keys, ("contact_id", "kind", "occurred_at", "agent_id"), known_at),
        searched=_searches(keys),
        voided_transitions=transitions,
        voided_messages=messages,
        voided_contacts=contacts,
        audits=_audits(corrections),
    )


def _audits(corrections: Iterable[Any]) -> Mapping[int, list[Audit]]:
    found: dict[int, list[Audit]] = defaultdict(list)
    for row in corrections:
        if row.is_l1_capable is not None:
            found[row.ticket_id].append(Audit(row.seq, row.is_l1_capable))
    return found


def _known(
    model: type[Model], keys: Sequence[int], known_at: datetime | None
) -> QuerySet[Any, Any]:
    rows = model._default_manager.filter(ticket_id__in=keys)
    return rows if known_at is None else rows.filter(recorded_at__lte=known_at)


def _rows(
    model: type[Model], keys: Sequence[int], columns: Sequence[str], known_at: datetime | None
) -> ByTicket:
    """Read rows by ticket, in the order in which they were written."""
    found: dict[int, list[Row]] = defaultdict(list)
    rows = _known(model, keys, known_at).order_by("ticket_id", "seq")
    for key, *row in rows.values_list("ticket_id", *columns):
        found[key].append(tuple(row))
    return found


def _outages(
    keys: Sequence[int], known_at: datetime | None
) -> Mapping[int, tuple[OutageSpan, ...]]:
    """Read what tickets tell of outages."""
    rows: dict[int, list[OutageEvent]] = defaultdict(list)
    for row in _known(OutageEvent, keys, known_at).order_by("ticket_id", "seq"):
        rows[row.ticket_id].append(row)
    return {key: fold(listed) for key, listed in rows.items()}


def _searches(keys: Sequence[int]) -> Mapping[int, datetime]:
    """Read when the last linked self-service session before receipt began."""
    sessions = SelfServiceSession.objects.filter(
        ticket_id__in=keys, started_at__lte=F("ticket__received_at")
    )
    latest = sessions.order_by().values("ticket_id").annotate(last=Max("started_at"))
    return {row["ticket_id"]: row["last"] for row in latest}


def _history(row: Row, ledger: Ledger, promises: Mapping[int, tuple[Promise, ...]]) -> History:
    key, ledger_seq, received_at, has_contact_record, batch, *dimensions = row
    statuses = ledger.statuses[key]
    _, _, _, _, _, _, _, entry_level, entry_team, *_ = statuses[0]
    return History(
        ticket_key=key,
        ledger_seq=ledger_seq,
        received_at=received_at,
        entry_level=entry_level,
        entry_team_key=entry_team or 0,
        has_contact_record=has_contact_record,
        is_imported=batch is not None,
        dimensions=_dimensions(dimensions),
        statuses=_in_place(_statuses(statuses, ledger.voided_transitions)),
        moves=_in_place(_move(row, ledger.voided_contacts) for row in ledger.moves.get(key, ())),
        hand_overs=_in_place(
            HandOver(at, seq, agent or 0, team or 0)
            for at, seq, agent, team in ledger.hand_overs.get(key, ())
        ),
        messages=_in_place(_messages(ledger.messages.get(key, ()), ledger.voided_messages)),
        live=_in_place(_live(key, ledger)),
        self_service_at=ledger.searched.get(key),
        promises=promises.get(key, ()),
        audits=tuple(ledger.audits.get(key, ())),
    )


def _in_place(rows: Iterable[Any]) -> tuple[Any, ...]:
    """Order rows by when they happened; what was entered later stands where it belongs."""
    return tuple(sorted(rows, key=lambda row: (row.occurred_at, row.seq)))


def _dimensions(values: Sequence[Any]) -> Dimensions:
    """A stand-in is nobody: whether the customer came again, nobody knows."""
    customer, is_stand_in, organization, category, product, calendar, tier, *rest = values
    return Dimensions(
        0 if is_stand_in else customer,
        organization or 0,
        category or 0,
        product or 0,
        calendar,
        tier or "",
        *rest,
    )


def _statuses(rows: Iterable[Row], voided: frozenset[int]) -> Iterable[StatusChange]:
    for pk, at, seq, to_status, reason, capacity, actor, level, team, assignee, *said in rows:
        if pk not in voided:
            yield StatusChange(
                at, seq, to_status, reason, capacity, actor or 0, level, team or 0, assignee or 0,
                *said,
            )  # fmt: skip


def _move(row: Row, voided_contacts: frozenset[int]) -> LevelMove:
    """In a live contact that did not happen, nobody was on the line: the move was cold."""
    at, seq, kind, from_level, to_level, to_team, is_warm, contact, reason, *who = row
    actor, team, assignee = who
    return LevelMove(
        at, seq, kind, from_level, to_level, to_team or 0,
        is_warm and contact not in voided_contacts, contact or 0, reason,
        actor or 0, team or 0, assignee or 0,
    )  # fmt: skip


def _messages(rows: Iterable[Row], voided: frozenset[int]) -> Iterable[SaidMessage]:
    for at, seq, pk, capacity, author, *said in rows:
        if pk not in voided:
            yield SaidMessage(at, seq, pk, capacity, author or 0, *said)


def _live(key: int, ledger: Ledger) -> Iterable[LiveContact]:
    legs = ledger.legs.get(key, ())
    ends = {contact: at for contact, kind, at, _ in legs if kind == LegKind.ENDED}
    agents: dict[int, int] = {}
    for contact, kind, _, agent in legs:
        if kind == LegKind.JOINED and agent:
            agents.setdefault(contact, agent)
    for at, seq, pk, channel, direction, actor in ledger.contacts.get(key, ()):
        if pk not in ledger.voided_contacts:
            agent = agents.get(pk, actor) or 0
            yield LiveContact(at, seq, pk, channel, direction, agent, ends.get(pk))
