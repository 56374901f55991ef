"""Surveys as pages and commands need them: the desk's rules, who was asked when, open questions."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.models import User
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, SurveyKind, TransitionReason
from tickets.models import ASKING, Notice, Survey, SurveyRules, Ticket, Transition
from tickets.models.surveys import ONLY
from tickets.surveys.rules import Candidate, Terms, objection


def survey_terms() -> Terms:
    """The desk's rules as they are now; those of a new desk where none are stored."""
    rules = SurveyRules.objects.filter(pk=ONLY).first() or SurveyRules()
    return rules.terms


def asked_surveys() -> QuerySet[Survey]:
    """The surveys that customers were asked. What was taken back before it went out was not asked,
    nor was what they did not get and did not answer: each of its mails was refused, came back, or
    was needless by then."""
    mails = Notice.objects.filter(survey=OuterRef("pk"), kind__in=ASKING)
    is_lost = Q(is_given_up=True) | Q(is_needless=True) | Q(bounced_at__isnull=False)
    reached = Q(response__isnull=False) | ~Exists(mails) | Exists(mails.exclude(is_lost))
    return Survey.objects.filter(reached, sent_at__isnull=False, withdrawn_at=None)


def last_asked_at(customer_key: int) -> datetime | None:
    """When a customer was asked anything last; None for never."""
    asked = asked_surveys().filter(customer=customer_key)
    last: datetime | None = asked.aggregate(last=Max("sent_at"))["last"]
    return last


def candidate_of(ticket: Ticket, *, kind: str, solver: User | None) -> Candidate:
    """What the rules need to know about asking a ticket's customer now. One query."""
    customer = ticket.customer
    return Candidate(
        kind=kind,
        ticket_key=ticket.pk,
        is_ticket_done=ticket.is_done,
        is_solver_customer=solver == customer,
        is_unconfirmed=ticket.unconfirmed_since is not None,
        is_active=customer.is_active,
        wants_surveys=customer.wants_surveys,
        last_asked_at=last_asked_at(customer.pk),
    )


def solver_of(ticket: Ticket, *, by: datetime) -> User | None:
    """Who resolved a ticket last, up to a moment; None for a rule or nobody. Who takes a move back,
    so that it is resolved as before, is not its solver."""
    moves = Transition.objects.filter(ticket=ticket, occurred_at__lte=by, corrections=None)
    moves = moves.exclude(reason=TransitionReason.CORRECTED)
    last = (
        moves.filter(from_status__in=OPEN_STATUSES, to_status__in=DONE_STATUSES)
        .select_related("actor")
        .order_by("-seq")
        .first()
    )
    return last.actor if last else None


def is_answerable(survey: Survey, *, now: datetime) -> bool:
    """Whether a survey takes an answer: planned or sent, not taken back, and not locked."""
    is_locked = survey.locks_at is not None and survey.locks_at <= now
    return survey.withdrawn_at is None and not is_locked


def survey_in_portal(reader: User, ticket: Ticket, *, now: datetime) -> Survey | None:
    """What the page of a ticket that is done asks its customer, with the answer given so far; None
    where there is nothing to ask. One that is still planned is asked there at once, where the rules
    allow it: its mail is then needless."""
    if not ticket.is_done or ticket.customer_id != reader.pk:
        return None
    about = ticket.surveys.filter(kind=SurveyKind.CSAT, withdrawn_at=None)
    survey = about.select_related("response").order_by("-pk").first()
    if survey is None or not is_answerable(survey, now=now):
        return None
    if survey.sent_at is None and not may_be_asked(ticket, now=now):
        return None
    return survey


def may_be_asked(ticket: Ticket, *, now: datetime) -> bool:
    """Whether the rules allow to ask a ticket's customer now how it was solved."""
    candidate = candidate_of(ticket, kind=SurveyKind.CSAT, solver=solver_of(ticket, by=now))
    return objection(candidate, survey_terms(), at=now) is None
