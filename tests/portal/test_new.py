"""Asking something new."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast
from tests.portal.conftest import SignIn
from tickets.choices import Channel, Priority, Status, Visibility
from tickets.models import CustomField, Notice, Ticket

FILLED = {
    "subject": "No way in",
    "type": "incident",
    "description": "The VPN refuses my password.",
    "urgency": "2",
}


def test_a_sent_form_is_a_ticket_with_its_first_message(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.customer)
    response = client.post("/portal/new/", {**FILLED, "category": cast.category.pk})
    ticket = Ticket.objects.get()
    assert response["Location"] == f"/portal/{ticket.pk}/"
    assert (ticket.customer, ticket.organization) == (cast.customer, cast.organization)
    assert (ticket.status, ticket.channel) == (Status.NEW, Channel.PORTAL)
    assert ticket.category == cast.category
    message = ticket.messages.get()
    assert message.body == FILLED["description"]
    assert message.visibility == Visibility.PUBLIC
    assert Notice.objects.get().recipient == cast.customer


def test_how_much_it_holds_up_decides_the_priority(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.customer).post("/portal/new/", {**FILLED, "urgency": "1"})
    assert Ticket.objects.get().priority == Priority.HIGH


def test_files_come_with_the_first_message(cast: Cast, sign_in: SignIn) -> None:
    upload = SimpleUploadedFile("list.csv", b"a;b\n1;2\n")
    sign_in(cast.customer).post("/portal/new/", {**FILLED, "uploads": [upload]})
    assert Ticket.objects.get().messages.get().attachments.get().name == "list.csv"


def test_a_file_too_large_opens_nothing_and_keeps_the_text(
    cast: Cast, sign_in: SignIn, settings: Settings
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 4
    upload = SimpleUploadedFile("list.csv", b"12345")
    response = sign_in(cast.customer).post("/portal/new/", {**FILLED, "uploads": [upload]})
    assert response.status_code == 422
    assert "too large" in response.content.decode()
    assert FILLED["description"] in response.content.decode()
    assert not Ticket.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("missing", ["subject", "description"])
def test_what_is_missing_is_said_at_its_field(cast: Cast, sign_in: SignIn, missing: str) -> None:
    response = sign_in(cast.customer).post("/portal/new/", {**FILLED, missing: " "})
    page = response.content.decode()
    assert response.status_code == 422
    assert "One thing needs another look" in page
    assert f'href="#id_{missing}"' in page
    assert 'aria-invalid="true"' in page
    assert not Ticket.objects.exists()


def test_fields_of_a_category_are_asked_with_it(cast: Cast, sign_in: SignIn) -> None:
    CustomField.objects.create(
        key="device", label="Device", kind="text", category=cast.category,
        is_public=True, is_required=True,
    )  # fmt: skip
    CustomField.objects.create(key="inner", label="For staff", kind="text")
    client = sign_in(cast.customer)
    fragment = client.get("/portal/new/fields/", {"category": cast.category.pk})
    assert "Device" in fragment.content.decode()
    assert "For staff" not in fragment.content.decode()
    filled = {**FILLED, "category": cast.category.pk}
    assert client.post("/portal/new/", filled).status_code == 422
    client.post("/portal/new/", {**filled, "custom.device": "Laptop", "custom.inner": "x"})
    assert Ticket.objects.get().custom == {"device": "Laptop"}


def test_categories_that_are_switched_off_cannot_be_chosen(cast: Cast, sign_in: SignIn) -> None:
    cast.other_category.is_active = False
    cast.other_category.save()
    client = sign_in(cast.customer)
    assert "Billing" not in client.get("/portal/new/").content.decode()
    sent = client.post("/portal/new/", {**FILLED, "category": cast.other_category.pk})
    assert sent.status_code == 422


def test_a_form_without_its_token_is_refused_humanely(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.customer)
    response = client.post("/portal/new/", FILLED)
    assert response.status_code == 403
    assert "open for too long" in response.content.decode()
    assert not Ticket.objects.exists()


def test_the_form_says_how_large_files_may_be(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.customer).get("/portal/new/?subject=Hello").content.decode()
    assert f"up to {settings.ATTACHMENT_MAX_BYTES // 2**20} MB each" in page
    assert 'value="Hello"' in page
