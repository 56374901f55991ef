"""Opening a ticket for somebody: a call that is logged while it runs, or words from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.web.conftest import SignIn
from tickets.choices import Status
from tickets.models import Contact, CustomField, Ticket

FORM: dict[str, object] = {
    "channel": "phone",
    "is_live": "on",
    "subject": "Scanner stops",
    "description": "At gate 3.",
    "type": "incident",
    "impact": 2,
    "urgency": 2,
}


def send(sign_in: SignIn, cast: Cast, **values: object) -> Any:
    return sign_in(cast.agent).post(reverse("new_ticket"), {**FORM, **values})


def test_a_call_is_logged_while_it_runs(cast: Cast, sign_in: SignIn) -> None:
    answer = send(sign_in, cast, customer=cast.customer.pk, category=cast.category.pk, tags="a, b")
    ticket = Ticket.objects.get()
    assert answer["Location"] == reverse("ticket", kwargs={"number": ticket.pk})
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, cast.agent)
    assert ticket.live_contact == Contact.objects.get()
    assert ticket.picked_up_at == ticket.received_at
    assert ticket.tags.count() == 2
    page = sign_in(cast.agent).get(answer["Location"]).content.decode()
    assert "data-timer" in page
    assert "At gate 3." in page


def test_written_words_wait_to_be_opened(cast: Cast, sign_in: SignIn) -> None:
    send(sign_in, cast, customer=cast.customer.pk, channel="email", is_live="on")
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.live_contact) == (Status.NEW, None)
    message = ticket.messages.get()
    assert (message.author, message.actor) == (cast.customer, cast.agent)


def test_somebody_new_is_made_in_their_organization(cast: Cast, sign_in: SignIn) -> None:
    send(sign_in, cast, new_name="Nina New", new_email="Nina@Acme.example", new_phone="+31")
    person = User.objects.get(email="nina@acme.example")
    assert (person.organization, person.role) == (cast.organization, "customer")
    assert not person.has_usable_password()
    assert Ticket.objects.get().customer == person


def test_a_refused_ticket_makes_nobody(cast: Cast, sign_in: SignIn) -> None:
    cast.l2.is_active = False
    cast.l2.save()
    people = User.objects.count()
    values = {"new_name": "Nina New", "new_email": "nina@acme.example", "team": cast.l2.pk}
    assert send(sign_in, cast, **values).status_code == 422
    assert (User.objects.count(), Ticket.objects.count()) == (people, 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "customer_search"),
        ({"customer_search": "acme"}, "customer_search"),
        ({"new_name": "Nina"}, "new_email"),
        ({"new_email": "nina@acme.example"}, "new_name"),
        ({"new_name": "Nina", "new_email": "nina"}, "new_email"),
        ({"new_name": "Nina", "new_email": "carla@acme.example"}, "new_email"),
        ({"customer": "staff"}, "customer"),
        ({"customer": "customer", "subject": " "}, "subject"),
        ({"customer": "customer", "channel": "email", "description": ""}, "description"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    cast: Cast, sign_in: SignIn, values: dict[str, Any], field: str
) -> None:
    people = {"staff": cast.lead.pk, "customer": cast.customer.pk}
    given = {key: people.get(value, value) for key, value in values.items()}
    answer = send(sign_in, cast, tags="keep this & that", **given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Ticket.objects.exists()
    assert "keep this &amp; that" in answer.content.decode()


def test_without_script_the_search_is_answered_with_the_form(cast: Cast, sign_in: SignIn) -> None:
    page = send(sign_in, cast, customer_search="carla").content.decode()
    assert "Choose one of those found" in page
    assert f'name="customer" value="{cast.customer.pk}"' in page


def test_customers_are_found_while_one_types(cast: Cast, sign_in: SignIn) -> None:
    new_ticket(cast)
    client, url = sign_in(cast.agent), reverse("find_customers")
    found = client.get(url, {"customer_search": "carla acme"}).content.decode()
    assert "Carla Customer" in found
    assert "1 open" in found
    assert "Olga" not in found
    assert "Anna Staff" not in client.get(url, {"customer_search": "anna"}).content.decode()
    assert "Nobody fits" in client.get(url, {"customer_search": "zz"}).content.decode()
    assert client.get(url, {"customer_search": ""}).content.decode().strip() == ""


def test_an_address_may_name_the_customer(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.agent).get(reverse("new_ticket"), {"customer": cast.customer.pk})
    assert f'value="{cast.customer.pk}" checked' in page.content.decode()


@pytest.fixture
def device(cast: Cast) -> CustomField:
    """A field of one category, for staff, that must be filled."""
    return CustomField.objects.create(
        key="device", label="Device", kind="choice", choices=["Laptop", "Phone"],
        category=cast.category, is_required=True,
    )  # fmt: skip


@pytest.mark.usefixtures("device")
def test_a_category_brings_its_own_fields(cast: Cast, sign_in: SignIn) -> None:
    client, address = sign_in(cast.agent), reverse("new_ticket")
    assert "Device" not in client.get(address).content.decode()
    of_category = {"category": cast.category.pk}
    for page in (reverse("new_ticket_fields"), address):
        assert "Device" in client.get(page, of_category).content.decode()
    other = {"category": cast.other_category.pk}
    assert "Device" not in client.get(reverse("new_ticket_fields"), other).content.decode()


@pytest.mark.usefixtures("device")
def test_without_script_the_fields_come_with_the_answer(cast: Cast, sign_in: SignIn) -> None:
    values = {"customer": cast.customer.pk, "category": cast.category.pk}
    asked = send(sign_in, cast, **values)
    assert asked.status_code == 422
    assert "custom.device" in asked.context["form"].errors
    assert "Device" in asked.content.decode()
    send(sign_in, cast, **values, **{"custom.device": "Phone"})
    assert Ticket.objects.get().custom == {"device": "Phone"}


def test_level_and_complexity_are_as_chosen(cast: Cast, sign_in: SignIn) -> None:
    send(sign_in, cast, customer=cast.customer.pk, level=2, complexity="complex")
    ticket = Ticket.objects.get()
    assert (ticket.level, ticket.complexity) == (2, "complex")
    refused = send(sign_in, cast, customer=cast.customer.pk, level=1, team=cast.l2.pk)
    assert "team" in refused.context["form"].errors


def test_files_of_written_words_go_with_them(cast: Cast, sign_in: SignIn) -> None:
    upload = SimpleUploadedFile("list.csv", b"a;b\n1;2\n")
    send(sign_in, cast, customer=cast.customer.pk, channel="email", uploads=[upload])
    message = Ticket.objects.get().messages.get()
    assert (message.visibility, message.attachments.get().name) == ("public", "list.csv")


def test_files_of_a_call_are_for_colleagues(cast: Cast, sign_in: SignIn) -> None:
    upload = SimpleUploadedFile("screen.txt", b"What I saw")
    send(sign_in, cast, customer=cast.customer.pk, uploads=[upload])
    message = Ticket.objects.get().messages.get()
    assert (message.visibility, message.attachments.get().name) == ("private", "screen.txt")


def test_files_go_also_to_a_team_whose_tickets_the_writer_does_not_see(
    cast: Cast, sign_in: SignIn
) -> None:
    upload = SimpleUploadedFile("letter.txt", b"Dear all")
    values = {"channel": "email", "team": cast.confidential.pk, "uploads": [upload]}
    send(sign_in, cast, customer=cast.customer.pk, **values)
    assert Ticket.objects.get().messages.get().attachments.count() == 1


def test_a_refused_file_opens_nothing(cast: Cast, sign_in: SignIn) -> None:
    people = User.objects.count()
    values = {"new_name": "Nina New", "new_email": "nina@acme.example"}
    refused = send(sign_in, cast, **values, uploads=[SimpleUploadedFile("empty.txt", b"")])
    assert refused.status_code == 422
    assert "uploads" in refused.context["form"].errors
    assert (User.objects.count(), Ticket.objects.count()) == (people, 0)
