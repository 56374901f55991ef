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
from tickets.selectors.due import Due, next_due
from tickets.selectors.needs import (
    WAITING_WORDS,
    Background,
    is_owed_an_answer,
    reason,
    says_it_works,
)
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
    due: Due | None


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
    """Read one page in five queries (later ones in up to seven), whatever its size and however far
    down it is. The ticket numbered `first` stands before all others, where it is among them."""
    listed = tickets.select_related(
        "customer", "organization", "assignee", "team", "pending_escalation"
    ).defer("description", "custom")
    found = sort.read(listed, most=size + 1, after=after, first=first)
    shown = found[:size]
    rows = _rows(shown, now=now)
    return QueuePage(
        groups=_group(rows, sort=sort, now=now),
        next_cursor=sort.cursor(shown[-1]) if len(found) > size else "",
        is_first=not after,
    )


def _rows(tickets: Sequence[Ticket], *, now: datetime) -> list[Row]:
    backgrounds = _backgrounds(tickets)
    return [_row(ticket, backgrounds[ticket.pk], now=now) for ticket in tickets]


def _row(ticket: Ticket, background: Background, *, now: datetime) -> Row:
    is_owed = is_owed_an_answer(ticket)
    is_new = ticket.status == Status.NEW
    return Row(
        ticket=ticket,
        why=reason(ticket, background, now=now),
        last_speaker=background.last_words.author if background.last_words else None,
        is_owed=is_owed,
        is_unread=is_new or is_owed or says_it_works(ticket, background),
        is_paused=ticket.status in WAITING_WORDS,
        due=next_due(ticket, now=now) if ticket.is_open else None,
    )


def _backgrounds(tickets: Sequence[Ticket]) -> dict[int, Background]:
    unanswered = _unanswered(tickets)
    notes = _wait_notes(tickets)
    words = _last_words(tickets)
    escalations = {
        row.ticket_id: row for row in Escalation.objects.filter(ticket__in=tickets).order_by("seq")
    }
    return {
        ticket.pk: Background(
            unanswered=unanswered.get(ticket.pk, 0),
            wait_note=notes.get(ticket.pk, ""),
            last_escalation=escalations.get(ticket.pk),
            last_words=words.get(ticket.pk),
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


def _last_words(tickets: Sequence[Ticket]) -> dict[int, Message]:
    """Return what was written last, per ticket; one whose last word was spoken has none here."""
    rows = Message.objects.filter(
        Q(ticket__in=tickets),
        occurred_at=F("ticket__last_spoke_at"),
        visibility=Visibility.PUBLIC,
        is_machine=False,
    )
    return {row.ticket_id: row for row in rows.select_related("author").order_by("seq")}


def _group(rows: Sequence[Row], *, sort: Sort, now: datetime) -> list[Group]:
    label = _HEADINGS.get(sort.field)
    if label is None:
        return [Group(label="", rows=rows)] if rows else []
    headings = groupby(rows, key=lambda row: label(row.ticket, now))
    return [Group(label=name, rows=list(group)) for name, group in headings]


def _waiting_heading(ticket: Ticket, now: datetime) -> str:
    since = ticket.waiting_since
    if since is None:
        return "No customer waits"
    if now - since >= DAY:
        return "Waiting for more than a day"
    return "Waiting for more than an hour" if now - since >= HOUR else "Within the last hour"


def _due_heading(ticket: Ticket, now: datetime) -> str:
    due_at = ticket.next_due_at
    if due_at is None:
        return "Nothing falls due"
    if due_at < now:
        return "Overdue"
    return "Within the hour" if due_at - now <= HOUR else "Later"


_HEADINGS = {"waiting_since": _waiting_heading, "next_due_at": _due_heading}
