"""Customers read pages in their language; staff and programs in English."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def page_language(client: Client, path: str, headers: dict[str, str] | None = None) -> str:
    answer = client.get(path, headers=headers or {}, follow=True)
    assert f'<html lang="{answer.headers["Content-Language"]}"' in answer.content.decode()
    return str(answer.headers["Content-Language"])


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ({}, "en-gb"),
        (GERMAN, "de"),
        ({"Accept-Language": "en-US,en"}, "en-gb"),
        ({"Accept-Language": "fr-CH,fr;q=0.9,de;q=0.7"}, "de"),
        ({"Accept-Language": "*"}, "en-gb"),
        ({"Accept-Language": "; drop,,%%%"}, "en-gb"),
    ],
)
def test_a_stranger_is_answered_as_the_browser_asks(wish, language):
    assert page_language(Client(), reverse("account_login"), wish) == language


def test_what_a_customer_chose_counts_before_the_browser(cast: Cast):
    client = signed_in(cast.customer)
    assert page_language(client, reverse("portal"), GERMAN) == "de"
    cast.customer.language = "en"
    cast.customer.save()
    assert page_language(client, reverse("portal"), GERMAN) == "en-gb"
    cast.customer.language = "de"
    cast.customer.save()
    assert page_language(client, reverse("portal")) == "de"


def test_the_desks_own_language_is_for_all_who_ask_for_none(settings):
    settings.DESK_LANGUAGE = "de"
    assert page_language(Client(), reverse("account_login")) == "de"
    assert page_language(Client(), reverse("account_login"), {"Accept-Language": "en"}) == "en-gb"


def test_staff_read_english(cast: Cast):
    cast.agent.language = "de"
    cast.agent.save()
    assert page_language(signed_in(cast.agent), reverse("queue"), GERMAN) == "en-gb"


def test_the_api_speaks_english():
    answer = Client().get("/api/v1/tickets/", headers=GERMAN)
    assert answer.status_code == 401
    assert "Authentication credentials were not provided." in answer.content.decode()


def test_an_error_page_is_in_the_readers_language():
    answer = Client().get("/nowhere/", headers=GERMAN)
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" in answer.content.decode()
