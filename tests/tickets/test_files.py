"""Files that come with a message."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings as DjangoSettings

from accounts.choices import CustomerTier
from accounts.organizations import change_organization
from tests.cast import Cast
from tests.tickets.calls import count_rows, first_message
from tests.tickets.scenes import new_ticket
from tests.tickets.sla.desk import policy_of, promise
from tickets.choices import Capacity, Source
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import Attachment, Message, Ticket
from tickets.selectors.history import load_history
from tickets.selectors.news import news_since
from tickets.selectors.timeline import build_timeline
from tickets.services.files import attach
from tickets.services.ledger_check import find_differences
from tickets.services.talking import add_note, reply_as_customer
from tickets.services.undoing import can_undo

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
    """Who wrote a message, or typed it in for somebody; nobody else, whatever they see."""
    ticket = new_ticket(cast, at=now)
    message, note = first_message(ticket), add_note(ticket, body="Hm.", actor=cast.agent)
    typed_in = reply_as_customer(ticket, body="Said at the door.", actor=cast.agent)
    assert isinstance(typed_in, Message)
    attach(note, upload=ContentFile(b"a", "a"), actor=cast.agent)
    attach(message, upload=ContentFile(b"a", "a"), actor=None)
    attach(typed_in, upload=ContentFile(b"a", "a"), actor=cast.agent)
    attach(typed_in, upload=ContentFile(b"a", "a"), actor=cast.customer)
    kept = count_rows()
    for actor, target in (
        (cast.viewer, message),
        (cast.other_customer, message),
        (cast.customer, note),
        (cast.agent, message),
        (cast.second_agent, note),
        (cast.manager, note),
        (cast.administrator, typed_in),
    ):
        with pytest.raises(NotAllowed):
            attach(target, upload=ContentFile(b"a", "a"), actor=actor)
    assert (count_rows(), Attachment.objects.count()) == (kept, 4)


def test_the_ledger_says_who_attached_it_and_when(cast: Cast, now: datetime) -> None:
    """With its message it is a part of what wrote it; added later it is an act of its own."""
    ticket = new_ticket(cast, at=now)
    message = first_message(ticket)
    sent = attach(message, upload=ContentFile(b"a", "sent.txt"), actor=cast.customer)
    later = attach(
        message,
        upload=ContentFile(b"c", "later.txt"),
        actor=cast.customer,
        source=Source.API,
        is_later=True,
    )
    rows = [
        (row.new_value, row.new_key, row.actor, row.capacity, row.source)
        for row in ticket.propertychanges.filter(field="file")
    ]
    assert rows == [
        ("sent.txt", str(sent.pk), cast.customer, Capacity.CUSTOMER, Source.WEB),
        ("later.txt", str(later.pk), cast.customer, Capacity.CUSTOMER, Source.API),
    ]
    first, second = ticket.propertychanges.filter(field="file")
    assert first.action_id == message.action_id != second.action_id
    assert first.occurred_at == message.occurred_at
    assert second.occurred_at == second.recorded_at == later.uploaded_at
    assert list(find_differences(Ticket.objects.all())) == []


def test_the_timeline_tells_of_a_file_that_was_added_later(cast: Cast, now: datetime) -> None:
    """One that came with its message is shown there, and needs no line."""
    ticket = new_ticket(cast, at=now)
    message = first_message(ticket)
    attach(message, upload=ContentFile(b"a", "sent.txt"), actor=cast.customer)
    lines = [each.words for each in build_timeline(load_history(ticket)).entries]
    assert not any("sent.txt" in words for words in lines)
    seen = Ticket.objects.get(pk=ticket.pk).ledger_seq
    attach(message, upload=ContentFile(b"b", "later.txt"), actor=cast.customer, is_later=True)
    last = build_timeline(load_history(ticket)).entries[-1]
    assert (last.actor, last.words, last.detail) == (cast.customer, "added the file later.txt", "")
    news = news_since(Ticket.objects.get(pk=ticket.pk), seen, reader=cast.agent)
    assert news is not None
    assert news.words == "added the file later.txt"


def test_adding_a_file_is_not_undone(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    attach(first_message(ticket), upload=ContentFile(b"a", "a"), actor=cast.customer, is_later=True)
    [row] = ticket.propertychanges.all()
    assert not can_undo(ticket, action_id=row.action_id)


def test_what_changed_around_the_ticket_is_followed_before_a_file_is_added(
    cast: Cast, now: datetime
) -> None:
    """Which promise holds is the desk's to say, not that of whoever adds a file after a change."""
    promise("Business", position=1, tiers=(CustomerTier.BUSINESS,), resolution=30)
    promise("Everybody", resolution=60)
    message = first_message(new_ticket(cast, at=now))
    change_organization(cast.organization, changes={"tier": CustomerTier.BUSINESS})
    attach(message, upload=ContentFile(b"a", "a"), actor=cast.customer, is_later=True)
    ticket = Ticket.objects.get()
    assert (policy_of(ticket), ticket.sla_stale_since) == ("Business", None)
    assert ticket.policychoices.latest("seq").actor is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [("C:\\tmp\\a.txt", "a.txt"), ("a\nb\x00.txt", "ab.txt"), ("", "file"), ("x" * 300, "x" * 200)],
)
def test_names_are_words_only(cast: Cast, now: datetime, given: str, kept: str) -> None:
    message = first_message(new_ticket(cast, at=now))
    upload = ContentFile(b"a", "given")
    upload.name = given
    assert attach(message, upload=upload, actor=cast.customer).name == kept
