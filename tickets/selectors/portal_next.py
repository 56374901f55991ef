"""What happens next with a ticket, in a sentence to its customer that may name a moment. Pure.

Levels, teams, priorities and internal targets are nothing that customers are told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.choices import CancelReason, Status
from tickets.models import Ticket
from tickets.selectors.portal_steps import Course, helper_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What happens next: a word ahead, then a sentence that may name a moment."""

    lead: str
    before: str
    at: datetime | None = None
    after: str = ""
    is_day: bool = False
    """Whether the day is enough of the moment."""
    icon: str = "clock"
    opens_at: datetime | None = None
    """When the desk, closed now, opens again, where `at` is another moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the desk has decided: the days in which an answer reopens a ticket, and those after
    which a resolved one closes by itself."""

    reopen_days: int
    close_after_days: int


def promise(course: Course, *, rules: Rules, now: datetime, opens_at: datetime | None) -> Promise:
    """Say what happens next. `opens_at` is when the desk opens again; None: it is open."""
    ticket = course.ticket
    if ticket.status in AT_WORK:
        said = _at_it(course, opens_at)
        if course.due_at is None:
            return said
        told = _by(course, course.due_at, said=said, now=now)
        return told if told.at == opens_at else replace(told, opens_at=opens_at)
    if ticket.status == Status.CANCELLED:
        return _cancelled(ticket)
    end = _resolved if ticket.status == Status.RESOLVED else _closed
    return end(ticket, rules=rules, now=now)


def reopens_until(ticket: Ticket, *, rules: Rules) -> datetime | None:
    """Return until when an answer opens a done ticket again; None where it is not done."""
    if ticket.resolved_at is None:
        return None
    return ticket.resolved_at + timedelta(days=rules.reopen_days)


def _at_it(course: Course, opens_at: datetime | None) -> Promise:
    ticket = course.ticket
    if ticket.status == Status.WAITING_CUSTOMER and not course.is_readers_turn:
        return Promise(
            lead=_("%(helper)s needs an answer from %(name)s.")
            % {"helper": helper_name(ticket), "name": ticket.customer.name},
            before=_("Once it is there, work goes on."),
        )
    return AT_WORK[Status(ticket.status)](ticket, opens_at)


def _by(course: Course, due_at: datetime, *, said: Promise, now: datetime) -> Promise:
    """Name the moment that was promised, in place of what is said without one; once it has passed,
    say that instead, but where it is the customer's turn."""
    ticket = course.ticket
    if due_at < now:
        return said if ticket.status == Status.WAITING_CUSTOMER else _late(ticket, said)
    if ticket.status == Status.NEW:
        before, after = _("Somebody begins with it by"), _("A mail tells you.")
    elif ticket.waiting_since is not None:
        before, after = _("You get an answer by"), _("Here and by mail.")
    else:
        before, after = _("It should be solved by"), _("Nothing is needed from you.")
    if ticket.status == Status.WAITING_CUSTOMER:
        after = _("Once the answer is there, work goes on.")
    before = " ".join(filter(None, (_what_it_waits_for(course), before)))
    return replace(said, before=before, at=due_at, after=after)


def _late(ticket: Ticket, said: Promise) -> Promise:
    late = _("This takes longer than we promised, and we are sorry.")
    if ticket.status in (Status.WAITING_VENDOR, Status.ON_HOLD):
        return replace(said, lead=late)
    goes_on = _("%(name)s goes on with it; what comes of it stands here and in your mail.")
    return Promise(lead=late, before=goes_on % {"name": helper_name(ticket)})


def _what_it_waits_for(course: Course) -> str:
    """A sentence, "" where it waits for nobody, or the lead has told it."""
    ticket = course.ticket
    if ticket.status == Status.WAITING_VENDOR:
        said = _("%(name)s has asked a supplier and keeps at it.")
    elif ticket.status == Status.ON_HOLD:
        said = _("The solution depends on a change of ours.")
    elif ticket.status == Status.WAITING_CUSTOMER and course.is_readers_turn:
        said = _("%(name)s needs an answer from you.")
    else:
        return ""
    return said % {"name": helper_name(ticket)}


def _read_by(name: str) -> str:
    return _("%(name)s has what you wrote.") % {"name": name}


def _on_it(name: str) -> str:
    return _("%(name)s is on it.") % {"name": name}


def _new(ticket: Ticket, opens_at: datetime | None) -> Promise:
    if opens_at is None:
        return Promise(
            lead=_("We have it."),
            before=_(
                "The desk is open, and the next free person begins with it. A mail tells you."
            ),
        )
    return Promise(
        lead=_("We have it."),
        before=_("The desk is closed now and opens again"),
        at=opens_at,
        after=_("Then somebody begins with it, and you get a mail."),
    )


def _at_work(ticket: Ticket, opens_at: datetime | None) -> Promise:
    name = helper_name(ticket)
    if ticket.waiting_since is None:
        return Promise(
            lead=_on_it(name),
            before=_("What comes of it stands here and in your mail. Nothing is needed from you."),
        )
    if opens_at is None:
        return Promise(
            lead=_read_by(name),
            before=_("The desk is open; the answer comes here and by mail."),
        )
    return Promise(
        lead=_read_by(name),
        before=_("The desk is closed now and opens again"),
        at=opens_at,
        after=_("The answer comes here and by mail."),
    )


def _your_turn(ticket: Ticket, opens_at: datetime | None) -> Promise:
    name = helper_name(ticket)
    if opens_at is None:
        return Promise(
            lead=_("Your turn."),
            before=_(
                "%(name)s needs an answer from you. The desk is open: once you answer, work "
                "goes on."
            )
            % {"name": name},
            icon="reply",
        )
    return Promise(
        lead=_("Your turn."),
        before=_(
            "%(name)s needs an answer from you. Answer when it suits you; work goes on when the "
            "desk opens again"
        )
        % {"name": name},
        at=opens_at,
        icon="reply",
    )


def _with_supplier(ticket: Ticket, opens_at: datetime | None) -> Promise:
    return Promise(
        lead=_("We wait for an answer too."),
        before=_("%(name)s has asked a supplier and keeps at it. Nothing is needed from you.")
        % {"name": helper_name(ticket)},
    )


def _on_hold(ticket: Ticket, opens_at: datetime | None) -> Promise:
    return Promise(
        lead=_("The way is clear, it takes its time."),
        before=_(
            "The solution depends on a change of ours. %(name)s writes as soon as it is there. "
            "Nothing is needed from you."
        )
        % {"name": helper_name(ticket)},
    )


AT_WORK: Mapping[Status, Callable[[Ticket, datetime | None], Promise]] = {
    Status.NEW: _new,
    Status.IN_PROGRESS: _at_work,
    Status.WAITING_CUSTOMER: _your_turn,
    Status.WAITING_VENDOR: _with_supplier,
    Status.ON_HOLD: _on_hold,
}


def _resolved(ticket: Ticket, *, rules: Rules, now: datetime) -> Promise:
    closes_at = ticket.status_since + timedelta(days=rules.close_after_days)
    left = _days_to_reopen(ticket, rules=rules, now=now)
    return Promise(
        lead=_("This should be solved."),
        before=_("Does it work? Say so below. Without a word from you it closes"),
        at=closes_at if closes_at > now else None,
        is_day=True,
        after=left if closes_at > now else f"{_('shortly.')} {left}".strip(),
        icon="check",
    )


def _days_to_reopen(ticket: Ticket, *, rules: Rules, now: datetime) -> str:
    """For how many days an answer opens it again, begun ones counted whole; "" where none."""
    until = reopens_until(ticket, rules=rules)
    if until is None or until <= now:
        return ""
    days = _days(until - now)
    words = ngettext(
        "For %(days)s more day an answer opens it again.",
        "For %(days)s more days an answer opens it again.",
        days,
    )
    return words % {"days": days}


def _closed(ticket: Ticket, *, rules: Rules, now: datetime) -> Promise:
    until = reopens_until(ticket, rules=rules)
    if until is None or until <= now:
        return Promise(
            lead=_("This is closed."),
            before=_(
                "If something comes back, write below: it becomes a new ticket that is linked with "
                "this one."
            ),
            icon="check",
        )
    return Promise(
        lead=_("This is closed."),
        before=_days_left(until, now=now),
        at=until,
        is_day=True,
        after=_("After that it becomes a new ticket, linked with this one."),
        icon="check",
    )


def _days_left(until: datetime, *, now: datetime) -> str:
    days = _days(until - now)
    words = ngettext(
        "%(days)s day left: an answer opens it again until",
        "%(days)s days left: an answer opens it again until",
        days,
    )
    return words % {"days": days}


def _days(left: timedelta) -> int:
    return max(1, -(-left // timedelta(days=1)))


def _cancelled(ticket: Ticket) -> Promise:
    words = {
        CancelReason.MERGED: _("It goes on in another ticket, together with what belongs to it."),
        CancelReason.DUPLICATE: _("We work on the same thing under another number."),
        CancelReason.WITHDRAWN: _("You took it back."),
    }.get(
        CancelReason(ticket.cancel_reason or CancelReason.MISTAKE), _("We took it out of our work.")
    )
    return Promise(
        lead=_("This is cancelled."),
        before=" ".join((words, _("If it still matters, write below: it becomes a new ticket."))),
        icon="info",
    )
