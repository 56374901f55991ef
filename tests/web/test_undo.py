"""Undo: offered where there is a way back, for some seconds, on whatever page comes next."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Status
from tickets.models import Assignment, Category, Ticket
from tickets.services import holding
from tickets.web.offers import KEPT_SECONDS, SHOWN_SECONDS

KEY = re.compile(r'name="key" value="([\w-]+)"')


def do(client: Client, ticket: Ticket, slug: str, **values: object) -> str:
    """Do an act and return the page that follows."""
    url = f"/tickets/{ticket.pk}/{slug}/"
    return str(client.post(url, values, follow=True).content.decode())


def press(client: Client, page: str, *, back: str = "") -> Any:
    """Press Undo on a page."""
    offered = KEY.search(page)
    assert offered is not None, "nothing is offered"
    return client.post(reverse("undo"), {"key": offered[1], "back": back}, follow=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """In progress, with Anna."""
    return ticket_in(cast, Status.IN_PROGRESS)


def test_an_act_says_what_it_did_and_offers_the_way_back(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    client = sign_in(cast.second_agent)
    page = do(client, ticket, "take")
    assert f"#{ticket.pk} is yours." in page
    answer = press(client, page, back=f"/tickets/{ticket.pk}/")
    assert "Taken back: it is as before." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/tickets/{ticket.pk}/"
    ticket.refresh_from_db()
    assert ticket.assignee == cast.agent
    assert Assignment.objects.filter(ticket=ticket, note="Taken back").count() == 1


@pytest.mark.parametrize(
    ("slug", "values"),
    [
        ("assign", {"assignee": "nobody"}),
        ("wait", {"wait_for": "hold", "note": "A release"}),
        ("properties", {"subject": "Another", "complexity": "complex"}),
    ],
)
def test_what_can_be_taken_back_is_offered(
    cast: Cast, sign_in: SignIn, ticket: Ticket, slug: str, values: dict[str, str]
) -> None:
    client = sign_in(cast.agent)
    if slug == "properties":
        form = client.get(f"/tickets/{ticket.pk}/properties/").context["form"]
        values = {name: form[name].value() or "" for name in form.fields} | values
    before = (ticket.status, ticket.assignee, ticket.subject)
    press(client, do(client, ticket, slug, **values))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.subject) == before


@pytest.mark.parametrize(
    ("slug", "values"),
    [
        ("resolve", {"resolution_code": "solved"}),
        ("close", {"resolution_code": "solved"}),
        ("cancel", {"reason": "spam"}),
        ("start-contact", {"channel": "phone", "direction": "outbound"}),
    ],
)
def test_what_counts_or_was_told_is_not_offered(
    cast: Cast, sign_in: SignIn, ticket: Ticket, slug: str, values: dict[str, str]
) -> None:
    client = sign_in(cast.agent)
    assert not KEY.search(do(client, ticket, slug, **values))
    assert not KEY.search(do(client, new_ticket(cast), "pick-up"))


def test_the_offer_goes_along_to_the_next_pages_and_then_leaves(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    client, start = sign_in(cast.second_agent), timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        do(client, ticket, "take")
        clock.shift(SHOWN_SECONDS - 3)
        for address in ("/queue/", "/tickets/new/", "/metrics/", "/profile/"):
            assert 'data-toast="3"' in client.get(address).content.decode(), address
        clock.shift(3)
        assert not KEY.search(client.get("/queue/").content.decode())


def test_it_is_undone_once_even_where_it_was_pressed_twice(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    client = sign_in(cast.second_agent)
    page = do(client, ticket, "take")
    press(client, page)
    assert "It is too late to undo this" in press(client, page).content.decode()
    assert Assignment.objects.filter(ticket=ticket, note="Taken back").count() == 1


def test_a_page_without_script_can_undo_for_some_minutes(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    client, start = sign_in(cast.second_agent), timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        page = do(client, ticket, "take")
        clock.shift(KEPT_SECONDS - 1)
        press(client, page)
        ticket.refresh_from_db()
        assert ticket.assignee == cast.agent
        page = do(client, ticket, "take")
        clock.shift(timedelta(seconds=KEPT_SECONDS + 1))
        assert "It is too late to undo this" in press(client, page).content.decode()


def test_what_a_colleague_did_meanwhile_stays(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    client = sign_in(cast.second_agent)
    page = do(client, ticket, "take")
    holding.take(ticket, actor=cast.lead)
    assert "changed again since then" in press(client, page).content.decode()
    ticket.refresh_from_db()
    assert ticket.assignee == cast.lead


def test_an_offer_is_for_its_own_reader(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    page = do(sign_in(cast.second_agent), ticket, "take")
    assert "too late" in press(sign_in(cast.lead), page).content.decode()
    stranger = sign_in(cast.customer)
    assert press(stranger, page).redirect_chain[-1][0] == reverse("portal")
    ticket.refresh_from_db()
    assert ticket.assignee == cast.second_agent


def test_a_ticket_out_of_sight_is_not_offered_back(cast: Cast, sign_in: SignIn) -> None:
    ticket, client = new_ticket(cast, team=cast.l2), sign_in(cast.l2_agent)
    page = do(client, ticket, "transfer", team=cast.confidential.pk)
    assert "went to another team" in page
    assert not KEY.search(page)


def test_a_category_that_was_deleted_does_not_come_back(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    gone = Category.objects.create(name="Fax")
    client, url = sign_in(cast.agent), f"/tickets/{ticket.pk}/properties/"
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    client.post(url, values | {"category": gone.pk})
    page = client.post(url, values | {"category": cast.category.pk}, follow=True)
    gone.delete()
    assert "cannot be taken back" in press(client, page.content.decode()).content.decode()


@pytest.mark.parametrize("key", ["", "x" * 99, "../etc", "\0", "ä"])
def test_a_made_up_key_undoes_nothing(cast: Cast, sign_in: SignIn, key: str) -> None:
    client = sign_in(cast.agent)
    answer = client.post(reverse("undo"), {"key": key, "back": "https://evil.example/"})
    assert answer["Location"] == reverse("queue")
    client.cookies["undo"] = key
    assert client.get(reverse("queue")).status_code == 200


def test_a_fragment_brings_the_offer_too(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    client = sign_in(cast.agent)
    url = f"/tickets/{ticket.pk}/wait/"
    answer = client.post(url, {"wait_for": "hold"}, headers={"HX-Request": "true"})
    assert KEY.search(client.get(answer["HX-Redirect"]).content.decode())


def test_without_a_cache_it_is_said_what_was_done_and_nothing_is_offered(
    cast: Cast, sign_in: SignIn, ticket: Ticket, no_cache: None
) -> None:
    page = do(sign_in(cast.second_agent), ticket, "take")
    assert f"#{ticket.pk} is yours." in page
    assert not KEY.search(page)
