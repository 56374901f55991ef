"""The queue's orders, each with a cursor: a page starts after a row, not at a number, so that the
thousandth page costs what the first does."""

from __future__ import annotations

from collections.abc import Iterator
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

    def read(
        self, tickets: TicketQuerySet, *, most: int, after: str = "", first: int | None = None
    ) -> list[Ticket]:
        """Read up to `most` tickets from the beginning, or after a cursor; one that cannot be read
        is the beginning. The ticket numbered `first` stands before all others.

        What comes after a row is read piece by piece, in three queries at most: each piece is a
        stretch of an index, all of them together are none.
        """
        place = self._parse(after)
        if place is None:
            return list(self.order(tickets, first=first)[:most])
        listed = self.order(tickets if first is None else tickets.exclude(pk=first))
        found: list[Ticket] = []
        for piece in self._later(*place):
            if len(found) < most:
                found += listed.filter(piece)[: most - len(found)]
        return found

    def beside(
        self,
        tickets: TicketQuerySet,
        *,
        place: str,
        is_back: bool = False,
        first: int | None = None,
    ) -> Ticket | None:
        """Return the ticket after a cursor, or before it; None at the end. The one that the cursor
        names may be in `tickets`, elsewhere in their order or not at all. `first` is as for `read`.
        As many queries as there are pieces: each is a probe of an index."""
        named = self._parse(place)
        is_first = named is not None and named[1] == first
        others = tickets.exclude(pk=named[1]) if named else tickets
        if not is_back:
            after = "" if is_first else place
            return next(iter(self.read(others, most=1, after=after, first=first)), None)
        if named is None or is_first:
            return None
        listed = self.order(others if first is None else others.exclude(pk=first)).reverse()
        for piece in self._earlier(*named):
            found = listed.filter(piece).first()
            if found is not None:
                return found
        return None if first is None else others.filter(pk=first).first()

    def order(self, tickets: TicketQuerySet, *, first: int | None = None) -> TicketQuerySet:
        """Put the tickets in this order; the one numbered `first` before all others."""
        by, nulls_last = F(self.field), True if self.is_nullable else None
        value = (
            by.desc(nulls_last=nulls_last) if self.is_descending else by.asc(nulls_last=nulls_last)
        )
        named = [] if first is None else [Case(When(pk=first, then=0), default=1)]
        return tickets.order_by(*named, value, "-pk" if self.is_descending else "pk")

    def _later(self, value: Value, pk: int) -> Iterator[Q]:
        """What comes after a row: those with the same value, those beyond it, those without."""
        beyond = "lt" if self.is_descending else "gt"
        next_number = Q(**{f"pk__{beyond}": pk})
        nothing = Q(**{f"{self.field}__isnull": True})
        if value is None:
            yield nothing & next_number
            return
        yield Q(**{self.field: value}) & next_number
        yield Q(**{f"{self.field}__{beyond}": value})
        if self.is_nullable:
            yield nothing

    def _earlier(self, value: Value, pk: int) -> Iterator[Q]:
        """What comes before a row, the nearest stretch first."""
        beyond = "gt" if self.is_descending else "lt"
        earlier_number = Q(**{f"pk__{beyond}": pk})
        if value is None:
            yield Q(**{f"{self.field}__isnull": True}) & earlier_number
            yield Q(**{f"{self.field}__isnull": False})
            return
        yield Q(**{self.field: value}) & earlier_number
        yield Q(**{f"{self.field}__{beyond}": value})

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
    Sort(key="due", label="next target", field="next_due_at", is_nullable=True),
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
