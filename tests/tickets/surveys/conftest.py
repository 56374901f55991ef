"""Surveys that tests begin with, made as the desk makes them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.tickets.scenes import ticket_in
from tickets.choices import Status
from tickets.models import Notice, NoticeKind, Survey, SurveyRules
from tickets.services.surveys.asking import ask_due

ASKED = (NoticeKind.SURVEY_CSAT, NoticeKind.SURVEY_NPS, NoticeKind.SURVEY_REMINDER)


def mails() -> list[str]:
    """The mails that ask, in the order in which they were promised."""
    return list(Notice.objects.filter(kind__in=ASKED).order_by("pk").values_list("kind", flat=True))


def set_rules(**values: object) -> None:
    """Store the desk's rules; what is not named is the default."""
    SurveyRules(pk=1, **values).save()


@pytest.fixture
def planned(cast: Cast, now: datetime) -> Survey:
    """A survey about a ticket that was resolved a little after ten, to be sent the day after."""
    set_rules()
    ticket_in(cast, Status.RESOLVED, at=now)
    return Survey.objects.get()


@pytest.fixture
def sent(planned: Survey, now: datetime) -> Survey:
    """The same, sent the next day."""
    ask_due(now + timedelta(days=2))
    planned.refresh_from_db()
    assert planned.sent_at
    return planned
