"""Files that come with a message."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings as DjangoSettings

from tests.cast import Cast
from tests.tickets.calls import first_message
from tests.tickets.scenes import new_ticket
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import Attachment
from tickets.services.files import attach
from tickets.services.talking import add_note

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_attach(cast: Cast, now: datetime) -> None:
    message = first_message(new_ticket(cast, at=now))
    file = attach(message, upload=ContentFile(PIXEL, "../../etc/Schirm.png"), actor=cast.customer)
    stored = Attachment.objects.get()
    assert (stored.name, stored.content_type, stored.size) == (
        "Schirm.png",
        "image/png",
        len(PIXEL),
    )
    assert stored.sha256 == hashlib.sha256(PIXEL).hexdigest()
    assert "Schirm" not in str(file.file.name), "the path tells nothing"
    assert stored.file.read() == PIXEL


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (PIXEL, "virus.exe", "image/png"),
        (b"<html><script>alert(1)</script></html>", "cat.png", "text/html"),
        (b"just words", "cat.png", "text/plain"),
        ("aß".encode() * 2000, "words.txt", "text/plain"),  # cut inside a character
        (b"words \xff", "words.txt", "application/octet-stream"),
        (b"\x00\x01\x02\x03 odd", "cat.png", "application/octet-stream"),
        (b"%PDF-1.7\n%abc", "bill.txt", "application/pdf"),
    ],
    ids=["png", "html", "text", "long text", "not UTF-8", "binary", "pdf"],
)
def test_the_type_comes_from_the_content(
    cast: Cast, now: datetime, content: bytes, name: str, found: str
) -> None:
    message = first_message(new_ticket(cast, at=now))
    file = attach(message, upload=ContentFile(content, name), actor=cast.customer)
    assert file.content_type == found


def test_too_large_and_empty_are_refused(
    cast: Cast, now: datetime, settings: DjangoSettings
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    message = first_message(new_ticket(cast, at=now))
    attach(message, upload=ContentFile(b"x" * 10, "a"), actor=cast.customer)
    for content in (b"x" * 11, b""):
        with pytest.raises(InvalidInput) as refused:
            attach(message, upload=ContentFile(content, "a"), actor=cast.customer)
        assert "file" in refused.value.fields


def test_who_may(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    message, note = first_message(ticket), add_note(ticket, body="Hm.", actor=cast.agent)
    attach(note, upload=ContentFile(b"a", "a"), actor=cast.agent)
    attach(message, upload=ContentFile(b"a", "a"), actor=None)
    for actor, target in (
        (cast.viewer, message),
        (cast.other_customer, message),
        (cast.customer, note),
    ):
        with pytest.raises(NotAllowed):
            attach(target, upload=ContentFile(b"a", "a"), actor=actor)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("C:\\tmp\\a.txt", "a.txt"), ("a\nb\x00.txt", "ab.txt"), ("", "file"), ("x" * 300, "x" * 200)],
)
def test_names_are_words_only(cast: Cast, now: datetime, given: str, kept: str) -> None:
    message = first_message(new_ticket(cast, at=now))
    upload = ContentFile(b"a", "given")
    upload.name = given
    assert attach(message, upload=upload, actor=cast.customer).name == kept
