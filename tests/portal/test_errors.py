"""Error pages: what happened, and what to do."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views import defaults
from structlog.contextvars import bound_contextvars

from helpdesk.pages import server_error
from tests.cast import Cast


def test_what_is_not_there_says_where_to_go(cast: Cast) -> None:
    for person in (None, cast.customer, cast.agent):
        client = Client()
        if person:
            client.force_login(person)
        response = client.get("/no/such/page/")
        assert response.status_code == 404
        assert "There is no such page, or it is not yours to see" in response.content.decode()
        assert "To the start" in response.content.decode()


def test_what_broke_gives_a_number_and_needs_no_database() -> None:
    with bound_contextvars(request_id="7f3c-90ab"):
        response = server_error(HttpRequest())
    assert response.status_code == 500
    assert "7f3c-90ab" in response.content.decode()
    assert "on us" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "words"),
    [(defaults.bad_request, "cannot be read"), (defaults.permission_denied, "not yours to do")],
)
def test_refusals_are_humane(view: object, words: str) -> None:
    request = RequestFactory().get("/")
    response = view(request, Exception())  # type: ignore[operator]
    assert words in response.content.decode()
