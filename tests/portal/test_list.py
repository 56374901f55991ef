"""The list of a customer's tickets."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Status
from tickets.selectors.portal import PAGE_SIZE
from tickets.services.watchers import add_watchers


def body(client: Client, query: str = "") -> str:
    response = client.get(f"/portal/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_customers_see_their_own_tickets_only(cast: Cast, sign_in: SignIn) -> None:
    new_ticket(cast, subject="Mine")
    for other in (cast.colleague, cast.other_customer):
        new_ticket(cast, customer=other, actor=other, subject=f"Of {other.name}")
    page = body(sign_in(cast.customer))
    assert "Mine" in page
    assert "Of Colin" not in page
    assert "Of Olga" not in page


def test_a_viewer_sees_the_organization_when_asked_for(cast: Cast, sign_in: SignIn) -> None:
    new_ticket(cast, subject="Of Carla")
    new_ticket(cast, customer=cast.other_customer, actor=cast.other_customer, subject="Of another")
    viewer = sign_in(cast.viewer)
    assert "Of Carla" not in body(viewer)
    page = body(viewer, "?whose=all")
    assert "Of Carla" in page
    assert cast.customer.name in page
    assert "Of another" not in page


def test_asking_for_the_organization_shows_no_more_to_others(cast: Cast, sign_in: SignIn) -> None:
    new_ticket(cast, customer=cast.colleague, actor=cast.colleague, subject="Of Colin")
    assert "Of Colin" not in body(sign_in(cast.customer), "?whose=all")


def test_tabs_narrow_and_count(cast: Cast, sign_in: SignIn) -> None:
    waiting = ticket_in(cast, Status.WAITING_CUSTOMER)
    done = ticket_in(cast, Status.RESOLVED)
    page = body(sign_in(cast.customer), "?show=waiting")
    assert f"/portal/{waiting.pk}/" in page
    assert f"/portal/{done.pk}/" not in page
    assert "Waiting for you" in page


@pytest.mark.parametrize("words", ["printer", "PRINTER", "#{number}", "{number}"])
def test_search_finds_by_word_and_number(cast: Cast, sign_in: SignIn, words: str) -> None:
    wanted = new_ticket(cast, subject="The printer smokes")
    new_ticket(cast, subject="Something else")
    page = sign_in(cast.customer).get("/portal/", {"q": words.format(number=wanted.pk)})
    assert "The printer smokes" in page.content.decode()
    assert "Something else" not in page.content.decode()


@pytest.mark.parametrize(
    "query", ["?q=%00", "?after=x~y", "?after=~9999999999999999999999", "?show=?"]
)
def test_a_strange_address_is_no_error(cast: Cast, sign_in: SignIn, query: str) -> None:
    body(sign_in(cast.customer), query)


def test_nothing_asked_yet_invites_to_ask(cast: Cast, sign_in: SignIn) -> None:
    page = body(sign_in(cast.customer))
    assert "You have not asked anything yet" in page
    assert "/portal/new/" in page


def test_older_tickets_are_on_the_next_page(cast: Cast, sign_in: SignIn) -> None:
    oldest = new_ticket(cast, subject="The oldest of all")
    for number in range(PAGE_SIZE):
        new_ticket(cast, subject=f"Ticket {number}")
    client = sign_in(cast.customer)
    first = client.get("/portal/")
    assert oldest.subject not in first.content.decode()
    cursor = first.context["found"].next_cursor
    assert oldest.subject in body(client, f"?after={cursor.replace('+', '%2B')}")


def test_the_list_costs_the_same_for_many_tickets(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        ticket_in(cast, Status.IN_PROGRESS)
    client = sign_in(cast.viewer)
    with django_assert_num_queries(6):  # session, user, organization, counts, tickets, outages
        body(client, "?whose=all")


def test_staff_are_sent_to_the_queue(cast: Cast, sign_in: SignIn) -> None:
    for person in cast.staff:
        response = sign_in(person).get("/portal/")
        assert response.status_code == 302
        assert response["Location"] == "/queue/"


def test_strangers_sign_in_first(cast: Cast, client: Client) -> None:
    for path in ("/portal/", "/portal/new/", "/portal/1/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")


def test_who_watches_a_ticket_finds_it_among_theirs(cast: Cast, sign_in: SignIn) -> None:
    watched = new_ticket(cast, subject="Watched")
    new_ticket(cast, subject="Not watched")
    add_watchers(watched, [cast.colleague])
    page = body(sign_in(cast.colleague))
    assert "Watched" in page
    assert cast.customer.name in page
    assert "Not watched" not in page
