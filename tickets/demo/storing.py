"""Stores the demo desk and its tickets, in one transaction: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from random import Random

from django.db import transaction

from tickets.demo.desk import Desk, build_desk
from tickets.demo.telling import Told, tell_all
from tickets.ledger import store_all
from tickets.models import Ticket

TICKETS_PER_BATCH = 500


@transaction.atomic
def store_demo(*, tickets: int, until: datetime, seed: int, stored: Callable[[int], None]) -> Desk:
    """Store a desk and `tickets` tickets of the year before `until`, and return the desk. `stored`
    is told the number of tickets after each batch."""
    rng = Random(f"{seed} desk")  # noqa: S311  # a story, not a secret
    desk = build_desk(tickets=tickets, until=until, rng=rng)
    done = 0
    for some in _batches(tell_all(desk, count=tickets, until=until, seed=seed)):
        _store_some(some, at=until)
        done += len(some)
        stored(done)
    return desk


def _batches(told: Iterator[Told]) -> Iterator[list[Told]]:
    while some := list(islice(told, TICKETS_PER_BATCH)):
        yield some


def _store_some(some: list[Told], *, at: datetime) -> None:
    """Store a batch; a ticket that was merged is told into which, once that one is stored."""
    store_all([each.ticket for each in some], [row for each in some for row in each.rows], at=at)
    merged = []
    for each in some:
        if each.merged_into is not None:
            each.ticket.merged_into = each.merged_into
            merged.append(each.ticket)
    Ticket.objects.bulk_update(merged, ["merged_into"])
