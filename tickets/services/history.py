"""Reads the whole ledger of tickets, and makes a ticket adopt what its ledger says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tickets import ledger
from tickets.models import LEDGER_MODELS, LedgerRow, Ticket
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


def settle(ticket: Ticket) -> None:
    """Bring a locked ticket in line with its stored ledger: after a correction, or after something
    that was entered later than it happened."""
    state = replay(read_rows([ticket.pk])[ticket.pk])
    if state is not None:
        ledger.adopt(ticket, state)
