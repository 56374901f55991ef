"""Files of messages through the API: sent once, fetched with a token by who may read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.conftest import Opener
from tests.cast import Cast
from tickets.models import Attachment, Message, Ticket
from tickets.services.files import attach
from tickets.services.talking import add_note, reply

Api = Callable[[User], APIClient]
CONTENT = b"%PDF-1.4 what was agreed"


def _file(message: Message, actor: User) -> Attachment:
    return attach(message, upload=ContentFile(CONTENT, name="Agreed.pdf"), actor=actor)


def _address(file: Attachment) -> str:
    return f"/api/v1/attachments/{file.key}/"


@pytest.fixture
def ticket(cast: Cast, opened: Opener) -> Ticket:
    return opened(cast.customer)


def _send(client: APIClient, ticket: Ticket, content: bytes, **headers: str) -> Any:
    address = f"/api/v1/tickets/{ticket.pk}/messages/{ticket.messages.get().pk}/attachments/"
    upload = SimpleUploadedFile("note.txt", content)
    return client.post(address, {"file": upload}, format="multipart", headers=headers)


def test_a_file_is_fetched_where_its_message_says(cast: Cast, api: Api, ticket: Ticket) -> None:
    _file(ticket.messages.get(), cast.customer)
    for reader in (cast.customer, cast.viewer, cast.agent):
        client = api(reader)
        [message] = client.get(f"/api/v1/tickets/{ticket.pk}/messages/").data["results"]
        url = message["attachments"][0]["url"]
        assert url.startswith("http://testserver/api/v1/attachments/")
        answer = client.get(url, headers={"Accept": "application/pdf"})
        assert answer.status_code == 200
        assert answer.getvalue() == CONTENT
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="Agreed.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_notes_file_is_the_desks(cast: Cast, api: Api, ticket: Ticket) -> None:
    file = _file(add_note(ticket, body="For us.", actor=cast.agent), cast.agent)
    for reader in (cast.customer, cast.viewer, cast.other_customer):
        assert api(reader).get(_address(file)).status_code == 404
    assert api(cast.agent).get(_address(file)).status_code == 200


def test_a_file_of_anothers_ticket_looks_like_none(
    cast: Cast, api: Api, opened: Opener, ticket: Ticket
) -> None:
    theirs = _file(reply(ticket, body="See there.", actor=cast.agent), cast.agent)
    secret = opened(cast.customer, team=cast.confidential, actor=cast.manager)
    hidden = _file(add_note(secret, body="Theft.", actor=cast.manager), cast.manager)
    missing = "/api/v1/attachments/00000000-0000-4000-8000-000000000000/"
    for reader, address in (
        (cast.other_customer, _address(theirs)),
        (cast.colleague, _address(theirs)),
        (cast.agent, _address(hidden)),
    ):
        client = api(reader)
        answer, none = client.get(address), client.get(missing)
        assert (answer.status_code, answer.json()) == (404, none.json())
    assert APIClient().get(_address(theirs)).status_code == 401


def test_a_file_is_added_to_ones_own_message_only(cast: Cast, api: Api, ticket: Ticket) -> None:
    for reader in (cast.agent, cast.manager, cast.administrator):
        answer = _send(api(reader), ticket, b"slipped in")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")
    assert not Attachment.objects.exists()
    assert _send(api(cast.customer), ticket, b"mine").status_code == 201
    [row] = ticket.propertychanges.all()
    assert (row.field, row.new_value, row.actor) == ("file", "note.txt", cast.customer)
    assert row.source == "api"


def test_a_file_that_is_sent_again_is_kept_once(cast: Cast, api: Api, ticket: Ticket) -> None:
    client, key = api(cast.customer), {"Idempotency-Key": "f-1"}
    first = _send(client, ticket, b"hello", **key)
    again = _send(client, ticket, b"hello", **key)
    other = _send(client, ticket, b"Hello", **key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert Attachment.objects.get().size == 5
    assert _send(client, ticket, b"hello").status_code == 201
    assert Attachment.objects.count() == 2


def test_a_refused_file_leaves_its_key_free(cast: Cast, api: Api, ticket: Ticket) -> None:
    client, key = api(cast.customer), {"Idempotency-Key": "f-2"}
    assert _send(client, ticket, b"", **key).status_code == 400
    assert _send(client, ticket, b"hello", **key).status_code == 201
