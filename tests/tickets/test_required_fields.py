"""Fields that must be filled, and the doors that can and cannot ask for them."""

from __future__ import annotations

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from tests.cast import Cast
from tests.tickets.receiving.letters import letter, receive
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.choices import MailOutcome
from tickets.errors import InvalidInput
from tickets.models import CustomField, Mailbox, Outage, Ticket
from tickets.services.joining import join_outage
from tickets.services.outages import declare_outage
from tickets.services.properties import change_properties


@pytest.fixture(autouse=True)
def _device(cast: Cast) -> None:
    """Everybody is to say what device it is about."""
    CustomField.objects.create(
        key="device", label="Device", kind="text", category=cast.category,
        is_public=True, is_required=True,
    )  # fmt: skip


def test_a_door_that_asks_wants_an_answer(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        new_ticket(cast, category=cast.category, has_asked_fields=True)
    assert refused.value.fields == {"custom.device": "Device is required."}


def test_a_letter_becomes_a_ticket_without_it(cast: Cast) -> None:
    mailbox = Mailbox.objects.create(address="support@desk.example", category=cast.category)
    row = receive(letter(cast.customer.email), mailbox)
    assert (row.outcome, row.last_error) == (MailOutcome.OPENED, "")
    assert Ticket.objects.get().custom == {}


def test_who_says_that_it_concerns_them_too_is_not_asked(cast: Cast) -> None:
    incident = new_ticket(cast, category=cast.category, customer=cast.other_customer,
                          actor=cast.agent)  # fmt: skip
    declare_outage(incident, services=[make_service()], actor=cast.agent)
    part = join_outage(Outage.objects.get(), actor=cast.customer)
    assert (part.category, part.custom) == (cast.category, {})


def test_the_api_asks(cast: Cast) -> None:
    client = APIClient()
    client.force_authenticate(cast.agent)
    body = {
        "subject": "No way in",
        "description": "It refuses.",
        "customer": cast.customer.pk,
        "category": cast.category.pk,
    }
    refused = client.post(reverse("ticket-list"), body, format="json")
    assert refused.data["error"]["fields"] == {"custom.device": "Device is required."}
    opened = client.post(reverse("ticket-list"), body | {"custom": {"device": "Phone"}},
                         format="json")  # fmt: skip
    assert opened.status_code == 201


def test_what_is_there_cannot_be_emptied_and_what_is_not_can_follow(cast: Cast) -> None:
    ticket = new_ticket(cast, category=cast.category)
    change_properties(ticket, changes={"urgency": 1}, actor=cast.agent)
    change_properties(ticket, changes={"custom": {"device": "Phone"}}, actor=cast.agent)
    assert ticket.custom == {"device": "Phone"}
    with pytest.raises(InvalidInput):
        change_properties(ticket, changes={"custom": {"device": ""}}, actor=cast.agent)
