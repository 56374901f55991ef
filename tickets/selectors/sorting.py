"""The queue's orders, each with a cursor: a page starts after a row, not at a number, so that the
thousandth page costs what the first does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Case, F, Q, When
from django.utils.dateparse import parse_datetime

from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

Value = datetime | int | None
SEPARATOR = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """An order by one field and then by number; rows without a value come last.

    `is_nullable` is said where there can be such rows: only then is the order one that PostgreSQL
    cannot read from an index as it is.
    """

    key: str
    label: str
    field: str
    is_descending: bool = False
    is_number: bool = False
    is_nullable: bool = False

    def order(self, tickets: TicketQuerySet, *, first: int | None = None) -> TicketQuerySet:
        """Put the tickets in this order; the one numbered `first` before all others."""
        by, nulls_last = F(self.field), True if self.is_nullable else None
        value = (
            by.desc(nulls_last=nulls_last) if self.is_descending else by.asc(nulls_last=nulls_last)
        )
        named = [] if first is None else [Case(When(pk=first, then=0), default=1)]
        return tickets.order_by(*named, value, "-pk" if self.is_descending else "pk")

    def after(self, cursor: str, *, first: int | None = None) -> Q:
        """Match what comes after a cursor; a cursor that cannot be read matches everything. The
        ticket numbered `first` stood on the first page.

        The outer bound says what the inner condition implies: it lets the database start in the
        index where the page starts.
        """
        parsed = self._parse(cursor)
        if parsed is None:
            return Q()
        stood_before = Q() if first is None else ~Q(pk=first)
        return stood_before & self._later(*parsed)

    def _later(self, value: Value, pk: int) -> Q:
        beyond = "lt" if self.is_descending else "gt"
        next_number = Q(**{f"pk__{beyond}": pk})
        if value is None:
            return Q(**{f"{self.field}__isnull": True}) & next_number
        bound = Q(**{f"{self.field}__{beyond}e": value})
        later = bound & (Q(**{f"{self.field}__{beyond}": value}) | next_number)
        return later | Q(**{f"{self.field}__isnull": True}) if self.is_nullable else later

    def cursor(self, ticket: Ticket) -> str:
        """Write the cursor that names `ticket` in this order."""
        value = getattr(ticket, self.field)
        written = value.isoformat() if isinstance(value, datetime) else str(value or "")
        return f"{written}{SEPARATOR}{ticket.pk}"

    def _parse(self, cursor: str) -> tuple[Value, int] | None:
        written, separator, number = cursor.rpartition(SEPARATOR)
        pk = _number(number)
        if not separator or pk is None:
            return None
        if not written:
            return None, pk
        value = _number(written) if self.is_number else _moment(written)
        return None if value is None else (value, pk)


def _number(written: str) -> int | None:
    is_number = written.isascii() and written.isdigit() and len(written) < 19
    return int(written) if is_number else None


def _moment(written: str) -> datetime | None:
    try:
        value = parse_datetime(written)
        return value.astimezone(UTC) if value and value.tzinfo else None
    except (ValueError, OverflowError):  # no such day, or none in UTC
        return None


SORTS: tuple[Sort, ...] = (
    Sort(key="waiting", label="longest waiting", field="waiting_since", is_nullable=True),
    Sort(key="newest", label="newest", field="received_at", is_descending=True),
    Sort(key="oldest", label="oldest", field="received_at"),
    Sort(key="priority", label="highest priority", field="priority", is_number=True),
    Sort(
        key="spoken",
        label="latest word",
        field="last_spoke_at",
        is_descending=True,
        is_nullable=True,
    ),
    Sort(
        key="resolved",
        label="last resolved",
        field="resolved_at",
        is_descending=True,
        is_nullable=True,
    ),
)
BY_KEY = {sort.key: sort for sort in SORTS}
