"""Satisfaction by time to resolution: counted by hand, and opened to its tickets."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from metrics.fill import fill_touched
from metrics.query import LengthBucket, Scope, satisfaction_by_length
from tests.cast import Cast
from tests.metrics.web.test_tickets import file_rows
from tests.tickets.scenes import new_ticket
from tickets.choices import ResolutionCode
from tickets.models import Survey, SurveyRules, Ticket
from tickets.services.states import reopen, resolve
from tickets.services.surveys.answering import answer_survey
from tickets.services.surveys.asking import ask_due

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Amsterdam; the desk is open 9 to 17
HOUR = timedelta(hours=1)
WEEK = {"from": "2026-03-02", "to": "2026-03-08"}


@pytest.fixture(autouse=True)
def _ask_everybody(db: None) -> None:
    SurveyRules(pk=1, quiet_days=0, csat_delay_hours=0).save()


def said(cast: Cast, score: int, *, after: timedelta) -> Ticket:
    """A ticket of Monday that was resolved after so long, and what its customer said on Friday."""
    ticket = new_ticket(cast, at=MONDAY)
    resolve(
        ticket,
        resolution_code=ResolutionCode.SOLVED,
        actor=cast.agent,
        at=MONDAY + after,
    )
    ask_due(MONDAY + 95 * HOUR)
    survey = Survey.objects.select_related("customer").get(ticket=ticket)
    answer_survey(survey, score=score, actor=survey.customer, at=MONDAY + 96 * HOUR)
    return ticket


def by_length(cast: Cast, *, is_business: bool = False) -> dict[str, LengthBucket]:
    fill_touched()
    scope = Scope(start=MONDAY.date(), end=MONDAY.date() + timedelta(days=6))
    found = satisfaction_by_length(scope, is_business=is_business)
    return {one.label: one for one in found if one.rate.n}


def test_an_answer_stands_where_its_ticket_took_so_long(cast: Cast) -> None:
    said(cast, 5, after=HOUR / 2)
    said(cast, 5, after=HOUR)
    said(cast, 2, after=2 * HOUR)
    said(cast, 3, after=90 * HOUR)
    rates = {label: one.rate for label, one in by_length(cast).items()}
    assert {label: (rate.numerator, rate.denominator) for label, rate in rates.items()} == {
        "under 1 hour": (1, 1),
        "1–4 hours": (1, 2),
        "over 72 hours": (0, 1),
    }
    opinion = rates["1–4 hours"].opinion
    assert opinion is not None
    assert opinion.mean == 3.5
    # In business time Friday 04:00 is Thursday's end: 7 hours of Monday, 8 of three days each.
    business = by_length(cast, is_business=True)
    assert business["24–72 hours"].rate.n == 1
    assert "over 72 hours" not in business


def test_what_was_reopened_since_took_no_time_yet(cast: Cast) -> None:
    ticket = said(cast, 1, after=HOUR / 2)
    reopen(ticket, reason="Not done.", actor=cast.agent)
    assert list(by_length(cast)) == ["not resolved now"]


@pytest.mark.parametrize("clock", ["business", "calendar"])
def test_every_mark_opens_exactly_its_tickets(client: Client, cast: Cast, clock: str) -> None:
    quick, slow = said(cast, 5, after=HOUR / 2), said(cast, 2, after=30 * HOUR)
    reopened = said(cast, 4, after=HOUR)
    reopen(reopened, reason="Not done.", actor=cast.agent)
    fill_touched()
    client.force_login(cast.manager)
    page = client.get("/metrics/", {**WEEK, "clock": clock}, follow=True).content.decode()
    card = page[page.index('id="lengths"') :].partition("</article>")[0]
    marks = [unescape(href) for href in re.findall('href="([^"]*took=[^"]*)" aria-label', card)]
    found = [file_rows(client, href.replace("tickets/", "export.csv")) for href in marks]
    keys = [str(ticket.pk) for ticket in (quick, slow, reopened)]
    assert [[row[0] for row in rows] for rows in found] == [[key] for key in keys]


def test_a_list_says_how_long_its_tickets_took(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    asked = {**WEEK, "figure": "csat", "took": "3600-14400", "clock": "business"}
    page = client.get("/metrics/tickets/", asked).content.decode()
    words = "resolved in 1 h or more · resolved in less than 4 h · business time"
    assert words in page


@pytest.mark.parametrize("took", ["soon", "-5", "1-x", "1-99999999999", "3600"])
def test_a_length_that_is_none_is_refused_with_a_sentence(
    client: Client, cast: Cast, took: str
) -> None:
    client.force_login(cast.manager)
    answer = client.get("/metrics/tickets/", {**WEEK, "figure": "csat", "took": took})
    assert answer.status_code == 400
    assert "length" in answer.content.decode()
