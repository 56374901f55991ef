"""Pages that change while they are open: what they are told, what it costs, what they are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.metrics.policies import promise
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.services_of import make_service
from tickets.choices import Status
from tickets.models import Survey, Ticket
from tickets.portal_links import portal_url, revoke_links
from tickets.services.outages import announce_outage, declare_outage, end_outage
from tickets.services.picking import pick_up
from tickets.services.properties import change_properties
from tickets.services.relating import link
from tickets.services.states import resolve
from tickets.services.surveys.answering import answer_survey
from tickets.services.talking import add_note, reply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    """Words that go by the clock are not written anew meanwhile."""
    with time_machine.travel(datetime(2026, 3, 2, 9, 1, tzinfo=UTC)):
        yield


def open_page(client: Client, address: str) -> tuple[str, str]:
    """Open a page; return where it asks for news, and its mark."""
    page = client.get(address).content.decode()
    found = re.search(r'data-news="([^"]+)" data-mark="([^"]+)"', page)
    assert found
    return found[1], found[2]


def ask(client: Client, page: tuple[str, str]) -> tuple[int, str]:
    address, mark = page
    separator = "&" if "?" in address else "?"
    answer = client.get(f"{address}{separator}have={mark}")
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("is_by_link", [False, True])
def test_an_answer_a_step_and_who_works_on_it_come_without_a_reload(
    cast: Cast, sign_in: SignIn, is_by_link: bool
) -> None:
    ticket = new_ticket(cast)
    client = Client() if is_by_link else sign_in(cast.customer)
    page = open_page(client, portal_url(ticket) if is_by_link else f"/portal/{ticket.pk}/")
    assert ask(client, page) == (204, "")
    pick_up(ticket, actor=cast.agent)
    status, text = ask(client, page)
    assert status == 200
    assert f"Your ticket: In progress, {cast.agent.name}." in text
    assert "<html" not in text
    page = open_page(client, portal_url(ticket) if is_by_link else f"/portal/{ticket.pk}/")
    reply(ticket, body="Try it with the new password.", actor=cast.agent)
    status, text = ask(client, page)
    assert f"{cast.agent.name} wrote." in text
    assert "Try it with the new password." in text
    resolve(ticket, resolution_code="solved", actor=cast.agent)
    assert "Does it work now?" in ask(client, page)[1]


def test_what_the_desk_does_inside_changes_no_mark(cast: Cast, sign_in: SignIn) -> None:
    ticket, client = ticket_in(cast, Status.IN_PROGRESS), sign_in(cast.customer)
    page = open_page(client, f"/portal/{ticket.pk}/")
    add_note(ticket, body="Between us.", actor=cast.agent)
    assert ask(client, page) == (204, "")
    status, text = ask(client, (page[0], "another"))
    assert status == 200
    assert "Between us." not in text


def test_nothing_new_costs_the_ticket_alone(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket, client = ticket_in(cast, Status.IN_PROGRESS), sign_in(cast.customer)
    page = open_page(client, f"/portal/{ticket.pk}/")
    with django_assert_num_queries(5):  # session, user, ticket, what stands beside it, outages
        assert ask(client, page) == (204, "")


def test_news_go_to_nobody_else(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    for person in (cast.colleague, cast.other_customer):
        assert sign_in(person).get(f"/portal/{ticket.pk}/news/").status_code == 404
    assert Client().get(f"/portal/{ticket.pk}/news/").status_code == 302
    address = f"{portal_url(ticket)}news/"
    revoke_links([ticket])
    assert Client().get(address).status_code == 404


def test_the_list_changes_too(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.customer)
    page = open_page(client, "/portal/?show=open&q=vpn")
    assert ask(client, page)[0] == 204
    new_ticket(cast, customer=cast.other_customer, actor=cast.other_customer, subject="VPN of Olga")
    assert ask(client, page)[0] == 204
    ticket = new_ticket(cast, subject="My VPN")
    status, text = ask(client, page)
    assert (status, "My VPN" in text, "Olga" in text) == (200, True, False)
    page = open_page(client, "/portal/")
    pick_up(ticket, actor=cast.agent)
    assert f"with {cast.agent.name}" in ask(client, page)[1]


@pytest.fixture
def incident(cast: Cast) -> Ticket:
    """A major incident of others: mail is down."""
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    declare_outage(ticket, services=[make_service()], actor=cast.agent)
    return ticket


def test_what_becomes_of_an_outage_comes_without_a_reload(
    cast: Cast, sign_in: SignIn, incident: Ticket
) -> None:
    ticket, client = new_ticket(cast), sign_in(cast.customer)
    address = f"/portal/{ticket.pk}/"
    page = open_page(client, address)
    link(ticket, other=incident, kind="child_of", actor=cast.agent)
    assert "Mail does not work at the moment." in ask(client, page)[1]
    page = open_page(client, address)
    announce_outage(incident, words="A switch has failed.", actor=cast.agent)
    assert "A switch has failed." in ask(client, page)[1]
    page = open_page(client, address)
    end_outage(incident, actor=cast.agent)
    text = ask(client, page)[1]
    assert "Mail works again." in text
    assert 'id="outage" data-live' in text


@pytest.mark.parametrize("is_by_link", [False, True])
def test_an_outage_of_others_comes_over_a_ticket(
    cast: Cast, sign_in: SignIn, is_by_link: bool
) -> None:
    ticket, other = new_ticket(cast), ticket_in(cast, Status.IN_PROGRESS)
    client = Client() if is_by_link else sign_in(cast.customer)
    address = portal_url(ticket) if is_by_link else f"/portal/{ticket.pk}/"
    page = open_page(client, address)
    declare_outage(other, services=[make_service()], actor=cast.agent)
    status, text = ask(client, page)
    assert (status, "Mail does not work at the moment." in text) == (200, True)
    page = open_page(client, address)
    end_outage(other, actor=cast.agent)
    status, text = ask(client, page)
    assert (status, "Mail does not work at the moment." in text) == (200, False)


def test_services_change_without_a_reload(cast: Cast, sign_in: SignIn) -> None:
    ticket, client = ticket_in(cast, Status.IN_PROGRESS), sign_in(cast.customer)
    service = make_service()
    address = "/portal/services/"
    page = open_page(client, address)
    assert ask(client, page) == (204, "")
    declare_outage(ticket, services=[service], actor=cast.agent)
    assert "Does not work" in ask(client, page)[1]
    page = open_page(client, address)
    announce_outage(ticket, words="A switch has failed.", actor=cast.agent)
    assert "A switch has failed." in ask(client, page)[1]
    page = open_page(client, address)
    end_outage(ticket, words="All is back.", actor=cast.agent)
    text = ask(client, page)[1]
    assert ("Works" in text, "All is back." in text) == (True, True)
    assert "<html" not in text


def test_the_page_of_services_leads_to_itself_no_more(cast: Cast, sign_in: SignIn) -> None:
    ticket, client = ticket_in(cast, Status.IN_PROGRESS), sign_in(cast.customer)
    declare_outage(ticket, services=[make_service()], actor=cast.agent)
    link = 'href="/portal/services/">All services'
    assert link in client.get("/portal/").content.decode()
    assert link not in client.get("/portal/services/").content.decode()


def test_an_outage_comes_over_the_list(cast: Cast, sign_in: SignIn) -> None:
    ticket, client = ticket_in(cast, Status.IN_PROGRESS), sign_in(cast.customer)
    page = open_page(client, "/portal/")
    declare_outage(ticket, services=[make_service()], actor=cast.agent)
    status, text = ask(client, page)
    assert (status, "Mail does not work at the moment." in text) == (200, True)
    page = open_page(client, "/portal/")
    announce_outage(ticket, words="A switch has failed.", actor=cast.agent)
    assert "A switch has failed." in ask(client, page)[1]


def test_another_promise_comes_without_a_reload(cast: Cast, sign_in: SignIn) -> None:
    ticket, client = new_ticket(cast), sign_in(cast.customer)
    page = open_page(client, f"/portal/{ticket.pk}/")
    promise(first_response=240)
    change_properties(ticket, changes={"urgency": 1}, actor=cast.agent)
    status, text = ask(client, page)
    assert (status, "Somebody begins with it by" in text) == (200, True)


def test_an_answer_to_the_survey_comes_without_a_reload(cast: Cast, sign_in: SignIn) -> None:
    ticket, client = ticket_in(cast, Status.RESOLVED), sign_in(cast.customer)
    page = open_page(client, f"/portal/{ticket.pk}/")
    assert ask(client, page) == (204, "")
    answer_survey(Survey.objects.get(), score=4, actor=cast.customer)
    assert ask(client, page)[0] == 200
