"""Who looks at a ticket now, and who writes on it: kept in the cache, gone by itself.

Pages tell of their reader every ten seconds. Nothing of it reaches the database or the ledger, and
customers neither appear here nor see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from accounts.models import STAFF_ROLES, User
from tickets.models import Ticket

# Two beats may be missed before somebody is taken to have left.
STAYS_SECONDS = 25
WRITING = {"reply": "is writing a reply", "note": "is writing a note"}

Here = Mapping[int, tuple[datetime, str]]
"""By a person's key: when they were last here, and what they were writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """Somebody else on the page."""

    person: User
    writing: str
    """A sentence's end; empty while they only look."""


def others_on(ticket: Ticket, *, reader: User, now: datetime) -> list[Onlooker]:
    """Return who else looks at a ticket; who writes comes first. No query while nobody does."""
    here = {pk: seen for pk, seen in _here(ticket, now=now).items() if pk != reader.pk}
    if not here:
        return []
    people = User.objects.filter(pk__in=here, role__in=STAFF_ROLES, is_active=True)
    found = [Onlooker(person=each, writing=WRITING.get(here[each.pk][1], "")) for each in people]
    return sorted(found, key=lambda each: (not each.writing, each.person.name))


def beat(ticket: Ticket, *, person: User, writing: str, now: datetime) -> None:
    """Note that somebody looks at a ticket, and whether they write a "reply" or a "note". Of two
    at the same instant one may be lost: it comes again with the next beat."""
    here = {**_here(ticket, now=now), person.pk: (now, writing if writing in WRITING else "")}
    cache.set(_key(ticket), here, STAYS_SECONDS)


def leave(ticket: Ticket, *, person: User, now: datetime) -> None:
    """Note that somebody closed the page."""
    here = {pk: seen for pk, seen in _here(ticket, now=now).items() if pk != person.pk}
    cache.set(_key(ticket), here, STAYS_SECONDS)


def _here(ticket: Ticket, *, now: datetime) -> Here:
    kept: Here = cache.get(_key(ticket)) or {}
    return {
        pk: seen for pk, seen in kept.items() if (now - seen[0]).total_seconds() < STAYS_SECONDS
    }


def _key(ticket: Ticket) -> str:
    return f"onlookers:{ticket.pk}"
