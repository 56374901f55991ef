"""Sends the surveys that are due, reminds once, and asks for recommendations in their turn.

Run by the beat. Each survey is one transaction: it is asked, with its mail in the outbox, or
nothing has happened. Killed anywhere and run by several workers at once, none is lost or asked
twice. Locks are taken in one order: ticket, survey, the customer's schedule.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from tickets.choices import SurveyKind, Withdrawal
from tickets.models import LedgerTouch, Notice, NoticeKind, Survey, SurveySchedule, Ticket
from tickets.selectors.surveys import candidate_of, solver_of, survey_terms
from tickets.services.base import lock
from tickets.services.nudge import nudge_on_commit
from tickets.services.surveys.planning import NOTICES
from tickets.surveys.rules import MISSED_AFTER, Terms, next_nps_at, objection, quiet_until

log = logging.getLogger(__name__)

BATCH = 200


def ask_due(now: datetime, *, limit: int = BATCH) -> int:
    """Send, or withdraw, the planned surveys that are due. Returns how many were looked at."""
    due = Survey.objects.filter(sent_at=None, withdrawn_at=None, send_after__lte=now)
    keys = due.order_by("send_after", "pk").values_list("pk", flat=True)[:limit]
    terms = survey_terms()
    return _each(keys, lambda key: _ask_one(key, terms, now=now))


def remind_due(now: datetime, *, limit: int = BATCH) -> int:
    """Ask a second and last time where nobody answered. Returns how many were looked at."""
    due = Survey.objects.filter(remind_at__lte=now).order_by("remind_at", "pk")
    keys = due.values_list("pk", flat=True)[:limit]
    return _each(keys, lambda key: _remind_one(key, now=now))


def ask_in_turn(now: datetime, *, limit: int = BATCH) -> int:
    """Ask the customers whose turn it is whether they recommend us, about the ticket resolved last.
    Returns how many were looked at."""
    terms = survey_terms()
    if not terms.is_nps_on:
        return 0
    due = SurveySchedule.objects.filter(nps_due_at__lte=now).order_by("nps_due_at", "pk")
    keys = due.values_list("pk", flat=True)[:limit]
    return _each(keys, lambda key: _take_turn(key, terms, now=now))


def _each(keys: Iterable[int], act: Callable[[int], None]) -> int:
    """Do it for each in a transaction of its own; one that fails must not hold up the others."""
    count = 0
    for key in list(keys):
        try:
            with transaction.atomic():
                act(key)
        except Exception:  # whatever is wrong with one, the others are asked
            log.exception("Survey or customer %s could not be looked at.", key)
        else:
            count += 1
    return count


# A planned survey -------------------------------------------------------------------------------


def _ask_one(key: int, terms: Terms, *, now: datetime) -> None:
    survey = locked(key)
    if survey is None or survey.sent_at or survey.withdrawn_at:  # another worker was first
        return
    SurveySchedule.objects.select_for_update().get_or_create(customer_id=survey.customer_id)
    ticket = survey.ticket
    candidate = candidate_of(ticket, kind=survey.kind, solver=solver_of(ticket, by=now))
    reason = objection(candidate, terms, at=now)
    if reason is None:
        send(survey, terms, now=now)
    else:
        Survey.objects.filter(pk=key).update(withdrawn_at=now, withdrawn_because=reason)


def locked(key: int) -> Survey | None:
    """Lock a survey's ticket and the survey itself, and return it as it is now. None where it is
    gone."""
    found = Survey.objects.filter(pk=key).only("ticket_id").first()
    if found is None:
        return None
    ticket = Ticket(pk=found.ticket_id)
    lock(ticket)
    survey = Survey.objects.select_for_update().get(pk=key)
    survey.ticket = ticket
    return survey


def send(survey: Survey, terms: Terms, *, now: datetime) -> None:
    """Promise the mail of a locked survey and set its clocks going."""
    mark_sent(survey, terms, at=now)
    _promise(survey, NOTICES[SurveyKind(survey.kind)], now=now)


def mark_sent(survey: Survey, terms: Terms, *, at: datetime) -> None:
    """Note when a locked survey was asked; figures count it from then on."""
    survey.sent_at = at
    survey.locks_at = terms.locks_at(at)
    survey.remind_at = terms.remind_at(at)
    survey.save(update_fields=["sent_at", "locks_at", "remind_at"])
    LedgerTouch.objects.create(ticket_id=survey.ticket_id, touched_at=at)


def _promise(survey: Survey, kind: NoticeKind, *, now: datetime) -> None:
    Notice.objects.create(
        kind=kind,
        ticket_id=survey.ticket_id,
        recipient_id=survey.customer_id,
        survey=survey,
        action_id=uuid.uuid4(),
        created_at=now,
        send_after=now,
    )
    nudge_on_commit()


# A second time ----------------------------------------------------------------------------------


def _remind_one(key: int, *, now: datetime) -> None:
    survey = locked(key)
    if survey is None or survey.remind_at is None or survey.remind_at > now:
        return
    is_wanted = _is_still_wanted(survey, now=now)
    survey.remind_at, survey.reminded_at = None, now if is_wanted else None
    survey.save(update_fields=["remind_at", "reminded_at"])
    if is_wanted:
        _promise(survey, NoticeKind.SURVEY_REMINDER, now=now)


def _is_still_wanted(survey: Survey, *, now: datetime) -> bool:
    customer = survey.customer
    is_open = survey.response_id is None and survey.withdrawn_at is None
    is_in_time = survey.locks_at is not None and now < survey.locks_at
    may_ask = customer.is_active and customer.wants_surveys
    return is_open and is_in_time and may_ask and survey.ticket.is_done


# In turn ----------------------------------------------------------------------------------------


def _take_turn(customer_key: int, terms: Terms, *, now: datetime) -> None:
    ticket = _last_resolved(customer_key, since=now - timedelta(days=terms.nps_every_days))
    if ticket is not None:
        lock(ticket)
    schedule = SurveySchedule.objects.select_for_update().get(pk=customer_key)
    if schedule.nps_due_at is None or schedule.nps_due_at > now:  # another worker was first
        return
    if ticket is None:
        schedule.nps_due_at = None
    elif now - schedule.nps_due_at > MISSED_AFTER:
        schedule.nps_due_at = _next_turn(customer_key, terms, after=now)
    else:
        schedule.nps_due_at = _ask_about(ticket, terms, now=now)
    schedule.save(update_fields=["nps_due_at"])


def _last_resolved(customer_key: int, *, since: datetime) -> Ticket | None:
    done = Ticket.objects.done().filter(customer=customer_key, resolved_at__gte=since)
    return done.order_by("-resolved_at", "-pk").first()


def _ask_about(ticket: Ticket, terms: Terms, *, now: datetime) -> datetime:
    """Ask, where the rules allow it, and return when to look again."""
    solver = solver_of(ticket, by=now)
    candidate = candidate_of(ticket, kind=SurveyKind.NPS, solver=solver)
    reason = objection(candidate, terms, at=now)
    if reason == Withdrawal.QUIET:
        return quiet_until(candidate.last_asked_at, terms)
    if reason is None:
        survey = Survey.objects.create(
            kind=SurveyKind.NPS,
            ticket=ticket,
            customer_id=ticket.customer_id,
            created_at=now,
            send_after=now,
        )
        send(survey, terms, now=now)
    return _next_turn(ticket.customer_id, terms, after=now)


def _next_turn(customer_key: int, terms: Terms, *, after: datetime) -> datetime:
    """The next turn that is not right after this one, which may have come late."""
    half = timedelta(days=terms.nps_every_days // 2)
    return next_nps_at(customer_key, after=after + half, every_days=terms.nps_every_days)
