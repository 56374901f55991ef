"""A customer's address changes: the old mailbox, maybe somebody else's now, opens nothing."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from tests.accounts.test_admin import person
from tests.cast import PASSWORD, Cast
from tests.matrix.conftest import Api, Web
from tests.tickets.scenes import new_ticket
from tickets.models import Ticket
from tickets.portal_links import portal_url

NEW = "carla@new.example"


@pytest.fixture
def links(cast: Cast) -> list[str]:
    """What was mailed to the customer's address so far, about two tickets."""
    EmailAddress.objects.create(user=cast.customer, email=cast.customer.email, primary=True)
    return [portal_url(new_ticket(cast)), portal_url(new_ticket(cast))]


def _by_admin(cast: Cast, web: Web, email: str) -> str:
    url = f"/admin/accounts/user/{cast.customer.pk}/change/"
    page = web(cast.administrator).post(url, person(cast.customer, email=email), follow=True)
    assert page.status_code == 200
    return page.content.decode()


def _by_api(cast: Cast, api: Api, email: str) -> None:
    answer = api(cast.agent).patch(f"/api/v1/customers/{cast.customer.pk}/", {"email": email})
    assert answer.status_code == 200, answer.data


def _statuses(links: list[str]) -> set[int]:
    return {Client().get(link).status_code for link in links}


@pytest.mark.parametrize("door", ["admin", "api"])
def test_links_to_the_old_address_open_nothing(
    cast: Cast, web: Web, api: Api, links: list[str], door: str
) -> None:
    other = portal_url(new_ticket(cast, customer=cast.colleague, actor=cast.colleague))
    assert _statuses([*links, other]) == {200}
    if door == "admin":
        assert "Links that were mailed to the old address open nothing now" in _by_admin(
            cast, web, NEW
        )
    else:
        _by_api(cast, api, NEW)
    assert _statuses(links) == {404}
    assert _statuses([other]) == {200}, "another customer's links stay"
    fresh = [portal_url(ticket) for ticket in Ticket.objects.filter(customer=cast.customer)]
    assert _statuses(fresh) == {200}
    assert not EmailAddress.objects.filter(email=cast.customer.email).exists()


@pytest.mark.parametrize("email", ["carla@acme.example", "CARLA@Acme.example"])
def test_the_same_address_takes_no_link_back(
    cast: Cast, web: Web, api: Api, links: list[str], email: str
) -> None:
    assert "open nothing" not in _by_admin(cast, web, email)
    _by_api(cast, api, email)
    assert _statuses(links) == {200}


def test_a_refused_change_takes_no_link_back(
    cast: Cast, web: Web, api: Api, links: list[str]
) -> None:
    taken = {"email": cast.colleague.email}
    address = f"/api/v1/customers/{cast.customer.pk}/"
    assert api(cast.agent).patch(address, taken).status_code == 400
    _by_admin(cast, web, cast.colleague.email)
    assert _statuses(links) == {200}


def test_the_form_says_what_a_new_address_does(cast: Cast, web: Web) -> None:
    url = f"/admin/accounts/user/{cast.customer.pk}/change/"
    page = web(cast.administrator).get(url).content.decode()
    assert "A new address makes the links useless that were mailed to the old one." in page


def test_the_person_still_signs_in_with_the_new_one(
    cast: Cast, web: Web, links: list[str], client: Client
) -> None:
    _by_admin(cast, web, NEW)
    assert User.objects.get(email=NEW) == cast.customer
    assert client.login(email=NEW, password=PASSWORD)
