"""The signed link: one ticket, for its customer, without a sign-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Status
from tickets.models import Ticket
from tickets.portal_links import portal_token, portal_url, revoke_links
from tickets.services.talking import add_note


def test_a_link_opens_its_ticket_without_sign_in(cast: Cast, client: Client) -> None:
    ticket = new_ticket(cast)
    add_note(ticket, body="For us only", actor=cast.agent)
    response = client.get(portal_url(ticket))
    page = response.content.decode()
    assert response.status_code == 200
    assert ticket.subject in page
    assert "For us only" not in page
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


def test_a_link_never_shows_the_key_it_is_signed_with(cast: Cast) -> None:
    ticket = new_ticket(cast)
    assert ticket.access_key.hex not in portal_url(ticket).replace("-", "")


def test_the_holder_answers_and_judges_as_the_customer(cast: Cast, client: Client) -> None:
    ticket = ticket_in(cast, Status.WAITING_CUSTOMER)
    url = portal_url(ticket)
    response = client.post(f"{url}answer/", {"body": "From my phone."})
    assert response["Location"].startswith("/portal/t/")
    message = ticket.messages.get(body="From my phone.")
    assert message.author == cast.customer
    ticket = ticket_in(cast, Status.RESOLVED)
    client.post(f"{portal_url(ticket)}works/")
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


def test_a_link_opens_no_other_page_of_the_customer(cast: Cast, client: Client) -> None:
    first, second = new_ticket(cast), new_ticket(cast, subject="Another")
    client.get(portal_url(first))
    assert client.get(f"/portal/{second.pk}/").status_code == 302
    swapped = portal_token(first).replace(f"{first.pk}.", f"{second.pk}.", 1)
    assert client.get(f"/portal/t/{swapped}/").status_code == 404


def test_a_late_answer_by_link_leads_to_a_link_of_the_new_ticket(
    cast: Cast, client: Client
) -> None:
    ticket = ticket_in(cast, Status.CLOSED, at=timezone.now() - timedelta(days=60))
    response = client.post(f"{portal_url(ticket)}answer/", {"body": "It is back."}, follow=True)
    assert response.status_code == 200
    assert "It is back." in response.content.decode()
    assert Ticket.objects.count() == 2


def cut(token: str) -> str:
    return token[:-3]


def made_up(token: str) -> str:
    return "1.abc.def"


def nonsense(token: str) -> str:
    return "x"


def huge(token: str) -> str:
    return "9" * 40 + ".a.b"


@pytest.mark.parametrize("spoil", [cut, made_up, nonsense, huge])
def test_a_spoilt_link_is_a_friendly_page(
    cast: Cast, client: Client, spoil: Callable[[str], str]
) -> None:
    ticket = new_ticket(cast)
    response = client.get(f"/portal/t/{spoil(portal_token(ticket))}/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "This link opens nothing" in page
    assert "Sign in" in page
    assert ticket.subject not in page


def test_an_old_link_says_so(cast: Cast, client: Client) -> None:
    ticket = new_ticket(cast)
    url = portal_url(ticket)
    lifetime = timedelta(days=settings.PORTAL_LINK_DAYS)
    with time_machine.travel(timezone.now() + lifetime - timedelta(minutes=1)):
        assert client.get(url).status_code == 200
    with time_machine.travel(timezone.now() + lifetime + timedelta(minutes=1)):
        response = client.get(url)
        assert response.status_code == 410
        assert "This link is too old" in response.content.decode()
        assert client.post(f"{url}answer/", {"body": "x"}).status_code == 410


def test_a_revoked_link_opens_nothing_and_a_new_one_does(cast: Cast, client: Client) -> None:
    ticket = new_ticket(cast)
    old = portal_url(ticket)
    assert revoke_links([ticket]) == 1
    assert client.get(old).status_code == 404
    assert client.post(f"{old}answer/", {"body": "x"}).status_code == 404
    assert client.get(portal_url(ticket)).status_code == 200


def test_a_customer_who_was_switched_off_has_no_links(cast: Cast, client: Client) -> None:
    url = portal_url(new_ticket(cast))
    cast.customer.is_active = False
    cast.customer.save()
    assert client.get(url).status_code == 404


def test_scanners_that_follow_links_change_nothing(cast: Cast, client: Client) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    before = ticket.ledger_seq
    for path in ("", "answer/", "works/", "works-not/"):
        for method in ("get", "head"):
            assert getattr(client, method)(f"{portal_url(ticket)}{path}").status_code in (200, 302)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.ledger_seq) == (Status.RESOLVED, before)


def test_a_post_by_link_needs_the_pages_own_token(cast: Cast) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{portal_url(ticket)}works/").status_code == 403
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_staff_who_follow_a_link_never_speak_as_the_customer(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    response = sign_in(cast.agent).post(f"{portal_url(ticket)}works/")
    assert response["Location"] == f"/tickets/{ticket.pk}/"
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_times_are_the_customers_own(cast: Cast, client: Client) -> None:
    cast.customer.time_zone = "America/New_York"
    cast.customer.save()
    page = client.get(portal_url(new_ticket(cast))).content.decode()
    assert "America/New York" in page
