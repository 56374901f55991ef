"""The customer's answer to a survey, what a bad one sets off, and the way out of surveys."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.choices import Capacity, EscalationKind, EscalationReason, Source, Withdrawal
from tickets.errors import InvalidInput, NotAllowed, NotThere, WrongState
from tickets.ledger import Action
from tickets.models import NoticeKind, Survey, SurveyResponse
from tickets.selectors.surveys import may_be_asked, solver_of, survey_terms
from tickets.services.base import catch_up, finish, past_or_now
from tickets.services.leads import next_lead
from tickets.services.notices import announce
from tickets.services.surveys.asking import locked, mark_sent
from tickets.surveys.rules import Terms

LONGEST_COMMENT = 4_000


@transaction.atomic
def answer_survey(
    survey: Survey,
    *,
    score: int,
    actor: User,
    comment: str = "",
    source: str = Source.WEB,
    at: datetime | None = None,
) -> SurveyResponse:
    """Keep the customer's answer; until the survey locks, a later one takes its place.

    The same answer again is no news: the row that counts is returned. An answer in the portal
    before the mail went out makes that mail needless. Raises NotAllowed for anybody but the
    customer, WrongState once it is locked or withdrawn, InvalidInput for a score off the scale.
    """
    current = locked(survey.pk)
    if current is None:
        raise NotThere(_("There is no such survey."))
    recorded_at = timezone.now()
    moment = past_or_now(at, now=recorded_at)
    _check(current, actor=actor, score=score, comment=comment, at=moment)
    text, before = comment.strip(), current.response
    if before is not None and (before.score, before.comment) == (score, text):
        return before
    terms = survey_terms()
    if current.sent_at is None:
        _ask_now(current, terms, at=moment)
    catch_up(current.ticket, now=recorded_at)
    action = Action(
        ticket=current.ticket,
        actor=actor,
        capacity=Capacity.CUSTOMER,
        source=source,
        at=moment,
        recorded_at=recorded_at,
    )
    row = action.write(SurveyResponse, survey=current, score=score, comment=text)
    finish(action)
    current.response, current.remind_at = row, None
    current.save(update_fields=["response", "remind_at"])
    _follow_bad_score(current, row, terms)
    return row


def _ask_now(survey: Survey, terms: Terms, *, at: datetime) -> None:
    """Take a planned survey for asked, where the rules allow it."""
    if not may_be_asked(survey.ticket, now=at):
        raise WrongState(_("There is nothing to answer any more."))
    mark_sent(survey, terms, at=at)


def _check(survey: Survey, *, actor: User, score: int, comment: str, at: datetime) -> None:
    if actor != survey.customer:
        raise NotAllowed(_("Only who was asked can answer."))
    if survey.withdrawn_at is not None:
        raise WrongState(_("This survey was taken back: there is nothing to answer any more."))
    if survey.locks_at is not None and at >= survey.locks_at:
        raise WrongState(_("This survey is closed: the answer stays as it is."))
    if score not in survey.scores:
        words = _("Choose a number from %(low)s to %(high)s.")
        words %= {"low": survey.scores[0], "high": survey.highest}
        raise InvalidInput(words, fields={"score": words})
    if len(comment) > LONGEST_COMMENT:
        words = _("Write %(most)s characters at most.") % {"most": LONGEST_COMMENT}
        raise InvalidInput(words, fields={"comment": words})


def _follow_bad_score(survey: Survey, row: SurveyResponse, terms: Terms) -> None:
    """Draw the lead in, once for each survey, where the rules say so: of those whose work it is not
    about, the nearest."""
    if not terms.is_bad(survey.kind, row.score):
        return
    earlier = survey.responses.exclude(pk=row.pk).values_list("score", flat=True)
    if any(terms.is_bad(survey.kind, score) for score in earlier):
        return
    ticket = survey.ticket
    lead = next_lead(ticket, besides=(ticket.assignee, solver_of(ticket, by=row.occurred_at)))
    if lead is None:
        return
    action = Action(
        ticket=survey.ticket,
        actor=None,
        capacity=Capacity.SYSTEM,
        source=Source.SYSTEM,
        at=row.occurred_at,
        recorded_at=row.recorded_at,
    )
    action.escalate(
        EscalationKind.HIERARCHICAL,
        manager=lead,
        reason=EscalationReason.DISSATISFIED,
        known=_told(survey, row),
    )
    finish(action)
    announce(action, NoticeKind.DRAWN_IN, lead)


def _told(survey: Survey, row: SurveyResponse) -> str:
    said = f"{survey.kind.upper()} {row.score} of {survey.highest}"
    return f"{said}: {row.comment}" if row.comment else f"{said}, without a word."


@transaction.atomic
def end_surveys(customer: User) -> None:
    """Ask the customer nothing more, and take back what was planned. Calling it twice is safe."""
    User.objects.filter(pk=customer.pk).update(wants_surveys=False)
    planned = Survey.objects.filter(customer=customer, sent_at=None, withdrawn_at=None)
    planned.update(withdrawn_at=timezone.now(), withdrawn_because=Withdrawal.UNSUBSCRIBED)
    Survey.objects.filter(customer=customer, remind_at__isnull=False).update(remind_at=None)


def allow_surveys(customer: User) -> None:
    """Let the customer be asked again."""
    User.objects.filter(pk=customer.pk).update(wants_surveys=True)
