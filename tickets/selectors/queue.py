"""One page of the queue: rows with their reason, last speaker and group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Count, F, Q

from accounts.models import User
from tickets.choices import Capacity, Status, Visibility
from tickets.models import Escalation, Message, Ticket, Transition
from tickets.querysets import TicketQuerySet
from tickets.selectors.needs import WAITING_WORDS, Background, is_owed_an_answer, reason
from tickets.selectors.sorting import Sort

PAGE_SIZE = 50
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One ticket of the queue, ready to be drawn."""

    ticket: Ticket
    why: str
    last_speaker: User | None
    is_owed: bool
    is_unread: bool
    is_paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows under one heading; without a label there is no heading."""

    label: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Some rows in order, in groups, and where the next page starts ("" at the end)."""

    groups: Sequence[Group]
    next_cursor: str
    is_first: bool

    @property
    def rows(self) -> list[Row]:
        """All rows, without their groups."""
        return [row for group in self.groups for row in group.rows]


def page(
    tickets: TicketQuerySet,
    *,
    sort: Sort,
    first: int | None = None,
    after: str = "",
    now: datetime,
    size: int = PAGE_SIZE,
) -> QueuePage:
    """Read one page in five queries, whatever its size and however far down it is. The ticket
    numbered `first` stands before all others, where it is among them."""
    ordered = sort.order(tickets.filter(sort.after(after, first=first)), first=first)
    found = list(
        ordered.select_related(
            "customer", "organization", "assignee", "team", "pending_escalation"
        ).defer("description", "custom")[: size + 1]
    )
    shown = found[:size]
    rows = _rows(shown, now=now)
    return QueuePage(
        groups=_group(rows, sort=sort, now=now),
        next_cursor=sort.cursor(shown[-1]) if len(found) > size else "",
        is_first=not after,
    )


def _rows(tickets: Sequence[Ticket], *, now: datetime) -> list[Row]:
    backgrounds, speakers = _backgrounds(tickets), _speakers(tickets)
    return [
        Row(
            ticket=ticket,
            why=reason(ticket, backgrounds[ticket.pk], now=now),
            last_speaker=speakers.get(ticket.pk),
            is_owed=is_owed_an_answer(ticket),
            is_unread=ticket.status == Status.NEW or is_owed_an_answer(ticket),
            is_paused=ticket.status in WAITING_WORDS,
        )
        for ticket in tickets
    ]


def _backgrounds(tickets: Sequence[Ticket]) -> dict[int, Background]:
    unanswered = _unanswered(tickets)
    notes = _wait_notes(tickets)
    escalations = {
        row.ticket_id: row for row in Escalation.objects.filter(ticket__in=tickets).order_by("seq")
    }
    return {
        ticket.pk: Background(
            unanswered=unanswered.get(ticket.pk, 0),
            wait_note=notes.get(ticket.pk, ""),
            last_escalation=escalations.get(ticket.pk),
        )
        for ticket in tickets
    }


def _unanswered(tickets: Sequence[Ticket]) -> dict[int, int]:
    """Count the customer's messages since the desk last answered, per ticket."""
    rows = (
        Message.objects.filter(
            ticket__in=[t for t in tickets if t.waiting_since],
            occurred_at__gte=F("ticket__waiting_since"),
            author_capacity=Capacity.CUSTOMER,
            is_acknowledgement=False,
        )
        .order_by()
        .values("ticket")
        .annotate(n=Count("pk"))
    )
    return {row["ticket"]: row["n"] for row in rows}


def _wait_notes(tickets: Sequence[Ticket]) -> dict[int, str]:
    """Return what was written when each waiting ticket was put to waiting."""
    rows = Transition.objects.filter(
        ticket__in=[t for t in tickets if t.status in WAITING_WORDS],
        occurred_at=F("ticket__status_since"),
        to_status=F("ticket__status"),
    )
    return {ticket_id: note for ticket_id, note in rows.values_list("ticket", "note") if note}


def _speakers(tickets: Sequence[Ticket]) -> dict[int, User]:
    """Return who wrote last, per ticket; a ticket whose last word was spoken has none here."""
    rows = Message.objects.filter(
        Q(ticket__in=tickets),
        occurred_at=F("ticket__last_spoke_at"),
        visibility=Visibility.PUBLIC,
        is_machine=False,
    ).select_related("author")
    return {row.ticket_id: row.author for row in rows if row.author}


def _group(rows: Sequence[Row], *, sort: Sort, now: datetime) -> list[Group]:
    if sort.field != "waiting_since":
        return [Group(label="", rows=rows)] if rows else []

    def label(row: Row) -> str:
        since = row.ticket.waiting_since
        if since is None:
            return "No customer waits"
        if now - since >= DAY:
            return "Waiting for more than a day"
        return "Waiting for more than an hour" if now - since >= HOUR else "Within the last hour"

    return [Group(label=name, rows=list(group)) for name, group in groupby(rows, key=label)]
