"""`?search=` of the API's lists: what the pages find, with the caller's rights."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.conftest import Opener
from tests.cast import Cast
from tickets.services.talking import add_note

Api = Callable[[User], APIClient]


def numbers(client: APIClient, text: str) -> list[int]:
    answer = client.get("/api/v1/tickets/", {"search": text})
    assert answer.status_code == 200
    return [each["number"] for each in answer.data["results"]]


def test_tickets_are_found_by_word_part_and_number(cast: Cast, api: Api, opened: Opener) -> None:
    one = opened(cast.customer, subject="Scanner stops")
    opened(cast.customer)
    for text in ("scanner", "cann", f"#{one.pk}", "scanner carla", "scaner"):
        assert numbers(api(cast.agent), text) == [one.pk], text


def test_a_private_note_is_found_by_the_desk_alone(cast: Cast, api: Api, opened: Opener) -> None:
    ticket = opened(cast.customer)
    add_note(ticket, actor=cast.agent, body="Their contract ends.")
    assert numbers(api(cast.agent), "contract") == [ticket.pk]
    for reader in (cast.customer, cast.viewer, cast.other_customer):
        assert numbers(api(reader), "contract") == []


def test_pages_of_a_search_go_on(cast: Cast, api: Api, opened: Opener) -> None:
    tickets = [opened(cast.customer, subject=f"Scanner {n}") for n in range(3)]
    client, url, found = api(cast.agent), "/api/v1/tickets/?search=scanner&page_size=2", []
    while url:
        page = client.get(url).data
        found += [each["number"] for each in page["results"]]
        url = page["next"]
    assert found == [ticket.pk for ticket in reversed(tickets)]


def test_customers_are_found_by_word(cast: Cast, api: Api) -> None:
    answer = api(cast.agent).get("/api/v1/customers/", {"search": "carla acme"})
    assert [each["email"] for each in answer.data["results"]] == [cast.customer.email]


@pytest.mark.parametrize("path", ["tickets", "customers"])
def test_a_text_too_long_is_refused(cast: Cast, api: Api, path: str) -> None:
    answer = api(cast.agent).get(f"/api/v1/{path}/", {"search": "x" * 201})
    assert (answer.status_code, answer.data["error"]["fields"].keys()) == (400, {"search"})
