"""Promises about stored history: has tickets that came before any policy judged as if the policies
of now had held all along. For a desk that was loaded, not worked; nobody is told of anything."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tickets import ledger
from tickets.choices import AlarmKind, Capacity, Source, TargetState
from tickets.ledger import Action
from tickets.models import Category, PolicyChoice, PropertyChange, SlaTarget, TargetAlarm, Ticket
from tickets.selectors.rulebook import rule_book
from tickets.selectors.stories import load_stories
from tickets.services.calendars import Calendars
from tickets.services.choosing import FOLLOWED
from tickets.services.promises import next_due, target_row
from tickets.sla.promises import Promise, derive
from tickets.sla.story import Chosen, Story
from tickets.sla.terms import RuleBook, Subject

BATCH = 500
Lineages = Mapping[int, frozenset[int]]


def promise_all(tickets: Iterable[int], *, now: datetime) -> Iterator[int]:
    """Judge tickets that no policy was chosen for yet, in batches, and yield how many each had.
    Each batch is a transaction; killed between two, it can be called again with the same keys."""
    book, lineages = rule_book(), _lineages()
    keys = sorted(tickets)
    for start in range(0, len(keys), BATCH):
        yield _promise_some(keys[start : start + BATCH], book, lineages, now=now)


@transaction.atomic
def _promise_some(keys: Sequence[int], book: RuleBook, lineages: Lineages, *, now: datetime) -> int:
    tickets = list(
        Ticket.objects.filter(pk__in=keys, sla_version=None).select_related("organization")
    )
    stories = load_stories([ticket.pk for ticket in tickets])
    changes = _changes(keys)
    calendars = Calendars()
    actions, targets = [], []
    for ticket in tickets:
        subjects = list(_subjects(ticket, changes[ticket.pk], lineages))
        action = _choose(ticket, subjects, book, now=now)
        story = replace(stories[ticket.pk], choices=_choices(action))
        promises = derive(
            story, versions=book.versions.__getitem__, calendar_of=calendars.__getitem__
        )
        targets += _keep(action, story, promises, now=now)
        actions.append(action)
    ledger.append_all(actions, also=("sla_revision", "next_due_at", "next_target"))
    SlaTarget.objects.bulk_create(targets, batch_size=BATCH)
    return len(tickets)


def _changes(keys: Sequence[int]) -> Mapping[int, list[PropertyChange]]:
    found: dict[int, list[PropertyChange]] = defaultdict(list)
    for row in PropertyChange.objects.filter(ticket_id__in=keys, field__in=FOLLOWED):
        found[row.ticket_id].append(row)
    return found


def _subjects(
    ticket: Ticket, changes: Sequence[PropertyChange], lineages: Lineages
) -> Iterator[tuple[datetime, Subject]]:
    """Yield how the ticket stood from when on, oldest first: what it is now, played backwards."""
    now = {
        "priority": str(ticket.priority),
        "category": str(ticket.category_id or ""),
        "product": str(ticket.product_id or ""),
        "organization": str(ticket.organization_id or ""),
    }
    found = []
    for row in sorted(changes, key=lambda each: (each.occurred_at, each.seq), reverse=True):
        found.append((row.occurred_at, dict(now)))
        now[row.field] = row.old_key
    found.append((ticket.received_at, now))
    for at, values in reversed(found):
        yield at, _subject(ticket, values, lineages)


def _subject(ticket: Ticket, values: Mapping[str, str], lineages: Lineages) -> Subject:
    # A ticket goes from none to its own, once its sender is confirmed; from one to another never.
    organization = ticket.organization if values["organization"] else None
    return Subject(
        tier=organization.tier if organization else "",
        organization_key=organization.pk if organization else 0,
        category_keys=lineages.get(int(values["category"] or 0), frozenset()),
        product_key=int(values["product"] or 0),
        priority=int(values["priority"]),
        channel=ticket.channel,
    )


def _lineages() -> Lineages:
    """Category → itself and all above it."""
    parents = dict(Category.objects.values_list("pk", "parent_id"))

    def line(key: int | None) -> Iterator[int]:
        while key is not None:
            yield key
            key = parents[key]

    return {key: frozenset(line(key)) for key in parents}


def _choose(
    ticket: Ticket, subjects: Iterable[tuple[datetime, Subject]], book: RuleBook, *, now: datetime
) -> Action:
    action = Action(
        ticket=ticket,
        actor=None,
        capacity=Capacity.SYSTEM,
        source=Source.SYSTEM,
        at=now,
        recorded_at=now,
        # The same ticket again gives the same: a seeded desk is the same desk.
        action_id=uuid.uuid5(ticket.access_key, "promises"),
    )
    for at, subject in subjects:
        chosen = book.choose(subject)
        action.choose_policy(chosen.key if chosen else None, at=at)
    ticket.sla_revision = book.revision
    return action


def _choices(action: Action) -> tuple[Chosen, ...]:
    rows = (row for row in action.rows if isinstance(row, PolicyChoice))
    return tuple(Chosen(row.occurred_at, row.seq, row.version_id) for row in rows)


def _keep(
    action: Action, story: Story, promises: Sequence[Promise], *, now: datetime
) -> list[SlaTarget]:
    """Write what was missed to the ledger, and return the targets to store."""
    ticket = action.ticket
    judged = [_as_of(promise, now=now) for promise in promises]
    for promise in judged:
        if promise.breached_at is not None:
            _alarm(action, promise)
    ticket.next_due_at, ticket.next_target = next_due(judged)
    return [
        target_row(ticket, replace(promise, is_noted=promise.breached_at is not None))
        for promise in judged
    ]


def _as_of(promise: Promise, *, now: datetime) -> Promise:
    """What is due by now and still runs was missed."""
    if promise.state != TargetState.RUNNING or promise.due_at is None or promise.due_at >= now:
        return promise
    return replace(promise, state=TargetState.BREACHED, breached_at=promise.due_at, warn_at=None)


def _alarm(action: Action, promise: Promise) -> TargetAlarm:
    assert promise.breached_at is not None  # noqa: S101  # asked by the caller
    return action.sound_alarm(
        AlarmKind.BREACH,
        at=promise.breached_at,
        target=promise.kind,
        target_level=promise.level,
        cycle=promise.cycle,
        began_seq=promise.began_seq,
        version_id=promise.version_key,
        due_at=promise.breached_at,
    )
