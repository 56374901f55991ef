"""Mail fetched from a real IMAP server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.tickets.receiving.letters import letter
from tests.tickets.receiving.servers import PASSWORD, ImapServer, why_not
from tickets.choices import MailboxSecurity
from tickets.fetching import imap
from tickets.models import InboundMail, Mailbox, Ticket
from tickets.services.receiving import keep_mail, read_pending

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be started")


@pytest.fixture(scope="module")
def running() -> Iterator[ImapServer]:
    """One server for all; each test has a mailbox that begins at its end."""
    with ImapServer() as server:
        yield server


@pytest.fixture
def fetched(
    cast: Cast, mailbox: Mailbox, running: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> Mailbox:
    """The mailbox, fetched from that server; what was there before is read already."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", PASSWORD)
    mailbox.host, mailbox.port = "127.0.0.1", running.port
    mailbox.security = MailboxSecurity.NONE
    mailbox.username, mailbox.password_variable = "support", "TEST_IMAP_PASSWORD"
    mailbox.save()
    imap.poll(mailbox)
    InboundMail.objects.all().delete()
    return mailbox


def test_new_mail_is_fetched_once(cast: Cast, fetched: Mailbox, running: ImapServer) -> None:
    running.deliver(letter(cast.customer.email))
    running.deliver(letter(cast.other_customer.email))
    assert imap.poll_all() == 2
    assert imap.poll_all() == 0
    read_pending()
    assert Ticket.objects.count() == 2


def test_a_poll_that_was_killed_fetches_again_and_makes_nothing_twice(
    cast: Cast, fetched: Mailbox, running: ImapServer
) -> None:
    running.deliver(letter(cast.customer.email))
    before = fetched.last_uid
    assert imap.poll(fetched) == 1
    Mailbox.objects.update(last_uid=before)
    fetched.refresh_from_db()
    imap.poll(fetched)
    read_pending()
    assert Ticket.objects.count() == 1


def test_a_server_that_numbers_anew_is_read_from_its_beginning(
    cast: Cast, fetched: Mailbox, running: ImapServer
) -> None:
    running.deliver(letter(cast.customer.email))
    imap.poll(fetched)
    Mailbox.objects.update(uid_validity=1, last_uid=10_000)
    fetched.refresh_from_db()
    running.deliver(letter(cast.other_customer.email))
    imap.poll(fetched)
    assert InboundMail.objects.filter(sender=cast.other_customer.email).exists()
    senders = InboundMail.objects.values_list("mail_id", flat=True)
    assert len(senders) == len(set(senders))


def test_a_new_mailbox_is_read_from_its_beginning_only_where_that_is_wanted(
    cast: Cast, fetched: Mailbox, running: ImapServer
) -> None:
    running.deliver(letter(cast.customer.email, subject="From before"))
    Mailbox.objects.update(
        uid_validity=None, last_uid=0, read_since=timezone.now() + timedelta(seconds=2)
    )
    assert imap.poll_all() == 0
    assert Mailbox.objects.get().last_uid > 0
    Mailbox.objects.update(last_uid=0, read_since=None)
    imap.poll_all()
    assert InboundMail.objects.filter(subject="From before").exists()


def test_a_server_that_is_away_says_so_and_loses_nothing(
    cast: Cast, fetched: Mailbox, running: ImapServer
) -> None:
    running.deliver(letter(cast.customer.email))
    running.stop()
    assert imap.poll_all() == 0
    fetched.refresh_from_db()
    assert "refused" in fetched.last_error
    running.start()
    assert imap.poll_all() == 1
    fetched.refresh_from_db()
    assert fetched.last_error == ""


def test_a_server_that_dies_in_the_middle_is_read_on_when_it_is_back(
    cast: Cast, fetched: Mailbox, running: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    subjects = ["one", "two", "three"]
    for subject in subjects:
        running.deliver(letter(cast.customer.email, subject=subject))

    def keep_and_die(raw: bytes, **values: Any) -> InboundMail:
        running.kill()
        return keep_mail(raw, **values)

    with monkeypatch.context() as dying:
        dying.setattr(imap, "keep_mail", keep_and_die)
        imap.poll_all()
    running.start()
    fetched.refresh_from_db()
    assert fetched.last_error  # an "abort", or a reset: as it happens
    assert InboundMail.objects.count() == 1
    imap.poll_all()
    read_pending()
    assert sorted(Ticket.objects.values_list("subject", flat=True)) == sorted(subjects)


def test_a_wrong_password_is_told_in_words(
    fetched: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_IMAP_PASSWORD", "wrong")
    imap.poll_all()
    fetched.refresh_from_db()
    assert fetched.last_error == "The server refuses the name or the password."
