"""What later tickets tell of earlier ones, found in memory: apart from how the fill asks for it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from metrics.facts.followups import LaterTickets
from metrics.facts.measure import Measured
from metrics.fill.neighbours import FOLLOW_UP_LINKS, NO_FOLLOW_UP
from tickets.choices import NO_ISSUE, LinkKind
from tickets.models import Link, Ticket

Groups = Mapping[tuple[str, int, int], list[datetime]]


@dataclass(frozen=True, slots=True)
class LaterIndex:
    """Every ticket's receipt, by whom and what it is about (category 0: any), ascending; and when
    the follow-ups of a ticket came that agents linked."""

    groups: Groups
    linked: Mapping[int, list[datetime]]

    def of(self, measured: Measured) -> LaterTickets:
        """When other tickets came after the resolutions of this one."""
        if measured.state.is_cancelled:
            return LaterTickets()
        first = measured.resolution.first_resolved_at
        last = measured.resolution.last_resolved_at
        own = measured.dimensions
        customer, organization = ("customer", own.customer_key), ("org", own.organization_key)
        return LaterTickets(
            linked=_after(self.linked.get(measured.ticket_key, []), first),
            category=self._next(first, *customer, own.category_key),
            customer=self._next(first, *customer),
            organization=self._next(first, *organization),
            issue_customer=self._next(last, *customer),
            issue_customer_category=self._next(last, *customer, own.category_key),
            issue_organization=self._next(last, *organization),
            issue_organization_category=self._next(last, *organization, own.category_key),
        )

    def _next(
        self, moment: datetime | None, kind: str, key: int, category: int | None = None
    ) -> datetime | None:
        """When the next ticket of a group came; a group of nobody or of no category has none."""
        if not key or category == 0:
            return None
        return _after(self.groups.get((kind, key, category or 0), []), moment)


def _after(ascending: list[datetime], moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    place = bisect_right(ascending, moment)
    return ascending[place] if place < len(ascending) else None


def read_later() -> LaterIndex:
    """Read all tickets and links once. Four queries."""
    groups: dict[tuple[str, int, int], list[datetime]] = defaultdict(list)
    issues = Ticket.objects.exclude(cancel_reason__in=NO_ISSUE).order_by("received_at")
    names = ("customer_id", "organization_id", "category_id", "received_at")
    for customer, organization, category, received_at in issues.values_list(*names):
        for kind, key in (("customer", customer), ("org", organization)):
            groups[kind, key or 0, 0].append(received_at)
            if category:
                groups[kind, key or 0, category].append(received_at)
    return LaterIndex(groups, _read_linked())


def _read_linked() -> Mapping[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    made = Link.objects.filter(kind__in=FOLLOW_UP_LINKS, corrections__isnull=True).order_by()
    links = made.exclude(ticket__cancel_reason__in=NO_FOLLOW_UP)
    duplicates = made.filter(kind=LinkKind.DUPLICATE).exclude(other__cancel_reason__in=NO_FOLLOW_UP)
    merged = Ticket.objects.filter(merged_into__isnull=False).order_by()
    told = (
        links.values_list(
            "other_id", "other__customer_id", "ticket__customer_id", "ticket__received_at"
        ),
        duplicates.values_list(
            "ticket_id", "ticket__customer_id", "other__customer_id", "other__received_at"
        ),
        merged.values_list(
            "merged_into_id", "merged_into__customer_id", "customer_id", "received_at"
        ),
    )
    for rows in told:
        for key, customer, other, received_at in rows:
            if customer == other:
                found[key].append(received_at)
    for moments in found.values():
        moments.sort()
    return found
