"""Signing in by a code that is mailed, without a password."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from unittest.mock import Mock

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as desk
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.mails import deliver_mails
from accounts.models import AccountMail, User
from accounts.people import register_customer
from tests.cast import Cast

ASK, CONFIRM = "/account/login/code/", "/account/login/code/confirm/"
NEXT = "/portal/new/"


def ask(client: Client, address: str) -> str:
    """Ask for a code and return the one that was mailed; "" where none was."""
    mail.outbox.clear()
    answer = client.post(ASK, {"email": address, "next": NEXT})
    assert answer["Location"].startswith(CONFIRM), answer.content
    deliver_mails()
    return mail.outbox[0].subject.split()[0] if mail.outbox else ""


def is_in(client: Client) -> bool:
    return bool(client.get("/profile/").status_code == 200)


def test_a_code_opens_the_door_once(cast: Cast, client: Client) -> None:
    code = ask(client, cast.customer.email)
    assert len(code) == 6
    assert code.isdigit()
    assert code in str(mail.outbox[0].body)
    as_copied = f" {code[:3]} {code[3:]} "
    assert client.post(CONFIRM, {"code": as_copied, "next": NEXT})["Location"] == NEXT
    assert is_in(client)
    other = Client()
    assert ask(other, cast.customer.email) != code
    other.post(CONFIRM, {"code": code})
    assert not is_in(other)


def test_nobody_learns_whether_an_address_is_known(cast: Cast) -> None:
    pages = []
    for address in (cast.customer.email, "nobody@acme.example"):
        client = Client()
        assert bool(ask(client, address)) == (address == cast.customer.email)
        page = client.get(CONFIRM).content.decode()
        wrong = client.post(CONFIRM, {"code": "000000"})
        text = f"{page}{wrong.status_code}{wrong.content.decode()}"
        pages.append([part for part in text.replace(address, "").split() if "value=" not in part])
    assert pages[0] == pages[1]


def test_three_wrong_codes_end_it(cast: Cast, client: Client) -> None:
    code = ask(client, cast.customer.email)
    for _ in range(3):
        client.post(CONFIRM, {"code": "no"})
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)


def test_a_code_is_good_for_a_quarter_of_an_hour(cast: Cast, client: Client) -> None:
    code = ask(client, cast.customer.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        client.post(CONFIRM, {"code": code})
        assert not is_in(client)


def test_an_address_gets_five_codes_an_hour_whoever_asks(cast: Cast) -> None:
    for _ in range(5):
        assert ask(Client(), cast.customer.email)
    refused = Client().post(ASK, {"email": cast.customer.email})
    assert (refused.status_code, AccountMail.objects.count()) == (200, 0)
    assert "Too many" in refused.content.decode()


def test_the_second_factor_is_asked_for_all_the_same(cast: Cast, client: Client) -> None:
    TOTP.activate(cast.agent, generate_totp_secret())
    answer = client.post(CONFIRM, {"code": ask(client, cast.agent.email)})
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert not is_in(client)


def test_who_is_switched_off_gets_none(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.customer.pk).update(is_active=False)
    assert ask(client, cast.customer.email) == ""


@pytest.mark.parametrize("verification", ["none", "mandatory"])
def test_a_code_proves_the_address(
    cast: Cast, client: Client, settings: Settings, verification: str
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    eve = register_customer(name="Eve", email="eve@acme.example", is_vouched=False)
    assert eve.organization is None
    client.post(CONFIRM, {"code": ask(client, eve.email)})
    eve.refresh_from_db()
    assert is_in(client)
    assert eve.organization == cast.organization
    assert EmailAddress.objects.get(user=eve).verified


# The mails ---------------------------------------------------------------------------------------


def test_a_mail_server_that_is_away_loses_nothing_and_holds_up_no_page(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(EmailBackend, "open", Mock(side_effect=ConnectionRefusedError("no")))
        assert ask(client, cast.customer.email) == ""
        away.undo()
        away.setattr(EmailBackend, "send_messages", Mock(side_effect=smtplib.SMTPException("no")))
        assert deliver_mails() == 0
    row = AccountMail.objects.get()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert deliver_mails() == 1
        assert deliver_mails() == 0
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{row.key}@")
    assert mail.outbox[0].to == [cast.customer.email]
    assert not AccountMail.objects.exists()


def test_a_mail_that_is_claimed_is_left_alone_until_the_lease_runs_out(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(ASK, {"email": cast.customer.email})
    killed = Mock(side_effect=KeyboardInterrupt)
    with monkeypatch.context() as kill:
        kill.setattr(EmailBackend, "send_messages", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver_mails()
    assert deliver_mails() == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=desk.NOTICE_LEASE_SECONDS + 1)):
        assert deliver_mails() == 1


def test_a_code_that_has_run_out_is_not_sent(cast: Cast, client: Client) -> None:
    client.post(ASK, {"email": cast.customer.email})
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert deliver_mails() == 0
    assert not AccountMail.objects.exists()
