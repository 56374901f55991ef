"""Recommendations: each customer is asked in a turn of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from tests.tickets.scenes import ticket_in
from tests.tickets.surveys.conftest import mails, set_rules
from tickets.choices import Status, SurveyKind
from tickets.models import NoticeKind, Survey, SurveySchedule
from tickets.services.surveys.asking import ask_due, ask_in_turn
from tickets.surveys.rules import MISSED_AFTER, next_nps_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now(cast: Cast) -> datetime:
    """Half a cycle before the customer's turn, which hangs on their number; so long ago that the
    cycles of the tests are over."""
    long_ago = datetime(2025, 3, 3, 9, tzinfo=UTC)
    return next_nps_at(cast.customer.pk, after=long_ago, every_days=180) - 90 * DAY


@pytest.fixture
def turn(cast: Cast, now: datetime) -> datetime:
    """When the customer's turn comes, after a first resolution; satisfaction is not asked."""
    set_rules(is_csat_on=False, nps_every_days=180)
    ticket_in(cast, Status.RESOLVED, at=now)
    due = SurveySchedule.objects.get(customer=cast.customer).nps_due_at
    assert due is not None
    return due


def test_a_customers_first_resolution_gives_them_a_turn(
    turn: datetime, cast: Cast, now: datetime
) -> None:
    assert now < turn <= now + 181 * DAY
    assert turn == next_nps_at(cast.customer.pk, after=now + timedelta(minutes=2), every_days=180)


def test_in_their_turn_they_are_asked_about_what_was_resolved_last(
    turn: datetime, cast: Cast, now: datetime
) -> None:
    last = ticket_in(cast, Status.RESOLVED, at=turn - 5 * DAY)
    assert ask_in_turn(turn - timedelta(seconds=1)) == 0
    assert ask_in_turn(turn) == 1
    assert ask_in_turn(turn) == 0
    survey = Survey.objects.get()
    assert (survey.kind, survey.ticket) == (SurveyKind.NPS, last)
    assert mails() == [NoticeKind.SURVEY_NPS]


def test_the_next_turn_is_one_cycle_later(turn: datetime, cast: Cast) -> None:
    ask_in_turn(turn + DAY)
    following = SurveySchedule.objects.get(customer=cast.customer).nps_due_at
    assert following is not None
    assert abs(following - (turn + 180 * DAY)) < timedelta(seconds=1)


def test_who_was_asked_something_else_has_their_turn_after_the_quiet_days(
    turn: datetime, cast: Cast
) -> None:
    set_rules(quiet_days=30, is_nps_on=True)
    ticket_in(cast, Status.RESOLVED, at=turn - 3 * DAY)
    ask_due(turn - DAY)
    ask_in_turn(turn)
    assert mails() == [NoticeKind.SURVEY_CSAT]
    ask_in_turn(turn + 29 * DAY)
    assert mails() == [NoticeKind.SURVEY_CSAT, NoticeKind.SURVEY_NPS]


def test_who_had_nothing_resolved_for_a_cycle_waits_for_the_next_resolution(
    turn: datetime, cast: Cast
) -> None:
    SurveySchedule.objects.update(nps_due_at=turn + 200 * DAY)
    ask_in_turn(turn + 200 * DAY)
    assert mails() == []
    assert SurveySchedule.objects.get().nps_due_at is None
    ticket_in(cast, Status.RESOLVED, at=turn + 300 * DAY)
    assert SurveySchedule.objects.get().nps_due_at


def test_a_turn_that_was_missed_by_weeks_is_left_out(turn: datetime) -> None:
    late = turn + MISSED_AFTER + DAY
    ask_in_turn(late)
    assert mails() == []
    following = SurveySchedule.objects.get().nps_due_at
    assert following is not None
    assert following > late


def test_nobody_has_a_turn_while_recommendations_are_off(turn: datetime) -> None:
    set_rules(is_nps_on=False)
    assert ask_in_turn(turn) == 0
    assert mails() == []
