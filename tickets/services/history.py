"""Reads the whole ledger of tickets, and makes a ticket adopt what its ledger says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tickets import ledger
from tickets.models import LEDGER_MODELS, Correction, LedgerRow, Ticket
from tickets.replay import replay


def read_rows(ticket_ids: Iterable[int]) -> dict[int, list[LedgerRow]]:
    """Return ticket → all its rows in order of `seq`. One query per kind of row."""
    ids = list(ticket_ids)
    found: dict[int, list[LedgerRow]] = defaultdict(list)
    for model in LEDGER_MODELS:
        for row in model._default_manager.filter(ticket_id__in=ids):
            found[row.ticket_id].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.seq)
    return found


def status_without(ticket: Ticket, correction: Correction) -> str:
    """The status that a ticket with a ledger has once a correction, not stored yet, counts."""
    state = replay([*read_rows([ticket.pk])[ticket.pk], correction])
    assert state is not None  # noqa: S101  # the correction itself is a row
    return state.status


def settle(ticket: Ticket) -> None:
    """Bring a locked ticket in line with its stored ledger: after a correction, or after something
    that was entered later than it happened."""
    state = replay(read_rows([ticket.pk])[ticket.pk])
    if state is not None:
        ledger.adopt(ticket, state)
