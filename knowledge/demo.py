"""Self-service sessions of the demo desk: some helped, some were followed by a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from knowledge.models import SelfServiceSession
from tickets.choices import Channel
from tickets.demo.desk import Desk
from tickets.demo.topics import phrases
from tickets.models import Ticket

BATCH = 1_000
SHARE_BEFORE_TICKETS = 0.3
PER_PORTAL_TICKET = 2.2


@transaction.atomic
def store_sessions(desk: Desk, *, until: datetime, seed: int) -> int:
    """Store sessions for the tickets that came by the portal, some of which looked for an answer
    before, and for customers who found one; return how many."""
    rng = Random(f"{seed} sessions")  # noqa: S311  # a story, not a secret
    tickets = Ticket.objects.filter(channel=Channel.PORTAL).order_by("pk")
    sessions = list(_sessions(desk, tickets.iterator(chunk_size=BATCH), rng, until=until))
    SelfServiceSession.objects.bulk_create(sessions, batch_size=BATCH)
    return len(sessions)


def _sessions(
    desk: Desk, tickets: Iterator[Ticket], rng: Random, *, until: datetime
) -> Iterator[SelfServiceSession]:
    for ticket in tickets:
        if rng.random() < SHARE_BEFORE_TICKETS:
            yield _before(ticket, rng)
        for _ in range(int(PER_PORTAL_TICKET + rng.random())):
            yield _helped(desk, ticket, rng, until=until)


def _before(ticket: Ticket, rng: Random) -> SelfServiceSession:
    started_at = ticket.received_at - timedelta(minutes=rng.uniform(4, 80))
    return SelfServiceSession(
        customer_id=ticket.customer_id,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=3),
        recorded_at=started_at,
        query=rng.choice(phrases()["searches"]),
        has_viewed_answer=rng.random() < 0.7,
        is_helpful=False if rng.random() < 0.5 else None,
        ticket=ticket,
    )


def _helped(desk: Desk, ticket: Ticket, rng: Random, *, until: datetime) -> SelfServiceSession:
    """Somebody found what they looked for, within days of the ticket; nothing followed."""
    started_at = ticket.received_at + timedelta(hours=rng.uniform(-90, 90))
    started_at = min(started_at, until - timedelta(minutes=5))
    account = rng.choice(desk.accounts)
    return SelfServiceSession(
        customer=rng.choice(account.people) if rng.random() < 0.7 else None,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=rng.uniform(1, 9)),
        recorded_at=started_at,
        query=rng.choice(phrases()["searches"]),
        has_viewed_answer=rng.random() < 0.85,
        is_helpful=True if rng.random() < 0.4 else None,
    )
