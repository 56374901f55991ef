"""Stores a checked log: people first, then whole tickets, a transaction for each batch of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F

from tickets.choices import Channel, Impact, Priority, Source, TicketType, Urgency
from tickets.importing.calendars import calendar_for
from tickets.importing.events import Event
from tickets.importing.gathering import Log
from tickets.importing.mapping import LogMapping
from tickets.importing.people import Names, People, make_people
from tickets.importing.playing import play
from tickets.importing.translation import Step, translate
from tickets.ledger import store_all
from tickets.models import BusinessCalendar, ImportBatch, LedgerRow, Ticket

TICKETS_PER_BATCH = 200

History = tuple[str, list[Step], dict[str, str]]
"""A ticket's id, its steps, and what is known of the ticket itself."""


def histories_of(log: Log, mapping: LogMapping) -> list[History]:
    """Translate every ticket of a log."""
    return [
        (ticket, translate(events, mapping), details_of(ticket, events))
        for ticket, events in log.histories.items()
    ]


def details_of(ticket: str, events: Sequence[Event]) -> dict[str, str]:
    """Return what is known of the ticket itself: the last value that a row gave of each attribute.
    A log that names no customers gets a stand-in for each ticket: nobody is said to have come
    twice, nor to have stayed away."""
    stand_in = f"Customer of {ticket}"
    details = {"subject": ticket, "customer": stand_in, "stand_in": stand_in}
    for event in events:
        details.update(event.attributes)
    if any("customer" in event.attributes for event in events):
        del details["stand_in"]
    return details


def known_ids(mapping: LogMapping) -> set[str]:
    """Return the ids of the tickets that earlier runs of this mapping stored."""
    stored = Ticket.objects.filter(import_batch__name=mapping.name)
    return set(stored.values_list("external_id", flat=True))


def store_log(
    log: Log,
    mapping: LogMapping,
    *,
    file_name: str,
    now: datetime,
    stored: Callable[[int], None],
) -> int:
    """Store the tickets of a log that are not there yet and return how many there were.

    Calling it again adds nothing; after a run that was killed it adds the rest. `stored` is told
    the number of tickets after each batch.
    """
    batch = _open_batch(mapping, file_name=file_name, now=now)
    known = known_ids(mapping)
    new = [history for history in histories_of(log, mapping) if history[0] not in known]
    names = Names()
    for _, steps, details in new:
        names.add(steps, details, mapping)
    people, calendar = make_people(names, mapping), calendar_for(mapping.calendar, log.years())
    total = 0
    for some in _chunks(new):
        total += _store_some(some, batch, people, calendar, mapping=mapping, now=now)
        stored(total)
    skipped = len(log.bad_rows)
    ImportBatch.objects.filter(pk=batch.pk).update(finished_at=now, rows_skipped=skipped)
    return total


def _open_batch(mapping: LogMapping, *, file_name: str, now: datetime) -> ImportBatch:
    batch, _ = ImportBatch.objects.get_or_create(
        name=mapping.name, defaults={"file_name": file_name, "started_at": now}
    )
    return batch


def _chunks(histories: Sequence[History]) -> Iterator[list[History]]:
    source = iter(histories)
    while some := list(islice(source, TICKETS_PER_BATCH)):
        yield some


@transaction.atomic
def _store_some(
    histories: list[History],
    batch: ImportBatch,
    people: People,
    calendar: BusinessCalendar,
    *,
    mapping: LogMapping,
    now: datetime,
) -> int:
    """Store whole tickets. The batch is locked and asked again, so that two runs at once neither
    collide nor store a ticket twice."""
    ImportBatch.objects.select_for_update().get(pk=batch.pk)
    ids = [ticket for ticket, _, _ in histories]
    there = batch.tickets.filter(external_id__in=ids).values_list("external_id", flat=True)
    known = set(there)
    tickets: list[Ticket] = []
    rows: list[LedgerRow] = []
    for external_id, steps, details in histories:
        if external_id in known:
            continue
        ticket = _ticket(external_id, steps, details, people=people, mapping=mapping, now=now)
        ticket.import_batch, ticket.calendar = batch, calendar
        rows += play(ticket, steps, people=people, mapping=mapping, now=now)
        tickets.append(ticket)
    store_all(tickets, rows, at=now)
    ImportBatch.objects.filter(pk=batch.pk).update(tickets_added=F("tickets_added") + len(tickets))
    return len(tickets)


def _ticket(
    external_id: str,
    steps: list[Step],
    details: dict[str, str],
    *,
    people: People,
    mapping: LogMapping,
    now: datetime,
) -> Ticket:
    """Make the ticket as it was received, in memory."""
    has_contact = any(step.begins_contact for step in steps)
    return Ticket(
        external_id=external_id,
        subject=" ".join(details["subject"].split())[:250],
        description=details.get("description", ""),
        customer=people.customers[details["customer"]],
        organization=people.organizations.get(details.get("organization", "")),
        category=people.categories.get(details.get("category", "")),
        product=people.products.get(details.get("product", "")),
        channel=details.get("channel", Channel.PHONE if has_contact else Channel.EMAIL),
        type=details.get("type", TicketType.INCIDENT),
        priority=Priority[details.get("priority", "normal").upper()],
        impact=Impact.MEDIUM,
        urgency=Urgency.MEDIUM,
        received_at=steps[0].at,
        recorded_at=now,
        status_since=steps[0].at,
        level_since=steps[0].at,
        source=Source.IMPORT,
        has_contact_record=mapping.has_contacts or has_contact,
    )
