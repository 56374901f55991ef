"""Compares stored tickets with their ledger, played from the first row."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from tickets.models import LedgerRow, Ticket
from tickets.querysets import TicketQuerySet
from tickets.replay import broken_links, replay
from tickets.services.history import read_rows

BATCH = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is wrong with one ticket, as a sentence."""

    ticket: int
    words: str

    def __str__(self) -> str:
        return f"#{self.ticket}: {self.words}"


def find_differences(tickets: TicketQuerySet) -> Iterator[Difference]:
    """Yield what does not agree, by ticket number; nothing where all is well. Reads in batches: a
    fixed number of queries for each."""
    last = 0
    while batch := list(tickets.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        ledger = read_rows(ticket.pk for ticket in batch)
        for ticket in batch:
            for words in _faults(ticket, ledger.get(ticket.pk, [])):
                yield Difference(ticket.pk, words)


def _faults(ticket: Ticket, rows: list[LedgerRow]) -> Iterator[str]:
    state = replay(rows)
    if state is None:
        yield "it has no ledger"
        return
    yield from broken_links(rows)
    for field in dataclasses.fields(state):
        told, stored = getattr(state, field.name), getattr(ticket, field.name)
        if told != stored:
            yield f"{field.name} is stored as {stored!r}, the ledger says {told!r}"
