"""Which tickets need somebody now, and the sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from tickets import formats
from tickets.choices import Capacity, EscalationKind, Status
from tickets.models import Escalation, Message, Ticket

WAITING_WORDS = {
    Status.WAITING_CUSTOMER: "Waiting on the customer",
    Status.WAITING_VENDOR: "Waiting on the vendor",
    Status.ON_HOLD: "On hold",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a row's reason is told from, beside the ticket itself."""

    unanswered: int = 0
    """Customer messages since the last answer."""
    wait_note: str = ""
    """What was written when it was put to waiting."""
    last_escalation: Escalation | None = None
    last_words: Message | None = None
    """What was written last, where nothing was spoken since."""


def needs(user: User) -> Q:
    """Match the open tickets on which `user` has the next step.

    Theirs that wait for nobody else; those of their teams (or of no team, at their level; for
    people without a level at any) that nobody holds and that are new, handed over or owed an
    answer; and those into which they were drawn as a manager.
    """
    is_owed = Q(waiting_since__isnull=False) & ~Q(status=Status.WAITING_CUSTOMER)
    mine = Q(assignee=user) & (
        Q(status__in=(Status.NEW, Status.IN_PROGRESS))
        | is_owed
        | Q(pending_escalation__isnull=False)
        | Q(live_contact__isnull=False)
    )
    unheld = Q(assignee__isnull=True) & (
        Q(status=Status.NEW) | is_owed | Q(pending_escalation__isnull=False)
    )
    drawn_in = Escalation.objects.filter(kind=EscalationKind.HIERARCHICAL, manager=user)
    return mine | (unheld & _within_reach(user)) | Q(pk__in=drawn_in.values("ticket"))


def is_owed_an_answer(ticket: Ticket) -> bool:
    """Answer whether the customer waits for words of ours: not while they were asked something,
    even where that was done by phone, nor of a ticket that is done with."""
    is_asked = ticket.status == Status.WAITING_CUSTOMER
    return ticket.is_open and ticket.waiting_since is not None and not is_asked


def _within_reach(user: User) -> Q:
    if user.home_level is None:
        return Q()
    team_ids = user.memberships.values("team")
    return Q(team__in=team_ids) | Q(team__isnull=True, level=user.home_level)


def reason(ticket: Ticket, background: Background, *, now: datetime) -> str:
    """Say in one sentence why the ticket needs somebody, or what it waits for."""
    if ticket.live_contact_id:
        return "On the line now"
    if ticket.status not in WAITING_WORDS and not ticket.is_open:
        return _end(ticket)
    if says_it_works(ticket, background):
        return "Customer says it works"
    return _handed_over(ticket, background) or _owed(ticket, background, now=now)


def says_it_works(ticket: Ticket, background: Background) -> bool:
    """Answer whether the last word on an open ticket is the customer's that it works, and nobody
    moved the ticket since. Thanks that staff entered for them say nothing of the kind."""
    words = background.last_words
    return (
        ticket.is_open
        and words is not None
        and words.is_acknowledgement
        and words.capacity == Capacity.CUSTOMER
        and words.occurred_at >= ticket.status_since
    )


def _end(ticket: Ticket) -> str:
    if ticket.status == Status.RESOLVED:
        return "Resolved, no answer yet"
    if ticket.status == Status.CANCELLED:
        return ticket.get_cancel_reason_display()
    return ticket.get_resolution_code_display() or "Closed"


def _handed_over(ticket: Ticket, background: Background) -> str:
    if ticket.pending_escalation:
        return f"Escalated from {ticket.pending_escalation.get_from_level_display()}, not accepted"
    last = background.last_escalation
    if last and last.kind == EscalationKind.RETURNED and last.occurred_at >= ticket.level_since:
        return f"Came back from {last.get_from_level_display()} with a note"
    return ""


def _owed(ticket: Ticket, background: Background, *, now: datetime) -> str:
    if ticket.status == Status.NEW:
        return "Not opened yet" if ticket.assignee_id else "Nobody has opened it"
    if is_owed_an_answer(ticket):
        is_again = background.unanswered > 1
        times = f"Customer wrote {background.unanswered} times"
        return times if is_again else "Customer waits for an answer"
    if ticket.status in WAITING_WORDS:
        since = formats.moment(ticket.status_since, now=now, zone=timezone.get_current_timezone())
        return background.wait_note or f"{WAITING_WORDS[Status(ticket.status)]} since {since}"
    return "In work" if ticket.assignee_id else "Nobody holds it"
