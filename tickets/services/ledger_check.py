"""Compares stored tickets with their ledger, played from the first row, and what is stored of their
promises with what the ledger says of them."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tickets.models import LedgerRow, Outage, OutageEvent, SlaTarget, Ticket
from tickets.outages import fold
from tickets.querysets import TicketQuerySet
from tickets.replay import broken_links, replay
from tickets.services.history import read_rows
from tickets.services.outages import content, outage_row
from tickets.services.promises import COLUMNS, load_promises, next_due, target_row
from tickets.services.soundness import unsound
from tickets.sla.promises import Promise

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
        keys = [ticket.pk for ticket in batch]
        ledger, promises, stored = read_rows(keys), load_promises(keys), _stored_targets(keys)
        outages = _stored_outages(keys)
        for ticket in batch:
            for words in _faults(ticket, ledger.get(ticket.pk, [])):
                yield Difference(ticket.pk, words)
            for words in _wrong_outages(
                ticket, ledger.get(ticket.pk, []), outages.get(ticket.pk, {})
            ):
                yield Difference(ticket.pk, words)
            for words in _broken_promises(
                ticket, promises.get(ticket.pk, ()), stored.get(ticket.pk, {})
            ):
                yield Difference(ticket.pk, words)


def _faults(ticket: Ticket, rows: list[LedgerRow]) -> Iterator[str]:
    state = replay(rows)
    if state is None:
        yield "it has no ledger"
        return
    yield from broken_links(rows)
    yield from unsound(ticket, rows)
    for field in dataclasses.fields(state):
        told, stored = getattr(state, field.name), getattr(ticket, field.name)
        if told != stored:
            yield f"{field.name} is stored as {stored!r}, the ledger says {told!r}"


def _stored_outages(ticket_keys: Sequence[int]) -> Mapping[int, dict[int, Outage]]:
    found: dict[int, dict[int, Outage]] = defaultdict(dict)
    for row in Outage.objects.filter(ticket__in=ticket_keys):
        found[row.ticket_id][row.opened_id] = row
    return found


def _wrong_outages(
    ticket: Ticket, rows: Iterable[LedgerRow], stored: Mapping[int, Outage]
) -> Iterator[str]:
    """What is stored of a ticket's outages against what its ledger says of them."""
    told = fold(row for row in rows if isinstance(row, OutageEvent))
    wanted = {span.key: outage_row(ticket, span) for span in told}
    for key in sorted(wanted.keys() | stored.keys()):
        if key not in wanted or key not in stored:
            where = "stored" if key in stored else "told by the ledger"
            yield f"outage {key} is {where} alone"
        elif content(wanted[key]) != content(stored[key]):
            says, is_stored = content(wanted[key]), content(stored[key])
            yield f"outage {key} is stored as {is_stored!r}, the ledger says {says!r}"


Key = tuple[str, int, int]


def _stored_targets(ticket_keys: Sequence[int]) -> Mapping[int, dict[Key, SlaTarget]]:
    found: dict[int, dict[Key, SlaTarget]] = defaultdict(dict)
    for row in SlaTarget.objects.filter(ticket__in=ticket_keys):
        found[row.ticket_id][row.kind, row.level, row.cycle] = row
    return found


def _broken_promises(
    ticket: Ticket, promises: Sequence[Promise], stored: Mapping[Key, SlaTarget]
) -> Iterator[str]:
    """Nothing is wrong with a ticket that is known to be out of step: the watch will follow."""
    if ticket.sla_stale_since is not None:
        return
    told = {promise.key: target_row(ticket, promise) for promise in promises}
    for key in sorted(told.keys() | stored.keys()):
        if key not in told or key not in stored:
            where = "stored" if key in stored else "told by the ledger"
            yield f"target {_named(key)} is {where} alone"
            continue
        for name in ("version_id", *COLUMNS):
            says, is_stored = getattr(told[key], name), getattr(stored[key], name)
            if says != is_stored:
                yield (
                    f"target {_named(key)}: {name} is stored as {is_stored!r}, "
                    f"the ledger says {says!r}"
                )
    due = next_due(promises)
    if (ticket.next_due_at, ticket.next_target) != due:
        yield f"next_due_at is stored as {ticket.next_due_at!r}, the ledger says {due[0]!r}"


def _named(key: Key) -> str:
    kind, level, cycle = key
    return f"{kind} at level {level}, cycle {cycle}" if level else f"{kind}, cycle {cycle}"
