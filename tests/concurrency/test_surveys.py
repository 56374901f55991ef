"""Workers and customers at once: each survey goes out once, each customer is asked once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.tickets.scenes import ticket_in
from tests.tickets.surveys.conftest import set_rules
from tickets.choices import Status
from tickets.models import Notice, NoticeKind, Survey, SurveyResponse, SurveyTask, Ticket
from tickets.services.ledger_check import find_differences
from tickets.services.states import reopen
from tickets.services.surveys.answering import answer_survey
from tickets.services.surveys.asking import ask_due, ask_in_turn, remind_due
from tickets.services.surveys.following import follow_up

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _ledger_stays_sound(cast: Cast) -> object:
    set_rules()
    yield
    assert list(find_differences(Ticket.objects.all())) == []


def asked(kind: NoticeKind = NoticeKind.SURVEY_CSAT) -> int:
    return Notice.objects.filter(kind=kind).count()


def test_two_workers_send_each_survey_once(cast: Cast, now: datetime, race: Race) -> None:
    set_rules(quiet_days=0)
    for _ in range(4):
        ticket_in(cast, Status.RESOLVED, at=now)
    race(*[partial(ask_due, now + 2 * DAY)] * 3)
    assert asked() == 4
    race(*[partial(remind_due, now + 6 * DAY)] * 3)
    assert asked(NoticeKind.SURVEY_REMINDER) == 4


def test_two_tickets_of_one_customer_ask_once(cast: Cast, now: datetime, race: Race) -> None:
    """Both are due in the same second, and two workers take one each."""
    for _ in range(2):
        ticket_in(cast, Status.RESOLVED, at=now)
    race(*[partial(ask_due, now + 2 * DAY)] * 2)
    assert asked() == 1


def test_two_workers_take_one_turn(cast: Cast, now: datetime, race: Race) -> None:
    set_rules(is_csat_on=False)
    ticket_in(cast, Status.RESOLVED, at=now)
    due = cast.customer.survey_schedule.nps_due_at
    assert due is not None
    race(*[partial(ask_in_turn, due)] * 3)
    assert asked(NoticeKind.SURVEY_NPS) == 1


def test_a_reopen_in_the_same_second_sends_nothing_or_goes_after(
    cast: Cast, now: datetime, race: Race
) -> None:
    number = ticket_in(cast, Status.RESOLVED, at=now).pk
    race(
        partial(ask_due, now + 2 * DAY),
        partial(reopen, Ticket.objects.get(pk=number), reason="Not done.", actor=cast.agent),
    )
    survey = Survey.objects.get()
    assert survey.withdrawn_at is not None  # planned, or promised and not yet out


def test_two_answers_at_once_are_two_rows_and_the_last_counts(
    cast: Cast, now: datetime, race: Race
) -> None:
    ticket_in(cast, Status.RESOLVED)
    key = Survey.objects.get().pk
    race(
        *(
            partial(answer_survey, Survey.objects.get(pk=key), score=score, actor=cast.customer)
            for score in (1, 2, 3, 4)
        )
    )
    rows = SurveyResponse.objects.order_by("seq")
    assert sorted(row.score for row in rows) == [1, 2, 3, 4]
    assert Survey.objects.get().response == rows.last()


def test_two_leads_give_one_task(cast: Cast, now: datetime, race: Race) -> None:
    ticket_in(cast, Status.RESOLVED)
    survey = Survey.objects.get()
    answer_survey(survey, score=1, actor=cast.customer)
    race(
        *(
            partial(follow_up, Survey.objects.get(), assignee=cast.agent, actor=actor)
            for actor in (cast.lead, cast.manager)
        )
    )
    assert SurveyTask.objects.count() == 1
