"""From a resolution to the mail: each survey once, and only to whom the rules allow."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest

from tests.cast import Cast
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tests.tickets.surveys.conftest import mails, set_rules
from tickets.choices import ResolutionCode, Status, Withdrawal
from tickets.models import LedgerTouch, Message, Notice, NoticeKind, Survey, SurveySchedule, Ticket
from tickets.notifications.outbox import deliver_due
from tickets.services.picking import pick_up
from tickets.services.relating import merge
from tickets.services.states import close, reject, reopen, resolve
from tickets.services.surveys import asking
from tickets.services.surveys.answering import answer_survey, end_surveys
from tickets.services.surveys.asking import ask_due, remind_due
from tickets.services.talking import acknowledge, reply_as_customer
from tickets.surveys.rules import Terms

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_resolution_plans_a_survey_after_the_delay(planned: Survey, cast: Cast) -> None:
    assert planned.customer == cast.customer
    assert planned.ticket.resolved_at is not None
    assert planned.send_after == planned.ticket.resolved_at + DAY
    assert mails() == []


def test_closing_an_open_ticket_straight_away_is_a_resolution(cast: Cast, now: datetime) -> None:
    close(live_ticket(cast, at=now), actor=cast.agent, resolution_code=ResolutionCode.SOLVED)
    assert Survey.objects.count() == 1


def test_it_is_sent_when_it_is_due_and_once(planned: Survey) -> None:
    assert ask_due(planned.send_after - timedelta(seconds=1)) == 0
    assert ask_due(planned.send_after) == 1
    assert ask_due(planned.send_after + DAY) == 0
    planned.refresh_from_db()
    assert planned.sent_at == planned.send_after
    assert planned.locks_at == planned.send_after + 14 * DAY
    assert planned.remind_at == planned.send_after + 3 * DAY
    assert mails() == [NoticeKind.SURVEY_CSAT]


def test_figures_hear_that_it_was_sent(planned: Survey) -> None:
    LedgerTouch.objects.all().delete()
    ask_due(planned.send_after)
    assert LedgerTouch.objects.get().ticket_id == planned.ticket_id


def test_a_worker_that_dies_on_the_way_leaves_it_to_the_next(
    planned: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(asking, "_promise", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            ask_due(planned.send_after)
    planned.refresh_from_db()
    assert planned.sent_at is None
    assert mails() == []
    ask_due(planned.send_after)
    assert mails() == [NoticeKind.SURVEY_CSAT]


def test_a_second_worker_finds_nothing_to_do(planned: Survey) -> None:
    """Both have read the same key; the one that waits for the lock must look again."""
    terms, now = Mock(), planned.send_after
    asking.ask_due(now)
    asking._ask_one(planned.pk, terms, now=now)
    assert mails() == [NoticeKind.SURVEY_CSAT]


@pytest.mark.parametrize("how", ["reopen", "reject", "write", "merge"])
def test_a_ticket_that_goes_on_withdraws_its_survey(planned: Survey, cast: Cast, how: str) -> None:
    ticket, before = planned.ticket, planned.send_after - DAY / 2
    if how == "reopen":
        reopen(ticket, reason="Not done.", actor=cast.agent, at=before)
    elif how == "reject":
        reject(ticket, body="It is back.", actor=cast.customer, at=before)
    elif how == "write":
        reply_as_customer(ticket, body="It is back.", actor=cast.customer, at=before)
    else:
        merge(ticket, into=new_ticket(cast), actor=cast.agent)
    planned.refresh_from_db()
    assert planned.withdrawn_because == Withdrawal.REOPENED
    assert ask_due(planned.send_after) == 0
    assert mails() == []


def test_a_survey_whose_mail_is_still_here_is_withdrawn_too(sent: Survey, cast: Cast) -> None:
    reopen(sent.ticket, reason="Not done.", actor=cast.agent)
    sent.refresh_from_db()
    assert sent.withdrawn_because == Withdrawal.REOPENED


def test_a_survey_that_went_out_stays_when_the_ticket_is_reopened(sent: Survey, cast: Cast) -> None:
    Notice.objects.filter(survey=sent).update(sent_at=sent.sent_at)
    reopen(sent.ticket, reason="Not done.", actor=cast.agent)
    sent.refresh_from_db()
    assert sent.withdrawn_at is None


def test_the_next_resolution_plans_anew(planned: Survey, cast: Cast) -> None:
    ticket = planned.ticket
    reopen(ticket, reason="Not done.", actor=cast.agent)
    resolve(ticket, resolution_code=ResolutionCode.SOLVED, actor=cast.agent)
    assert Survey.objects.filter(withdrawn_at=None).count() == 1


def test_a_reopen_that_was_only_thanks_leaves_the_plan_as_it_was(
    planned: Survey, cast: Cast
) -> None:
    ticket = planned.ticket
    thanks = reply_as_customer(
        ticket, body="Thanks!", actor=cast.customer, at=planned.send_after - DAY / 2
    )
    planned.refresh_from_db()
    assert planned.withdrawn_at
    assert isinstance(thanks, Message)
    acknowledge(ticket, message=thanks, actor=cast.agent)
    planned.refresh_from_db()
    assert planned.withdrawn_at is None
    assert Survey.objects.count() == 1


def thank(survey: Survey, cast: Cast, *, at: datetime) -> Message:
    """The customer's thanks: until an agent says what they are, they reopen the ticket."""
    thanks = reply_as_customer(survey.ticket, body="Thanks!", actor=cast.customer, at=at)
    assert isinstance(thanks, Message)
    return thanks


def test_thanks_while_the_mail_is_still_here_let_it_be_asked_after_all(
    sent: Survey, cast: Cast
) -> None:
    """The mail that waits was dropped; the survey is planned as before, and asked once."""
    assert sent.sent_at
    thanks = thank(sent, cast, at=sent.sent_at + timedelta(minutes=5))
    acknowledge(sent.ticket, message=thanks, actor=cast.agent)
    sent.refresh_from_db()
    assert not any((sent.withdrawn_at, sent.sent_at, sent.locks_at, sent.remind_at))
    later = sent.send_after + 3 * DAY
    assert ask_due(later) == 1
    sent.refresh_from_db()
    assert (sent.sent_at, sent.remind_at) == (later, later + 3 * DAY)
    assert Notice.objects.unsent().filter(survey=sent).count() == 1


def test_thanks_bring_back_what_they_withdrew_and_nothing_older(
    planned: Survey, cast: Cast
) -> None:
    """The first survey went with a reopening that was one; the second has reached the customer."""
    ticket, at = planned.ticket, planned.send_after
    reopen(ticket, reason="Not done.", actor=cast.agent, at=at)
    resolve(ticket, resolution_code=ResolutionCode.SOLVED, actor=cast.agent, at=at)
    ask_due(at + DAY)
    second = Survey.objects.get(withdrawn_at=None)
    second.notices.update(sent_at=second.sent_at)
    thanks = thank(second, cast, at=at + 2 * DAY)
    acknowledge(ticket, message=thanks, actor=cast.agent)
    assert Survey.objects.get(withdrawn_at=None) == second


def test_a_reminder_that_cannot_be_sent_takes_no_survey_back(sent: Survey, cast: Cast) -> None:
    assert sent.sent_at
    assert sent.remind_at
    sent.notices.update(sent_at=sent.sent_at)
    remind_due(sent.remind_at)
    sent.notices.filter(kind=NoticeKind.SURVEY_REMINDER).update(is_given_up=True)
    reopen(sent.ticket, reason="Not done.", actor=cast.agent)
    sent.refresh_from_db()
    assert sent.withdrawn_at is None


def test_nobody_is_reminded_of_a_ticket_that_is_open_again(sent: Survey, cast: Cast) -> None:
    """The reminder waits while the mail server is away; the ticket is taken up meanwhile."""
    assert sent.remind_at
    sent.notices.update(sent_at=sent.sent_at)
    remind_due(sent.remind_at)
    reopen(sent.ticket, reason="Not done.", actor=cast.agent)
    deliver_due()
    reminder = sent.notices.get(kind=NoticeKind.SURVEY_REMINDER)
    assert (reminder.is_needless, reminder.sent_at) == (True, None)


def test_who_says_that_it_was_thanks_did_not_solve_it(cast: Cast, now: datetime) -> None:
    """An agent's own ticket, solved by another: their word on the thanks makes them no solver."""
    set_rules()
    ticket = new_ticket(cast, customer=cast.agent, actor=cast.agent, at=now)
    pick_up(ticket, actor=cast.second_agent, at=now + timedelta(minutes=1))
    resolve(
        ticket,
        resolution_code=ResolutionCode.SOLVED,
        actor=cast.second_agent,
        at=now + timedelta(minutes=2),
    )
    survey = Survey.objects.get()
    thanks = reply_as_customer(
        ticket, body="Thanks!", actor=cast.agent, at=now + timedelta(minutes=3)
    )
    assert isinstance(thanks, Message)
    acknowledge(ticket, message=thanks, actor=cast.agent, at=now + timedelta(minutes=4))
    ask_due(survey.send_after)
    assert mails() == [NoticeKind.SURVEY_CSAT]


def test_one_survey_that_breaks_does_not_hold_up_the_others(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    set_rules(quiet_days=0)
    for _ in range(2):
        ticket_in(cast, Status.RESOLVED, at=now)
    broken, sound = Survey.objects.order_by("pk")

    def stumble(survey: Survey, terms: Terms, *, now: datetime) -> None:
        if survey.pk == broken.pk:
            raise KeyError(broken.pk)
        send(survey, terms, now=now)

    send = asking.send
    monkeypatch.setattr(asking, "send", stumble)
    assert ask_due(now + 2 * DAY) == 1
    sound.refresh_from_db()
    assert sound.sent_at
    assert f"customer {broken.pk} could not be looked at" in caplog.text


def test_who_solves_their_own_ticket_is_not_asked(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, customer=cast.agent, actor=cast.agent, at=now)
    pick_up(ticket, actor=cast.agent)
    resolve(ticket, resolution_code=ResolutionCode.SOLVED, actor=cast.agent)
    assert not Survey.objects.exists()
    other = new_ticket(cast, customer=cast.agent, actor=cast.agent, at=now)
    pick_up(other, actor=cast.second_agent)
    resolve(other, resolution_code=ResolutionCode.SOLVED, actor=cast.second_agent)
    assert Survey.objects.get().ticket == other


def test_one_customer_is_asked_once_within_the_quiet_days(cast: Cast, now: datetime) -> None:
    set_rules(quiet_days=30)
    for _ in range(2):
        ticket_in(cast, Status.RESOLVED, at=now)
    first, second = Survey.objects.order_by("pk")
    ask_due(now + 2 * DAY)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.sent_at
    assert second.withdrawn_because == Withdrawal.QUIET
    ticket_in(cast, Status.RESOLVED, at=now + 10 * DAY)  # in vain: nothing is planned
    assert Survey.objects.count() == 2
    ticket_in(cast, Status.RESOLVED, at=now + 40 * DAY)
    ask_due(now + 42 * DAY)
    assert mails() == [NoticeKind.SURVEY_CSAT] * 2


def test_whom_no_mail_reached_was_not_asked_lately(cast: Cast, now: datetime) -> None:
    set_rules(quiet_days=30)
    ticket_in(cast, Status.RESOLVED, at=now)
    ask_due(now + 2 * DAY)
    Notice.objects.filter(kind=NoticeKind.SURVEY_CSAT).update(is_given_up=True)
    ticket_in(cast, Status.RESOLVED, at=now + 5 * DAY)
    ask_due(now + 7 * DAY)
    assert mails() == [NoticeKind.SURVEY_CSAT] * 2


def test_whoever_never_confirmed_that_they_asked_is_not_asked(planned: Survey) -> None:
    Ticket.objects.update(unconfirmed_since=planned.created_at)
    ask_due(planned.send_after)
    planned.refresh_from_db()
    assert planned.withdrawn_because == Withdrawal.UNCONFIRMED
    assert mails() == []


def test_who_confirms_before_it_is_sent_is_asked(cast: Cast, now: datetime) -> None:
    set_rules()
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    Ticket.objects.update(unconfirmed_since=now)
    resolve(
        ticket, resolution_code=ResolutionCode.SOLVED, actor=cast.agent, at=now + timedelta(hours=1)
    )
    Ticket.objects.update(unconfirmed_since=None)
    ask_due(now + 2 * DAY)
    assert mails() == [NoticeKind.SURVEY_CSAT]


def test_rules_are_looked_at_again_when_it_is_sent(planned: Survey) -> None:
    set_rules(is_csat_on=False)
    ask_due(planned.send_after)
    planned.refresh_from_db()
    assert planned.withdrawn_because == Withdrawal.OFF


def test_nothing_is_planned_where_surveys_are_off(cast: Cast, now: datetime) -> None:
    set_rules(is_csat_on=False, is_nps_on=False)
    ticket_in(cast, Status.RESOLVED, at=now)
    assert not Survey.objects.exists()
    assert not SurveySchedule.objects.exists()


# Reminders --------------------------------------------------------------------------------------


def test_who_does_not_answer_is_reminded_once(sent: Survey) -> None:
    assert sent.remind_at is not None
    due = sent.remind_at
    assert remind_due(due - timedelta(seconds=1)) == 0
    assert remind_due(due) == 1
    assert remind_due(due + 5 * DAY) == 0
    sent.refresh_from_db()
    assert sent.reminded_at == due
    assert mails() == [NoticeKind.SURVEY_CSAT, NoticeKind.SURVEY_REMINDER]


@pytest.mark.parametrize("why", ["answered", "unsubscribed", "switched off", "open again"])
def test_nobody_is_reminded_in_vain(sent: Survey, cast: Cast, why: str) -> None:
    assert sent.remind_at is not None
    due = sent.remind_at
    if why == "answered":
        answer_survey(sent, score=4, actor=cast.customer, at=sent.sent_at)
    elif why == "unsubscribed":
        end_surveys(cast.customer)
    elif why == "switched off":
        type(cast.customer).objects.filter(pk=cast.customer.pk).update(is_active=False)
    else:
        Notice.objects.filter(survey=sent).update(sent_at=sent.sent_at)
        reopen(sent.ticket, reason="Not done.", actor=cast.agent)
    remind_due(due)
    sent.refresh_from_db()
    assert sent.reminded_at is None
    assert not Survey.objects.filter(remind_at__isnull=False).exists()
    assert NoticeKind.SURVEY_REMINDER not in mails()
