"""What customers see: the list of their tickets, and one ticket with its public conversation."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets import access
from tickets.calendars import NeverOpen
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, Status, Visibility
from tickets.lifecycle import Verb
from tickets.models import BusinessCalendar, Message, Ticket, Transition
from tickets.querysets import TicketQuerySet
from tickets.search.tickets import search_tickets
from tickets.search.words import number_in
from tickets.selectors.due import promised_until
from tickets.selectors.portal_next import Promise, Rules, promise
from tickets.selectors.portal_steps import Course, Step, desk_name, steps
from tickets.selectors.sorting import BY_KEY
from tickets.services.calendars import business_time

PAGE_SIZE = 25
NEWEST_FIRST = BY_KEY["newest"]
CUSTOMER_VERBS = frozenset({Verb.CUSTOMER_REPLY, Verb.CONFIRM, Verb.REJECT})


class Shown(enum.StrEnum):
    """Which tickets a customer looks at."""

    ALL = "all"
    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"


CONDITIONS = {
    Shown.ALL: Q(),
    Shown.WAITING: Q(status=Status.WAITING_CUSTOMER),
    Shown.OPEN: Q(status__in=OPEN_STATUSES),
    Shown.DONE: Q(status__in=DONE_STATUSES),
}
LABELS = {
    Shown.ALL: _("All"),
    Shown.WAITING: _("Waiting for you"),
    Shown.OPEN: _("Open"),
    Shown.DONE: _("Done"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the reader of the list asked for, as it stands in the address."""

    shown: Shown = Shown.ALL
    words: str = ""
    is_whole_organization: bool = False
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketList:
    """One page of a customer's tickets, newest first, and how many there are of each kind."""

    tickets: list[Ticket]
    tabs: list[tuple[Shown, str, int]]
    next_cursor: str
    total: int


def list_tickets(user: User, question: Question) -> TicketList:
    """Answer the question in two queries, whatever there is; three where it has words."""
    asked = _asked(user, question)
    counts = asked.aggregate(
        **{shown.value: Count("pk", filter=condition) for shown, condition in CONDITIONS.items()}
    )
    rows = NEWEST_FIRST.read(
        asked.filter(CONDITIONS[question.shown]).select_related("assignee", "customer"),
        most=PAGE_SIZE + 1,
        after=question.cursor,
        first=number_in(question.words),
    )
    page = rows[:PAGE_SIZE]
    return TicketList(
        tickets=page,
        tabs=[(shown, str(LABELS[shown]), counts[shown]) for shown in Shown],
        next_cursor=NEWEST_FIRST.cursor(page[-1]) if len(rows) > PAGE_SIZE else "",
        total=counts[Shown.ALL],
    )


def _asked(user: User, question: Question) -> TicketQuerySet:
    tickets = Ticket.objects.visible_to(user)
    if user.is_organization_viewer and not question.is_whole_organization:
        tickets = tickets.filter(Q(customer=user) | Q(pk__in=user.watched.values("ticket")))
    return search_tickets(tickets, question.words, reader=user)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage:
    """One ticket as its customer sees it."""

    ticket: Ticket
    steps: tuple[Step, ...]
    promise: Promise
    messages: list[Message]
    verbs: frozenset[Verb]
    merged_into: Ticket | None

    @property
    def standing(self) -> str:
        """Where the ticket stands in the customer's words, with who works on it."""
        step = next((each for each in self.steps if each.is_current), self.steps[0])
        return f"{step.name}, {step.who}" if step.who else step.name

    @property
    def latest(self) -> Message | None:
        """The last of the messages; None where nobody has written."""
        return self.messages[-1] if self.messages else None

    @property
    def latest_author(self) -> str:
        """Who wrote last, by name; the desk where nobody in particular did."""
        author = self.latest.author if self.latest else None
        return author.name if author else desk_name()

    @property
    def may_reply(self) -> bool:
        """Whether the reader may write."""
        return Verb.CUSTOMER_REPLY in self.verbs

    @property
    def may_judge(self) -> bool:
        """Whether the reader may say that it works, or that it does not."""
        return Verb.CONFIRM in self.verbs


def load_page(reader: User, ticket: Ticket) -> TicketPage:
    """Gather the page in a fixed number of queries. `ticket` comes from access.get_ticket. Private
    notes are never among the messages, whoever reads."""
    now = timezone.now()
    verbs = access.verbs_for(reader, ticket) & CUSTOMER_VERBS
    course = _course(ticket, is_readers_turn=Verb.CUSTOMER_REPLY in verbs)
    rules = Rules(reopen_days=settings.REOPEN_DAYS, close_after_days=settings.CLOSE_AFTER_DAYS)
    return TicketPage(
        ticket=ticket,
        steps=steps(course),
        promise=promise(course, rules=rules, now=now, opens_at=opens_at(ticket, now=now)),
        messages=list(public_messages(reader, ticket)),
        verbs=verbs,
        merged_into=_visible(reader, ticket.merged_into_id),
    )


def public_messages(reader: User, ticket: Ticket) -> QuerySet[Message]:
    """What was said between customer and desk, oldest first."""
    return (
        access.readable_messages(reader, ticket)
        .filter(visibility=Visibility.PUBLIC, is_machine=False)
        .select_related("author")
        .prefetch_related("attachments")
    )


def opens_at(ticket: Ticket, *, now: datetime) -> datetime | None:
    """Return when the ticket's desk opens again; None while it is open."""
    return _opening(ticket.calendar_id, now=now)


def desk_opens_at(*, now: datetime) -> datetime | None:
    """Return when the desk opens again for something new, by its default calendar; None while it is
    open, and where it has none."""
    key = BusinessCalendar.objects.filter(is_default=True).values_list("pk", flat=True).first()
    return None if key is None else _opening(key, now=now)


def _opening(calendar_key: int, *, now: datetime) -> datetime | None:
    second = timedelta(seconds=1)
    try:
        opening = business_time(calendar_key).due(now, second.total_seconds()) - second
    except NeverOpen:
        return None
    return opening if opening > now else None


def _course(ticket: Ticket, *, is_readers_turn: bool) -> Course:
    """Read from the ticket's transitions what its steps need, in one query."""
    moves = list(Transition.objects.filter(ticket=ticket).select_related("actor"))
    resolutions = [
        m for m in moves if m.from_status in OPEN_STATUSES and m.to_status in DONE_STATUSES
    ]
    reopens = [m for m in moves if m.from_status in DONE_STATUSES and m.to_status in OPEN_STATUSES]
    last_actor = resolutions[-1].actor if resolutions else None
    return Course(
        ticket=ticket,
        has_waited=any(move.to_status == Status.WAITING_CUSTOMER for move in moves),
        resolver=last_actor if last_actor and last_actor.is_agent else None,
        reopened_at=reopens[-1].occurred_at if reopens else None,
        due_at=promised_until(ticket),
        is_readers_turn=is_readers_turn,
    )


def _visible(reader: User, number: int | None) -> Ticket | None:
    if number is None:
        return None
    return Ticket.objects.visible_to(reader).filter(pk=number).first()
