"""What a command's own moves mean for surveys: a resolution plans one, a reopen withdraws it.

Called at the end of every command (see base.finish), in its transaction: no survey is lost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from tickets.choices import DONE_STATUSES, OPEN_STATUSES, SurveyKind, Withdrawal
from tickets.ledger import Action
from tickets.models import (
    Correction,
    Notice,
    NoticeKind,
    Survey,
    SurveySchedule,
    Ticket,
    Transition,
)
from tickets.selectors.surveys import candidate_of, survey_terms
from tickets.surveys.rules import Terms, next_nps_at, objection

NOTICES: Final = {SurveyKind.CSAT: NoticeKind.SURVEY_CSAT, SurveyKind.NPS: NoticeKind.SURVEY_NPS}
TAKEN_BACK: Final = "The survey was taken back."


def follow_moves(action: Action) -> None:
    """Plan or withdraw what the moves of a stored action ask for; nothing without any. Of moves
    that correct an earlier one, only where they lead together counts."""
    moves = [row for row in action.rows if isinstance(row, Transition)]
    void = _taken_back(action) if moves else None
    if void is not None:
        if moves[0].from_status in OPEN_STATUSES and moves[-1].to_status in DONE_STATUSES:
            _plan_again(action.ticket, void)
        return
    for row in moves:
        if row.from_status in OPEN_STATUSES and row.to_status in DONE_STATUSES:
            _follow_resolution(action, row)
        elif row.from_status in DONE_STATUSES and row.to_status not in DONE_STATUSES:
            withdraw_unsent(action)


def _taken_back(action: Action) -> Transition | None:
    """The earlier move that an action takes back, if it does."""
    rows = (row.transition for row in action.rows if isinstance(row, Correction))
    return next((row for row in rows if row is not None), None)


def _follow_resolution(action: Action, row: Transition) -> None:
    terms = survey_terms()
    _plan_csat(action, row, terms)
    if terms.is_nps_on:
        _begin_schedule(action, terms)


def _plan_csat(action: Action, row: Transition, terms: Terms) -> None:
    """Plan a survey, unless it is clear today that it will not be sent: who has not confirmed yet
    that they asked may do so until then."""
    ticket = action.ticket
    send_after = row.occurred_at + timedelta(hours=terms.csat_delay_hours)
    candidate = candidate_of(ticket, kind=SurveyKind.CSAT, solver=row.actor)
    if objection(replace(candidate, is_unconfirmed=False), terms, at=send_after) is None:
        Survey.objects.create(
            kind=SurveyKind.CSAT,
            ticket=ticket,
            customer=ticket.customer,
            created_at=action.recorded_at,
            send_after=send_after,
        )


def _begin_schedule(action: Action, terms: Terms) -> None:
    """Give the customer a turn of their own, where none is set."""
    schedule, _ = SurveySchedule.objects.get_or_create(customer=action.ticket.customer)
    if schedule.nps_due_at is None:
        due = next_nps_at(schedule.pk, after=action.at, every_days=terms.nps_every_days)
        SurveySchedule.objects.filter(pk=schedule.pk, nps_due_at=None).update(nps_due_at=due)


def withdraw_unsent(action: Action) -> None:
    """Take back what was planned or promised about the ticket, and the mails that ask for it. What
    has gone out stays with the customer, whatever becomes of its reminder."""
    asked = Notice.objects.filter(survey=OuterRef("pk"), kind__in=NOTICES.values())
    is_waiting = Q(sent_at=None) | Exists(asked.filter(sent_at=None))
    waiting = Survey.objects.filter(
        is_waiting, ~Exists(asked.filter(sent_at__isnull=False)), withdrawn_at=None, response=None
    )
    keys = list(waiting.filter(ticket=action.ticket).values_list("pk", flat=True))
    if keys:
        Survey.objects.filter(pk__in=keys).update(
            withdrawn_at=action.recorded_at,
            withdrawn_because=Withdrawal.REOPENED,
            remind_at=None,
        )
        # One that is on its way this very moment looks at the survey itself.
        mails = Notice.objects.unsent().filter(survey__in=keys, claimed_at=None)
        mails.update(is_needless=True, last_error=TAKEN_BACK)


def _plan_again(ticket: Ticket, void: Transition) -> None:
    """The reopen was no reopen: what it withdrew is planned as before, and asked anew where its
    mail had been promised already."""
    lost = ticket.surveys.filter(
        withdrawn_because=Withdrawal.REOPENED, withdrawn_at=void.recorded_at
    )
    lost.update(
        withdrawn_at=None, withdrawn_because="", sent_at=None, locks_at=None, remind_at=None
    )
