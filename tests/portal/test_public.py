"""Asking without an account: a form, and what it takes to be believed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from tests.cast import Cast
from tests.portal.conftest import SignIn
from tickets.choices import Source
from tickets.models import CustomField, DomainRule, IdempotencyRecord, Notice, NoticeKind, Ticket
from tickets.notifications import outbox
from tickets.portal_links import portal_url
from tickets.services.relating import split
from tickets.services.talking import reply_as_customer
from tickets.web.public_forms import new_stamp

FILLED = {
    "name": "Eve",
    "email": "eve@acme.example",
    "subject": "No way in",
    "type": "incident",
    "description": "The VPN refuses my password.",
}


@pytest.fixture(autouse=True)
def _no_requests_yet() -> None:
    cache.clear()


def opened_a_while_ago() -> str:
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        return new_stamp()


def send(client: Client, **more: object) -> tuple[int, str]:
    """Send the form as a person does; return the status and the page or where it leads."""
    form = {**FILLED, "stamp": opened_a_while_ago(), **more}
    answer = client.post(
        "/ask/", {name: value for name, value in form.items() if value is not None}
    )
    return answer.status_code, answer.headers.get("Location", answer.content.decode())


def is_confirmed_for(ticket: Ticket, cast: Cast) -> None:
    now = Ticket.objects.get(pk=ticket.pk)
    assert (now.unconfirmed_since, now.organization) == (None, cast.organization)


SENT = (302, "/ask/sent/")


def test_a_stranger_asks_and_confirms_by_the_mailed_link(cast: Cast, client: Client) -> None:
    assert send(client, uploads=[SimpleUploadedFile("list.csv", b"a;b")]) == SENT
    ticket = Ticket.objects.get()
    eve = ticket.customer
    assert (eve.name, eve.organization, ticket.organization) == ("Eve", None, None)
    assert ticket.messages.get().attachments.get().name == "list.csv"
    assert ticket.unconfirmed_since
    assert "Did you send this?" in client.get(portal_url(ticket)).content.decode()
    client.get(f"{portal_url(ticket)}mine/")
    ticket.refresh_from_db()
    assert ticket.unconfirmed_since, "scanners follow links"
    client.post(f"{portal_url(ticket)}mine/")
    eve.refresh_from_db()
    is_confirmed_for(ticket, cast)
    assert eve.organization == cast.organization
    assert "Did you send this?" not in client.get(portal_url(ticket)).content.decode()


def test_the_mail_says_nothing_that_a_stranger_typed(cast: Cast, client: Client) -> None:
    send(client, name="Buy now", subject="Cheap pills", description="Only today")
    assert Notice.objects.get().kind == NoticeKind.CONFIRM
    outbox.deliver_due()
    (letter,) = mail.outbox
    whole = letter.message().as_string()
    assert letter.to == ["eve@acme.example"]
    assert portal_url(Ticket.objects.get()).split(".")[0] in whole
    for typed in ("Buy now", "pills", "Only today"):
        assert typed not in whole


def test_who_types_a_customers_address_gets_nothing_of_theirs(
    cast: Cast, client: Client, sign_in: SignIn
) -> None:
    status = send(client, email=cast.customer.email.upper(), name="Somebody")
    assert status == send(Client(), email="nobody@else.example", subject="Other") == SENT
    ticket = Ticket.objects.get(customer=cast.customer)
    cast.customer.refresh_from_db()
    assert cast.customer.name != "Somebody"
    assert ticket.organization is None
    assert sign_in(cast.viewer).get(f"/portal/{ticket.pk}/").status_code == 404
    assert ticket.subject not in sign_in(cast.viewer).get("/portal/?whose=all").content.decode()
    staff = sign_in(cast.agent).get(f"/tickets/{ticket.pk}/?look=1").content.decode()
    assert "Sender not confirmed" in staff
    assert cast.organization.name not in staff
    part = split(ticket, message=ticket.messages.get(), subject="A part", actor=cast.agent)
    assert part.organization is None


def test_the_customers_own_word_confirms_too_and_a_mail_does_not(
    cast: Cast, client: Client
) -> None:
    send(client, email=cast.customer.email)
    ticket = Ticket.objects.get()
    reply_as_customer(ticket, body="More.", actor=cast.customer, source=Source.MAIL)
    assert ticket.unconfirmed_since
    client.post(f"{portal_url(ticket)}answer/", {"body": "One thing more."})
    is_confirmed_for(ticket, cast)


@pytest.mark.parametrize("who", ["agent", "switched off", "denied", "below denied", "not let in"])
def test_addresses_that_may_not_ask_are_refused_alike(cast: Cast, client: Client, who: str) -> None:
    address = FILLED["email"]
    if who == "agent":
        address = cast.agent.email
    elif who == "switched off":
        User.objects.filter(pk=cast.customer.pk).update(is_active=False)
        address = cast.customer.email
    elif who == "not let in":
        DomainRule.objects.create(domain="globex.example", is_allowed=True)
    else:
        DomainRule.objects.create(domain="acme.example")
        address = "eve@sub.acme.example" if who == "below denied" else address
    status, page = send(client, email=address)
    assert status == 422
    assert "We take no requests from this address here." in page
    assert FILLED["description"] in page
    assert not Ticket.objects.exists()
    assert not User.objects.filter(name="Eve").exists()


def test_the_closest_rule_decides(cast: Cast, client: Client) -> None:
    DomainRule.objects.create(domain="example")
    DomainRule.objects.create(domain="acme.example", is_allowed=True)
    assert send(client) == SENT
    assert send(client, email="x@globex.example")[0] == 422


def test_programs_are_told_that_it_went_and_nothing_is_kept(cast: Cast, client: Client) -> None:
    assert send(client, website="https://spam.example") == SENT
    assert not Ticket.objects.exists()
    assert not User.objects.filter(name="Eve").exists()


@pytest.mark.parametrize(
    ("stamp", "words"),
    [("now", "very quick"), ("old", "open for a long time"), ("made up", "open for a long time")],
)
def test_a_form_filled_in_at_once_or_long_ago_comes_back_and_then_goes(
    cast: Cast, client: Client, stamp: str, words: str
) -> None:
    given = new_stamp() if stamp == "now" else "x:y:z"
    if stamp == "old":
        with time_machine.travel(timezone.now() - timedelta(days=2)):
            given = new_stamp()
    status, page = send(client, stamp=given)
    assert status == 422
    assert words in page
    assert FILLED["description"] in page
    again = page.split('name="stamp" value="')[1].split('"')[0]
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert send(client, stamp=again) == SENT


def test_sent_twice_it_is_one_ticket(cast: Cast, client: Client) -> None:
    page = {"once": "a" * 32, "stamp": opened_a_while_ago()}
    assert send(client, **page) == send(client, **page) == SENT
    assert Ticket.objects.count() == 1
    send(client, **page, description="Another thing.")
    assert Ticket.objects.count() == 2


def test_too_many_are_refused_by_address_and_by_where_they_come_from(
    cast: Cast, client: Client
) -> None:
    for number in range(5):
        assert send(client, subject=f"No {number}") == SENT
    status, page = send(client)
    assert status == 429
    assert "Too many requests" in page
    assert FILLED["description"] in page
    for number in range(14):
        send(client, email=f"a{number}@acme.example")
    assert send(client, email="last@acme.example")[0] == 429
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    form = {**FILLED, "email": "other@acme.example", "stamp": opened_a_while_ago()}
    assert client.post("/ask/", form, **elsewhere).status_code == 302  # type: ignore[arg-type]  # META


def test_fields_of_a_category_are_asked_with_it(cast: Cast, client: Client) -> None:
    CustomField.objects.create(
        key="device", label="Device", kind="text", category=cast.category,
        is_public=True, is_required=True,
    )  # fmt: skip
    CustomField.objects.create(key="inner", label="For staff", kind="text")
    fragment = client.get("/ask/fields/", {"category": cast.category.pk}).content.decode()
    assert "Device" in fragment
    assert "For staff" not in fragment
    assert send(client, category=cast.category.pk)[0] == 422
    assert send(client, category=cast.category.pk, **{"custom.device": "Laptop"}) == SENT
    assert Ticket.objects.get().custom == {"device": "Laptop"}


def test_a_file_too_large_opens_nothing(cast: Cast, client: Client, settings: Settings) -> None:
    settings.ATTACHMENT_MAX_BYTES = 4
    status, page = send(client, uploads=[SimpleUploadedFile("list.csv", b"12345")])
    assert (status, "too large" in page) == (422, True)
    assert not Ticket.objects.exists()
    assert not User.objects.filter(name="Eve").exists()


def test_who_is_signed_in_asks_on_their_own_page(
    cast: Cast, sign_in: SignIn, settings: Settings
) -> None:
    assert sign_in(cast.customer).get("/ask/")["Location"] == "/portal/new/"
    assert sign_in(cast.agent).get("/ask/")["Location"] == "/tickets/new/"
    settings.PUBLIC_FORM = False
    assert Client().get("/ask/").status_code == 404
    assert APIClient().post("/api/v1/requests/", FILLED).status_code == 404


# The API -----------------------------------------------------------------------------------------

BODY = {name: value for name, value in FILLED.items() if name != "type"}


def test_another_sites_program_hands_a_request_in(cast: Cast) -> None:
    program = APIClient()
    for _ in range(2):
        answer = program.post("/api/v1/requests/", BODY, headers={"Idempotency-Key": "k1"})
        assert (answer.status_code, answer.data) == (202, {"received": True})
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.organization) == (Source.API, None)
    assert ticket.unconfirmed_since
    assert IdempotencyRecord.objects.get().user == ticket.customer
    other = program.post(
        "/api/v1/requests/", {**BODY, "subject": "x"}, headers={"Idempotency-Key": "k1"}
    )
    assert (other.status_code, other.data["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"email": "nonsense"}, 400, "email"),
        ({"email": "anna@desk.example"}, 400, "email"),
        ({"subject": 3}, 400, "subject"),
        ({"subject": "\0"}, 400, "subject"),
        ({"custom": {"no": 1}}, 400, "custom.no"),
        ({"custom": "no"}, 400, "custom"),
        ({"category": "1"}, 400, "category"),
        ({"name": ""}, 400, "name"),
    ],
)
def test_what_is_wrong_is_said_with_a_code(
    cast: Cast, change: dict[str, object], status: int, field: str
) -> None:
    answer = APIClient(raise_request_exception=False).post("/api/v1/requests/", {**BODY, **change})
    assert answer.status_code == status
    assert answer.data["error"]["code"] == "invalid_input"
    assert field in answer.data["error"]["fields"]
    assert not Ticket.objects.exists()


def test_programs_have_limits_too(cast: Cast) -> None:
    program = APIClient()
    for _ in range(5):
        assert program.post("/api/v1/requests/", BODY).status_code == 202
    answer = program.post("/api/v1/requests/", BODY)
    assert (answer.status_code, answer.data["error"]["code"]) == (429, "throttled")
    assert int(answer["Retry-After"]) > 0
