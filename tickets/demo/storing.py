"""Stores the demo desk and its tickets, in one transaction: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate, islice
from random import Random

from django.db import transaction

from tickets.demo.desk import Desk, build_desk
from tickets.demo.outages import store_outages
from tickets.demo.policies import store_policies
from tickets.demo.surveys import store_surveys
from tickets.demo.telling import Told, tell_all
from tickets.ledger import store_all
from tickets.models import Ticket
from tickets.services.promised_before import promise_all
from tickets.updating import update_each

TICKETS_PER_BATCH = 500
PROMISED_FOR = timedelta(days=400)


@transaction.atomic
def store_demo(
    *,
    tickets: int,
    until: datetime,
    seed: int,
    stored: Callable[[int], None],
    judged: Callable[[int], None],
) -> Desk:
    """Store a desk and `tickets` tickets of the year before `until`, and return the desk. `stored`
    is told after each batch how many tickets there are; `judged` of how many the desk knows which
    promises it kept."""
    rng = Random(f"{seed} desk")  # noqa: S311  # a story, not a secret
    desk = build_desk(tickets=tickets, until=until, rng=rng)
    done = 0
    for some in _batches(tell_all(desk, count=tickets, until=until, seed=seed)):
        _store_some(some, at=until)
        done += len(some)
        stored(done)
    store_policies(at=until - PROMISED_FOR)
    every = Ticket.objects.values_list("pk", flat=True)
    for number in accumulate(promise_all(every, now=until)):
        judged(number)
    store_outages(desk, until=until, seed=seed)
    store_surveys(desk, until=until, seed=seed)
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
    update_each(Ticket, ("merged_into",), merged)
