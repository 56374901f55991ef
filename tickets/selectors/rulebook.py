"""The rule book: which versions of service level policies are in force, and every version's terms.

A version never changes, so terms are kept per process; only whether there is a newer one is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import Q

from tickets.models import Category, PolicyChoice, SlaVersion, Ticket
from tickets.querysets import TicketQuerySet
from tickets.sla.terms import Edition, PolicyTerms, RuleBook, Subject, read_terms

NO_RULES: Final = RuleBook(versions={}, editions=())


def rule_book() -> RuleBook:
    """Return the rule book as of now. One query while no policy changes."""
    last = SlaVersion.objects.order_by("-pk").values_list("pk", "stamp").first()
    return _book(*last) if last else NO_RULES


@lru_cache(maxsize=2)
def _book(revision: int, _stamp: UUID) -> RuleBook:
    """Read all versions up to `revision`; of each policy the latest is in force, if active."""
    rows = list(SlaVersion.objects.filter(pk__lte=revision).order_by("pk"))
    versions = {row.pk: terms_of(row) for row in rows}
    return RuleBook(versions=versions, editions=tuple(_editions(rows, versions)))


def _editions(rows: Iterable[SlaVersion], versions: Mapping[int, PolicyTerms]) -> Iterator[Edition]:
    """Yield an edition for each version. None begins before the one that it replaces."""
    latest: dict[int, SlaVersion] = {}
    since: datetime | None = None
    for row in rows:
        latest[row.policy_id] = row
        since = row.valid_from if since is None else max(since, row.valid_from)
        active = sorted((each.position, each.pk) for each in latest.values() if each.is_active)
        in_force = tuple(versions[pk] for _, pk in active)
        yield Edition(revision=row.pk, since=since, in_force=in_force)


def tickets_by_calendar(calendar_key: int) -> TicketQuerySet:
    """Tickets of a calendar, and those to which something was ever promised by it."""
    versions = [
        key
        for key, terms in rule_book().versions.items()
        if any(target.calendar_key == calendar_key for target in terms.targets)
    ]
    of_calendar = Q(calendar=calendar_key)
    if versions:
        promised = PolicyChoice.objects.filter(version__in=versions).order_by()
        of_calendar |= Q(pk__in=promised.values("ticket_id"))
    return Ticket.objects.filter(of_calendar)


def terms_of(row: SlaVersion) -> PolicyTerms:
    """The terms of a stored version."""
    return read_terms(
        row.pk, name=row.name, number=row.number, position=row.position, document=row.document
    )


def subject_of(ticket: Ticket) -> Subject:
    """How a ticket stands now, as conditions ask. Reads the categories above its own."""
    organization = ticket.organization
    return Subject(
        tier=organization.tier if organization else "",
        organization_key=ticket.organization_id or 0,
        category_keys=_lineage(ticket.category),
        product_key=ticket.product_id or 0,
        priority=ticket.priority,
        channel=ticket.channel,
    )


def _lineage(category: Category | None) -> frozenset[int]:
    keys = set()
    while category is not None:
        keys.add(category.pk)
        category = category.parent
    return frozenset(keys)
