"""Facts that other tickets tell: the next ticket after a resolution, and linked follow-ups.

A ticket that appears, changes its category or is cancelled concerns the earlier tickets of the same
customer and organization for which it is, or was, the next one; only those are looked up again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery

from metrics.facts.followups import LaterTickets, later_facts
from metrics.fill.tables import CHUNK, FACTS, LATER_COLUMNS, RowsOfTickets
from metrics.models import TicketFacts
from tickets.calendars import BusinessTime
from tickets.choices import NO_ISSUE, CancelReason, LinkKind
from tickets.models import Link, Ticket
from tickets.updating import update_columns

FOLLOW_UP_LINKS = (LinkKind.FOLLOW_UP, LinkKind.DUPLICATE)
# Cancelled so, a ticket follows nothing, linked or not: "thanks" that came too late to be one.
NO_FOLLOW_UP = (CancelReason.SPAM, CancelReason.MISTAKE)

SPANS_PER_QUERY = 500
EVER = datetime(1, 1, 1, tzinfo=UTC)


# Which tickets are concerned ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets among which the next one is looked for: of one customer or organization (`column`
    says which), in one category or (0) in any."""

    column: str
    key: int
    category_key: int


@dataclass(frozen=True, slots=True)
class Span:
    """Tickets of a group that were resolved, first or last, from `since` until before `until`."""

    group: Group
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a ticket the next one of others."""

    customer_key: int
    organization_key: int
    category_key: int
    received_at: datetime
    is_cancelled: bool

    def groups(self) -> Iterator[Group]:
        """The groups that it belongs to; nobody's and no category's tickets are no group."""
        for column in ("customer_key", "organization_key"):
            key = getattr(self, column)
            if key:
                yield Group(column, key, 0)
            if key and self.category_key:
                yield Group(column, key, self.category_key)


_IDENTITY = tuple(FACTS.at(name) for name in Identity.__slots__)


def concerned(old: RowsOfTickets, new: RowsOfTickets) -> set[int]:
    """Return the tickets whose later tickets have to be looked up again, because the facts of some
    went from `old` to `new`; these included. A handful of queries per 500 that are new or moved."""
    moved: dict[int, tuple[Identity | None, Identity]] = {}
    for key, rows in new.items():
        before, after = _identity(old.get(key)), _identity(rows)
        if after is not None and before != after:
            moved[key] = (before, after)
    return set(new) | _linked_from(list(new)) | _resolved_within(list(_spans(moved)))


def _identity(rows: Sequence[tuple[Any, ...]] | None) -> Identity | None:
    return Identity(*(rows[0][i] for i in _IDENTITY)) if rows else None


def _linked_from(keys: Sequence[int]) -> set[int]:
    """Tickets that these are, or were, linked to as follow-ups or duplicates, or merged into."""
    links = Link.objects.filter(ticket_id__in=keys, kind__in=FOLLOW_UP_LINKS).order_by()
    duplicates = Link.objects.filter(other_id__in=keys, kind=LinkKind.DUPLICATE).order_by()
    merged = Ticket.objects.filter(pk__in=keys, merged_into__isnull=False).order_by()
    return {
        *links.values_list("other_id", flat=True),
        *duplicates.values_list("ticket_id", flat=True),
        *merged.values_list("merged_into_id", flat=True),
    }


def _spans(moved: Mapping[int, tuple[Identity | None, Identity]]) -> Iterator[Span]:
    """Yield when tickets were resolved for which a moved ticket may be the next one.

    It is so since the ticket before it in the group was received; without one, it is nobody's next.
    In a group that it left, any earlier ticket may have had it as its next one.
    """
    before = _received_before(list(moved)) if moved else {}
    for key, (left, now) in moved.items():
        groups = set(now.groups())
        for group in groups:
            since = before[key][group.column, bool(group.category_key)]
            if since is not None:
                yield Span(group, since, now.received_at)
        if left is not None:
            for group in set(left.groups()) - groups:
                yield Span(group, EVER, left.received_at)


# A join with the spans, where the ORM could only build a condition of hundreds of alternatives.
# Served by the four indexes of facts that begin with customer or organization.
_WITHIN = """
WITH span (group_key, category_key, since, until) AS (VALUES {values})
SELECT facts.ticket_id FROM span JOIN {facts} AS facts
    ON facts.{column} = span.group_key
    AND facts.{moment} >= span.since AND facts.{moment} < span.until
WHERE span.category_key IN (0, facts.category_key)
"""


def _resolved_within(spans: Sequence[Span]) -> set[int]:
    """Return the tickets that the spans hold."""
    found: set[int] = set()
    as_stored = connection.ops.adapt_datetimefield_value
    for column in ("customer_key", "organization_key"):
        rows = [
            (span.group.key, span.group.category_key, as_stored(span.since), as_stored(span.until))
            for span in spans
            if span.group.column == column
        ]
        for start in range(0, len(rows), SPANS_PER_QUERY):
            chunk = rows[start : start + SPANS_PER_QUERY]
            for moment in ("first_resolved_at", "last_resolved_at"):
                found |= _ask_within(chunk, column=column, moment=moment)
    return found


def _ask_within(rows: Sequence[tuple[Any, ...]], *, column: str, moment: str) -> set[int]:
    statement = _WITHIN.format(
        values=", ".join(["(%s, %s, %s, %s)"] * len(rows)),
        facts=TicketFacts._meta.db_table,
        column=column,
        moment=moment,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])
        return {key for (key,) in cursor.fetchall()}


def _received_before(keys: Sequence[int]) -> dict[int, dict[tuple[str, bool], datetime | None]]:
    """Return, by ticket, when the ticket before it was received: by the column that both share, and
    whether they share the category too. One query."""

    def latest(**same: Any) -> Subquery:
        earlier = Ticket.objects.filter(received_at__lt=OuterRef("received_at"), **same)
        earlier = earlier.exclude(cancel_reason__in=NO_ISSUE).order_by("-received_at")
        return Subquery(earlier.values("received_at")[:1])

    customer = {"customer": OuterRef("customer")}
    organization = {"organization": OuterRef("organization")}
    category = {"category": OuterRef("category")}
    names = (
        ("customer_key", False),
        ("customer_key", True),
        ("organization_key", False),
        ("organization_key", True),
    )
    rows = (
        Ticket.objects.filter(pk__in=keys)
        .order_by()
        .values_list(
            "pk",
            latest(**customer),
            latest(**customer, **category),
            latest(**organization),
            latest(**organization, **category),
        )
    )
    return {key: dict(zip(names, found, strict=True)) for key, *found in rows}


# What they are told -------------------------------------------------------------------------


def look_up(keys: Collection[int], calendars: Mapping[int, BusinessTime]) -> set[date]:
    """Look up the later tickets of stored facts and correct what differs. One query per chunk.

    Returns the days on which those tickets count for figures of follow-ups and next issues. Calling
    twice changes nothing the second time.
    """
    corrections: list[tuple[Any, ...]] = []
    days: set[date] = set()
    for row in _with_later(sorted(keys)):
        key, calendar_key, first, last, is_cancelled, received_on, resolved_on = row[:_HEAD]
        later = LaterTickets() if is_cancelled else _later_tickets(row[_HEAD + _STORED :])
        told = _values(later_facts(first, last, later, calendars[calendar_key]))
        if told != row[_HEAD : _HEAD + _STORED]:
            corrections.append((*told, key))
            days.update(day for day in (received_on, resolved_on) if day is not None)
    update_columns(TicketFacts, LATER_COLUMNS, corrections)
    return days


_COLUMNS = (
    "pk",
    "calendar_key",
    "first_resolved_at",
    "last_resolved_at",
    "is_cancelled",
    "received_on",
    "last_resolved_on",
)
_HEAD, _STORED = len(_COLUMNS), len(LATER_COLUMNS)
_values = attrgetter(*LATER_COLUMNS)


def _with_later(keys: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Yield facts with what is stored of later tickets, and then with what is so."""
    first, last = "first_resolved_at", "last_resolved_at"
    customer = {"customer": OuterRef("customer_key")}
    organization = {"organization": OuterRef("organization_key")}
    category = {"category": OuterRef("category_key")}
    for start in range(0, len(keys), CHUNK):
        facts = TicketFacts.objects.filter(pk__in=keys[start : start + CHUNK]).order_by()
        yield from facts.values_list(
            *_COLUMNS,
            *LATER_COLUMNS,
            _linked(),
            _duplicate(),
            _merged(),
            _next(first, **customer, **category),
            _next(first, **customer),
            _next(first, **organization),
            _next(last, **customer),
            _next(last, **customer, **category),
            _next(last, **organization),
            _next(last, **organization, **category),
        )


def _later_tickets(found: Sequence[datetime | None]) -> LaterTickets:
    linked, duplicate, merged, category, customer, organization, *issues = found
    told = [at for at in (linked, duplicate, merged) if at is not None]
    return LaterTickets(
        linked=min(told, default=None),
        category=category,
        customer=customer,
        organization=organization,
        issue_customer=issues[0],
        issue_customer_category=issues[1],
        issue_organization=issues[2],
        issue_organization_category=issues[3],
    )


def _next(moment: str, **same: Any) -> Subquery:
    """When the next ticket that shares `same` came after a moment of the facts."""
    later = Ticket.objects.filter(received_at__gt=OuterRef(moment), **same)
    later = later.exclude(cancel_reason__in=NO_ISSUE).order_by("received_at")
    return Subquery(later.values("received_at")[:1])


def _linked() -> Subquery:
    """When the first ticket came that an agent linked as follow-up or duplicate of this one."""
    links = Link.objects.filter(
        other=OuterRef("pk"),
        kind__in=FOLLOW_UP_LINKS,
        corrections__isnull=True,
        ticket__customer=OuterRef("ticket__customer"),
        ticket__received_at__gt=OuterRef("first_resolved_at"),
    ).exclude(ticket__cancel_reason__in=NO_FOLLOW_UP)
    return Subquery(links.order_by("ticket__received_at").values("ticket__received_at")[:1])


def _duplicate() -> Subquery:
    """When the first ticket came that an agent called this one a duplicate of: which of two is
    called the duplicate says nothing about which came first."""
    links = Link.objects.filter(
        ticket=OuterRef("pk"),
        kind=LinkKind.DUPLICATE,
        corrections__isnull=True,
        other__customer=OuterRef("ticket__customer"),
        other__received_at__gt=OuterRef("first_resolved_at"),
    ).exclude(other__cancel_reason__in=NO_FOLLOW_UP)
    return Subquery(links.order_by("other__received_at").values("other__received_at")[:1])


def _merged() -> Subquery:
    """When the first ticket came that was merged into this one: its duplicate."""
    merged = Ticket.objects.filter(
        merged_into=OuterRef("pk"),
        customer=OuterRef("ticket__customer"),
        received_at__gt=OuterRef("first_resolved_at"),
    )
    return Subquery(merged.order_by("received_at").values("received_at")[:1])
