"""The other ways in: a pipe from the mail server, a provider's post; and the admin's decisions."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.tickets.receiving.letters import letter, receive
from tickets.choices import MailOutcome
from tickets.errors import InvalidInput
from tickets.management.commands import receive_mail
from tickets.models import InboundMail, Mailbox


def pipe(raw: bytes, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("receive_mail", mailbox=address)


def test_a_piped_mail_is_kept(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(letter(cast.customer.email), monkeypatch, "Support@desk.example")
    assert InboundMail.objects.get().sender == cast.customer.email


def test_the_mail_server_is_told_what_to_do(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError) as unknown:
        pipe(letter(cast.customer.email), monkeypatch, "nobody@desk.example")
    assert unknown.value.returncode == receive_mail.NO_SUCH_USER

    def too_large(*args: Any, **kwargs: Any) -> None:
        raise InvalidInput("The mail is larger than 50 MB.")

    monkeypatch.setattr(receive_mail, "keep_mail", too_large)
    with pytest.raises(CommandError) as refused:
        pipe(letter(cast.customer.email), monkeypatch, mailbox.address)
    assert refused.value.returncode == receive_mail.CANNOT_BE


@pytest.mark.parametrize("fault", [DatabaseError("gone"), OSError("disk full"), KeyError("x")])
def test_whatever_else_goes_wrong_the_mail_server_keeps_the_mail(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise fault

    monkeypatch.setattr(receive_mail, "keep_mail", fail)
    with pytest.raises(CommandError) as gone:
        pipe(letter(cast.customer.email), monkeypatch, mailbox.address)
    assert gone.value.returncode == receive_mail.TRY_AGAIN


def post(key: uuid.UUID, raw: bytes) -> Any:
    return Client().post(f"/mail/{key}/", raw, content_type="message/rfc822")


def test_a_posted_mail_is_kept_once(cast: Cast, mailbox: Mailbox) -> None:
    raw = letter(cast.customer.email)
    assert post(mailbox.webhook_key, raw).status_code == 202
    assert post(mailbox.webhook_key, raw).status_code == 202
    assert InboundMail.objects.count() == 1


def test_an_unknown_key_opens_nothing(cast: Cast, mailbox: Mailbox) -> None:
    assert post(uuid.uuid4(), letter(cast.customer.email)).status_code == 404
    assert Client().get(f"/mail/{mailbox.webhook_key}/").status_code == 405


def test_an_administrator_decides_about_what_is_held(cast: Cast, mailbox: Mailbox) -> None:
    row = receive(letter(cast.manager.email), mailbox)
    client = Client()
    client.force_login(cast.administrator)
    address = reverse("admin:tickets_inboundmail_changelist")
    assert client.get(address).status_code == 200
    choice = {"action": "discard", "_selected_action": [row.pk]}
    client.post(address, choice)
    row.refresh_from_db()
    assert row.outcome == MailOutcome.DISCARDED


def test_an_administrator_is_told_of_mailboxes_whose_senders_nobody_vouches_for(
    cast: Cast, mailbox: Mailbox
) -> None:
    Mailbox.objects.create(address="open@desk.example")
    Mailbox.objects.create(address="closed@desk.example", is_active=False)
    found = run_checks(tags=[Tags.database], databases=["default"])
    assert [each.msg for each in found] == [
        "Nothing vouches for who writes to open@desk.example: its senders confirm each ticket."
    ]
    client = Client()
    client.force_login(cast.administrator)
    page = client.get(reverse("admin:tickets_mailbox_changelist")).content.decode()
    assert "mx.desk.example" in page
    assert "nobody: name your mail servers" in page
