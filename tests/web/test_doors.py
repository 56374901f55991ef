"""Who gets a staff page: the desk does, customers and strangers do not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.web.conftest import SignIn

PAGES = ("queue", "new_ticket", "ticket")


def page(name: str, number: int) -> str:
    return reverse(name, kwargs={"number": number} if name == "ticket" else {})


@pytest.mark.parametrize("name", PAGES)
def test_everybody_of_the_desk_gets_it(cast: Cast, sign_in: SignIn, name: str) -> None:
    ticket = new_ticket(cast)
    for person in cast.staff:
        assert sign_in(person).get(page(name, ticket.pk)).status_code == 200, person


@pytest.mark.parametrize("name", PAGES)
def test_a_customer_is_sent_home(cast: Cast, sign_in: SignIn, name: str) -> None:
    ticket = new_ticket(cast)
    answer = sign_in(cast.customer).get(page(name, ticket.pk))
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_asked_to_sign_in(cast: Cast, name: str) -> None:
    answer = Client().get(page(name, new_ticket(cast).pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_a_confidential_ticket_looks_as_if_it_were_not_there(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast, team=cast.confidential)
    url = reverse("ticket", kwargs={"number": ticket.pk})
    note = reverse("compose", kwargs={"number": ticket.pk})
    escalate = reverse("act", kwargs={"number": ticket.pk, "slug": "escalate"})
    missing = reverse("ticket", kwargs={"number": ticket.pk + 1})
    outsider = sign_in(cast.agent)
    assert {outsider.get(each).status_code for each in (url, escalate, missing)} == {404}
    assert outsider.post(note, {"kind": "note", "body": "x"}).status_code == 404
    assert sign_in(cast.insider).get(url).status_code == 200


def test_a_customer_can_do_nothing_through_the_staff_addresses(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    url = reverse("act", kwargs={"number": ticket.pk, "slug": "cancel"})
    assert sign_in(cast.customer).post(url, {"reason": "spam"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == "new"


@pytest.mark.parametrize(("theme", "written"), [("dark", True), ("light", True), ("x'>", False)])
def test_the_chosen_theme_is_in_the_page_from_the_first_paint(
    cast: Cast, sign_in: SignIn, theme: str, written: bool
) -> None:
    client = sign_in(cast.agent)
    client.cookies["theme"] = theme
    page_ = client.get(reverse("queue")).content.decode()
    assert (f'<html lang="en-gb" data-theme="{theme}">' in page_) is written


def test_times_are_shown_in_the_readers_zone(cast: Cast, sign_in: SignIn) -> None:
    cast.agent.time_zone = "Asia/Tokyo"
    cast.agent.save()
    assert "Asia/Tokyo" in sign_in(cast.agent).get(reverse("queue")).content.decode()
    assert "Europe/Amsterdam" in sign_in(cast.lead).get(reverse("queue")).content.decode()
