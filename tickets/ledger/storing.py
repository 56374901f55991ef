"""How rows of the ledger and tickets reach the database: of one action, and of many at once."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tickets.models import LEDGER_MODELS, LedgerRow, LedgerTouch, Ticket
from tickets.replay import State
from tickets.updating import update_each

if TYPE_CHECKING:
    from tickets.ledger.action import Action

STATE_FIELDS = (
    "status",
    "level",
    "team",
    "assignee",
    "cancel_reason",
    "resolution_code",
    "ledger_seq",
    "status_since",
    "level_since",
    "picked_up_at",
    "resolved_at",
    "waiting_since",
    "last_spoke_at",
    "last_spoke",
    "live_contact",
    "pending_escalation",
    "sla_version",
    "parent",
)

BATCH = 500


def adopt(ticket: Ticket, state: State) -> None:
    """Save what a replay of the ledger says of a locked ticket (see tickets/replay.py)."""
    for name, value in dataclasses.asdict(state).items():
        setattr(ticket, name, value)
    ticket.save(update_fields=STATE_FIELDS)


def store_all(tickets: Sequence[Ticket], rows: Sequence[LedgerRow], *, at: datetime) -> None:
    """Store many new tickets, played in memory, with all their rows. Call it inside a transaction;
    `at` is the moment of the load."""
    insert_bare(tickets)
    insert_rows(rows)
    with_references = [t for t in tickets if t.live_contact or t.pending_escalation]
    # Named before they had a key, which `bulk_update` sees to.
    Ticket.objects.bulk_update(
        with_references, ["live_contact", "pending_escalation"], batch_size=BATCH
    )
    LedgerTouch.objects.bulk_create(
        [LedgerTouch(ticket=ticket, touched_at=at) for ticket in tickets], batch_size=BATCH
    )


def append_all(actions: Sequence[Action], *, also: Iterable[str] = ()) -> None:
    """Store the rows of many actions on stored, locked tickets, one action each, and the tickets'
    own place in them. For loads; call it inside a transaction. `also` are fields of the tickets."""
    written = [action for action in actions if action.rows]
    insert_rows(row for action in written for row in action.rows)
    changed = [action.ticket for action in actions]
    update_each(Ticket, ("ledger_seq", "sla_version", *also), changed)
    LedgerTouch.objects.bulk_create(
        [LedgerTouch(ticket=each.ticket, touched_at=each.recorded_at) for each in written],
        batch_size=BATCH,
    )


def insert_bare(tickets: Sequence[Ticket]) -> None:
    """Insert tickets before their rows exist: without the two references that point at rows."""
    held = [(t.live_contact, t.pending_escalation) for t in tickets]
    for ticket in tickets:
        ticket.live_contact = ticket.pending_escalation = None
    Ticket.objects.bulk_create(tickets, batch_size=BATCH)
    for ticket, (contact, escalation) in zip(tickets, held, strict=True):
        ticket.live_contact, ticket.pending_escalation = contact, escalation


def insert_rows(rows: Iterable[LedgerRow]) -> None:
    """Insert ledger rows, a row always after those that it names."""
    by_model: dict[type[LedgerRow], list[LedgerRow]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model in LEDGER_MODELS:
        # What names a row of its own kind, which may be in the same batch, comes after it.
        answers = [row for row in by_model[model] if _names_its_kind(row)]
        first = [row for row in by_model[model] if not _names_its_kind(row)]
        model._default_manager.bulk_create(first, batch_size=BATCH)
        model._default_manager.bulk_create(answers, batch_size=BATCH)


def _names_its_kind(row: LedgerRow) -> bool:
    """An answer to an escalation, and what is said of an outage after its beginning."""
    return any(getattr(row, name, None) is not None for name in ("answers", "opened"))
