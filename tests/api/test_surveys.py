"""Surveys through the API: for staff, of the tickets that they see, changed answers included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.surveys.conftest import set_rules
from tickets.choices import Status
from tickets.models import Survey
from tickets.services.picking import pick_up
from tickets.services.states import resolve
from tickets.services.surveys.answering import answer_survey
from tickets.services.surveys.asking import ask_due

Api = Callable[[User], APIClient]
LIST = "/api/v1/surveys/"


@pytest.fixture
def survey(cast: Cast) -> Survey:
    """A survey with an answer that was changed once."""
    set_rules(quiet_days=0, csat_delay_hours=0)
    ticket_in(cast, Status.RESOLVED)
    ask_due(timezone.now())
    found = Survey.objects.get()
    answer_survey(found, score=5, actor=cast.customer)
    answer_survey(found, score=2, comment="It came back.", actor=cast.customer)
    return found


def test_a_survey_comes_with_the_answer_that_counts(survey: Survey, cast: Cast, api: Api) -> None:
    (row,) = api(cast.agent).get(LIST).json()["results"]
    assert row["kind"] == "csat"
    assert row["ticket"] == survey.ticket_id
    assert row["customer"] == cast.customer.pk
    assert (row["response"]["score"], row["response"]["comment"]) == (2, "It came back.")
    assert row["sent_at"]
    assert row["locks_at"]
    assert row["withdrawn_because"] == ""
    assert "key" not in row


def test_every_answer_is_kept(survey: Survey, cast: Cast, api: Api) -> None:
    for path, scores in (
        ("/api/v1/survey-responses/", [2, 5]),
        (f"/api/v1/tickets/{survey.ticket_id}/survey-responses/", [5, 2]),
    ):
        rows = api(cast.agent).get(path).json()["results"]
        assert [row["score"] for row in rows] == scores


@pytest.mark.parametrize("path", [LIST, "/api/v1/survey-responses/"])
def test_customers_and_strangers_read_none(survey: Survey, cast: Cast, api: Api, path: str) -> None:
    assert api(cast.customer).get(path).status_code == 403
    assert APIClient().get(path).status_code == 401
    assert api(cast.manager).post(path, {}).status_code == 405


def test_surveys_about_hidden_tickets_are_hidden(cast: Cast, api: Api) -> None:
    set_rules()
    ticket = new_ticket(cast, team=cast.confidential, actor=cast.manager)
    pick_up(ticket, actor=cast.insider)
    resolve(ticket, resolution_code="solved", actor=cast.insider, is_l1_capable=False)
    assert Survey.objects.count() == 1
    assert api(cast.agent).get(LIST).json()["results"] == []
    assert api(cast.agent).get(f"/api/v1/tickets/{ticket.pk}/surveys/").status_code == 404
    assert len(api(cast.insider).get(LIST).json()["results"]) == 1


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"kind": "csat"}, 1),
        ({"kind": "nps"}, 0),
        ({"is_answered": "true"}, 1),
        ({"is_answered": "false"}, 0),
        ({"score_to": "2"}, 1),
        ({"score_from": "3"}, 0),
    ],
)
def test_filters(survey: Survey, cast: Cast, api: Api, asked: dict[str, str], number: int) -> None:
    assert len(api(cast.lead).get(LIST, asked).json()["results"]) == number


def test_filters_by_time(survey: Survey, cast: Cast, api: Api) -> None:
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    client = api(cast.lead)
    assert client.get(LIST, {"answered_after": later}).json()["results"] == []
    assert len(client.get(LIST, {"sent_before": later}).json()["results"]) == 1


@pytest.mark.parametrize("asked", [{"kind": "x"}, {"score_to": "11"}, {"score_from": ""}])
def test_what_cannot_be_read_is_refused(
    survey: Survey, cast: Cast, api: Api, asked: dict[str, str]
) -> None:
    assert api(cast.lead).get(LIST, asked).status_code == 400
