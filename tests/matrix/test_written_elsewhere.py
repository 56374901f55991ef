"""What a customer wrote elsewhere, entered by staff: who may, and what it does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.zones import reporting_zone
from tests.cast import Cast
from tests.matrix.conftest import Api, Web
from tests.tickets.calls import count_rows
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Capacity, Channel, Status
from tickets.models import Message, Ticket
from tickets.selectors.contacts import contacts_of
from tickets.services.states import cancel
from tickets.services.talking import reply

ENTERED: dict[str, Any] = {"as_customer": True, "channel": "slack", "body": "It is blue."}
STAFF = ("agent", "l2_agent", "lead", "manager", "administrator")
AN_HOUR = timedelta(hours=1)


def _by_api(api: Api, cast: Cast, name: str, ticket: Ticket, **values: Any) -> Any:
    address = f"/api/v1/tickets/{ticket.pk}/messages/"
    return api(getattr(cast, name)).post(address, ENTERED | values, format="json")


@pytest.mark.parametrize("name", STAFF)
def test_staff_enter_it_on_what_they_see(cast: Cast, api: Api, name: str) -> None:
    ticket = ticket_in(cast, Status.WAITING_CUSTOMER)
    assert _by_api(api, cast, name, ticket).status_code == 201
    ticket.refresh_from_db()
    message = ticket.messages.latest("seq")
    assert (message.author, message.author_capacity) == (cast.customer, Capacity.CUSTOMER)
    assert (message.actor, message.channel) == (getattr(cast, name), Channel.SLACK)
    assert ticket.status == Status.IN_PROGRESS


@pytest.mark.parametrize(
    ("name", "status"), [("customer", 400), ("viewer", 400), ("other_customer", 404)]
)
def test_customers_write_in_their_own_name(cast: Cast, api: Api, name: str, status: int) -> None:
    ticket = new_ticket(cast)
    before = count_rows()
    assert _by_api(api, cast, name, ticket).status_code == status
    assert count_rows() == before


def test_nobody_enters_it_on_a_ticket_that_is_not_theirs_to_see(cast: Cast, api: Api) -> None:
    ticket = new_ticket(cast, team=cast.confidential, actor=cast.manager)
    assert _by_api(api, cast, "agent", ticket).status_code == 404
    assert _by_api(api, cast, "insider", ticket).status_code == 201


@pytest.mark.parametrize("name", STAFF)
def test_managers_alone_say_that_it_came_earlier(cast: Cast, api: Api, name: str) -> None:
    ticket = new_ticket(cast, at=timezone.now() - 2 * AN_HOUR)
    at = timezone.now() - AN_HOUR
    answer = _by_api(api, cast, name, ticket, at=at.isoformat())
    if name in ("manager", "administrator"):
        assert answer.status_code == 201
        assert ticket.messages.latest("seq").occurred_at == at
    else:
        assert (answer.status_code, answer.data["error"]["code"]) == (403, "dated_back")


@pytest.mark.parametrize(
    "values",
    [
        {"channel": "phone"},
        {"channel": "pigeon"},
        {"visibility": "private"},
        {"then": "waiting_vendor"},
        {"as_customer": False},
        {"as_customer": False, "channel": "email", "is_acknowledgement": True},
        {"body": " "},
    ],
)
def test_what_does_not_go_together_is_refused(cast: Cast, api: Api, values: dict[str, Any]) -> None:
    ticket = new_ticket(cast)
    before = count_rows()
    answer = _by_api(api, cast, "agent", ticket, **values)
    assert answer.status_code == 400
    assert answer.data["error"]["fields"]
    assert count_rows() == before


def test_it_is_a_contact_and_a_turn_to_answer(cast: Cast, api: Api, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    reply(ticket, body="Which colour?", actor=cast.agent, at=now + AN_HOUR)
    at = now + 2 * AN_HOUR
    _by_api(api, cast, "manager", ticket, at=at.isoformat())
    ticket.refresh_from_db()
    assert ticket.waiting_since == at
    assert [span.started_at for span in contacts_of(ticket)] == [now, at]


def test_thanks_are_no_contact_and_change_nothing(cast: Cast, api: Api) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    answer = _by_api(api, cast, "agent", ticket, body="Thanks!", is_acknowledgement=True)
    assert answer.status_code == 201
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert len(contacts_of(ticket)) == 1


def test_the_page_asks_managers_alone_when_it_was(cast: Cast, web: Web) -> None:
    ticket = new_ticket(cast, at=timezone.now() - 2 * AN_HOUR)
    address = f"/tickets/{ticket.pk}/customer-wrote/"
    assert 'name="at"' not in web(cast.agent).get(address).content.decode()
    browser = web(cast.manager)
    assert 'name="at"' in browser.get(address).content.decode()
    at = timezone.localtime(timezone.now() - AN_HOUR, reporting_zone()).replace(
        second=0, microsecond=0
    )
    words = {"channel": "letter", "body": "It is blue.", "at": f"{at:%Y-%m-%dT%H:%M}"}
    browser.post(address, words)
    message = ticket.messages.latest("seq")
    assert (message.channel, message.occurred_at) == (Channel.LETTER, at)


def test_where_it_goes_on_elsewhere_the_page_says_so(cast: Cast, web: Web) -> None:
    ticket = new_ticket(cast)
    cancel(ticket, reason="mistake", actor=cast.agent)
    browser: Client = web(cast.agent)
    words = {"channel": "slack", "body": "It is back."}
    page = browser.post(f"/tickets/{ticket.pk}/customer-wrote/", words, follow=True)
    follow_up = Message.objects.latest("pk").ticket
    assert follow_up != ticket
    assert f"See #{follow_up.pk}." in page.content.decode()
