"""What goes wrong with mail servers: nothing is lost, and no other mailbox waits for it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast
from tests.tickets.receiving.certificates import self_signed
from tests.tickets.receiving.letters import letter
from tests.tickets.receiving.scripted import ScriptedImap
from tickets import tasks
from tickets.choices import MailboxSecurity, MailOutcome
from tickets.fetching import imap
from tickets.models import InboundMail, Mailbox
from tickets.services import held_mail, receiving
from tickets.services.receiving import keep_mail

Serve = Callable[..., ScriptedImap]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a scripted server for a mailbox of the desk: serve("help", {1: raw})."""
    with ExitStack() as servers:

        def start(
            name: str,
            mails: dict[int, bytes],
            *,
            tls: ssl.SSLContext | None = None,
            security: MailboxSecurity = MailboxSecurity.NONE,
        ) -> ScriptedImap:
            is_starttls = security == MailboxSecurity.STARTTLS
            server = servers.enter_context(ScriptedImap(mails, tls=tls, is_starttls=is_starttls))
            Mailbox.objects.create(
                address=f"{name}@desk.example",
                host="localhost",
                port=server.port,
                security=security,
                username=name,
            )
            return server

        yield start


def kept() -> set[str]:
    return set(InboundMail.objects.values_list("subject", flat=True))


def mails(cast: Cast, *subjects: str) -> dict[int, bytes]:
    """Letters by UID, from 1 on."""
    letters = (letter(cast.customer.email, subject=subject) for subject in subjects)
    return dict(enumerate(letters, start=1))


def box(name: str) -> Mailbox:
    return Mailbox.objects.get(address=f"{name}@desk.example")


class TestOneMailboxFails:
    @pytest.mark.parametrize("fault", ["dead", "bye"])
    def test_a_line_that_breaks_half_way_holds_up_no_other_mailbox(
        self, cast: Cast, serve: Serve, fault: str
    ) -> None:
        broken = serve("a", mails(cast, "one", "two"))
        serve("b", mails(cast, "three"))
        broken.faults[2] = fault
        tasks.fetch_mail()
        assert kept() == {"one", "three"}
        assert box("a").last_error
        assert box("b").last_error == ""
        del broken.faults[2]
        tasks.fetch_mail()
        assert kept() == {"one", "two", "three"}
        assert box("a").last_error == ""

    def test_what_nobody_thought_of_holds_up_no_other_mailbox(
        self, cast: Cast, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        serve("a", mails(cast, "one"))
        serve("b", mails(cast, "two"))

        def fail(raw: bytes, *, mailbox: Mailbox, at: datetime | None) -> InboundMail:
            if mailbox.address.startswith("a@"):
                raise RuntimeError("the disk is full")
            return keep_mail(raw, mailbox=mailbox, at=at)

        with monkeypatch.context() as patch:
            patch.setattr(imap, "keep_mail", fail)
            tasks.fetch_mail()
        assert kept() == {"two"}
        assert box("a").last_error == "RuntimeError: the disk is full"
        tasks.fetch_mail()
        assert kept() == {"one", "two"}

    def test_what_waits_is_read_whatever_becomes_of_fetching(
        self, cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep_mail(letter(cast.customer.email), mailbox=mailbox)

        def fail() -> int:
            raise RuntimeError("no more connections")

        monkeypatch.setattr(imap, "poll_all", fail)
        with pytest.raises(RuntimeError, match="no more"):
            tasks.fetch_mail()
        assert InboundMail.objects.get().outcome == MailOutcome.OPENED


class TestWhatCameBefore:
    def test_it_stays_where_it_is_and_is_not_even_fetched(self, cast: Cast, serve: Serve) -> None:
        server = serve("a", mails(cast, "old", "new", "undated"))
        server.arrived = {1: "02-Mar-2026 09:59:59 +0100", 2: "02-Mar-2026 10:00:00 +0100"}
        Mailbox.objects.update(read_since=datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC))
        tasks.fetch_mail()
        assert kept() == {"new", "undated"}
        assert server.fetched == [2, 3]
        assert box("a").last_uid == 3

    def test_it_is_read_where_nobody_says_since_when(self, cast: Cast, serve: Serve) -> None:
        server = serve("a", mails(cast, "old"))
        server.arrived = {1: "02-Mar-1996 09:59:59 +0100"}
        Mailbox.objects.update(read_since=None)
        tasks.fetch_mail()
        assert kept() == {"old"}


class TestOneMailIsNotGiven:
    @pytest.mark.parametrize("fault", ["no", "silent"])
    def test_it_is_asked_for_again_and_holds_up_none_behind_it(
        self, cast: Cast, serve: Serve, fault: str
    ) -> None:
        server = serve("a", mails(cast, "one", "two", "three"))
        server.faults[2] = fault
        imap.poll_all()
        assert kept() == {"one", "three"}
        assert box("a").last_error == "The server does not give 1 mail; it is asked for again."
        del server.faults[2]
        imap.poll_all()
        assert kept() == {"one", "two", "three"}
        assert box("a").last_error == ""
        assert server.fetched == [1, 2, 3, 2]

    def test_what_was_deleted_meanwhile_is_asked_for_no_more(
        self, cast: Cast, serve: Serve
    ) -> None:
        server = serve("a", mails(cast, "one", "two"))
        server.faults[1] = "gone"
        imap.poll_all()
        imap.poll_all()
        assert kept() == {"two"}
        assert server.fetched == [1, 2]
        assert box("a").last_error == ""

    def test_a_server_that_gives_none_is_left_where_it_was(
        self, cast: Cast, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(imap, "MOST_OWED", 2)
        server = serve("a", mails(cast, "one", "two", "three", "four"))
        server.faults = dict.fromkeys(server.mails, "no")
        imap.poll_all()
        assert box("a").last_uid == 2
        assert "MailboxFetchError" in box("a").last_error
        server.faults.clear()
        imap.poll_all()
        assert kept() == {"one", "two", "three", "four"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost that nobody signed, with its key, as one file."""
    return self_signed("localhost", folder=tmp_path_factory.mktemp("tls"))


class TestWhatIsBeyondAllSize:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All size is 2,000 bytes."""
        monkeypatch.setattr(imap, "LARGEST_MAIL", 2000)
        monkeypatch.setattr(receiving, "LARGEST_MAIL", 2000)

    def test_its_headers_alone_are_fetched_and_wait_for_a_person(
        self, cast: Cast, serve: Serve
    ) -> None:
        raw = letter(
            cast.customer.email, subject="A film", body="frame " * 1000, message_id="<f@x>"
        )
        server = serve("a", {1: raw, 2: letter(cast.customer.email)})
        imap.poll_all()
        row = InboundMail.objects.get(subject="A film")
        assert server.headers_fetched == [1]
        assert (row.outcome, row.sender, row.mail_id) == ("held", cast.customer.email, "<f@x>")
        assert row.reason.startswith("Larger than 50 MB")
        assert b"frame" not in bytes(row.raw.content)
        assert InboundMail.objects.count() == 2
        assert box("a").last_error == ""
        ticket = held_mail.admit(row, actor=cast.agent).ticket
        assert ticket is not None
        assert ticket.subject == "A film"
        assert ticket.organization is None

    def test_a_server_that_tells_no_size_is_believed_what_it_sends(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        raw = letter(cast.customer.email, subject="A film", body="frame " * 1000)
        row = receiving.keep_headers(raw, mailbox=mailbox)
        assert (row.subject, row.outcome) == ("A film", "held")
        assert b"frame" not in bytes(row.raw.content)


class TestWhenItCame:
    def test_a_mail_is_as_old_as_its_arrival_at_the_server(self, cast: Cast, serve: Serve) -> None:
        server = serve("a", mails(cast, "one", "two", "three"))
        server.arrived = {1: " 2-Mar-2026 10:00:00 +0100", 2: "31-Dec-2999 00:00:00 +0000"}
        Mailbox.objects.update(read_since=None)
        begin = timezone.now()
        imap.poll_all()
        told = dict(InboundMail.objects.values_list("subject", "received_at"))
        assert told["one"] == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        for untold in (told["two"], told["three"]):
            assert begin <= untold <= timezone.now()


class TestWhoTheServerIs:
    @pytest.fixture
    def tls(self, certificate: Path) -> ssl.SSLContext:
        """What a server needs to show that certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        return context

    @pytest.fixture
    def believed(self, certificate: Path, settings: Settings) -> None:
        """The house names that certificate as one of its own."""
        settings.IMAP_CA_FILE = str(certificate)

    @pytest.mark.parametrize("security", [MailboxSecurity.TLS, MailboxSecurity.STARTTLS])
    def test_a_server_that_nobody_vouches_for_learns_no_password(
        self, cast: Cast, serve: Serve, tls: ssl.SSLContext, security: MailboxSecurity
    ) -> None:
        server = serve("a", mails(cast, "one"), tls=tls, security=security)
        imap.poll_all()
        assert server.passwords == []
        assert kept() == set()
        assert box("a").last_error.startswith("Nobody we trust vouches for the server")

    @pytest.mark.parametrize("security", [MailboxSecurity.TLS, MailboxSecurity.STARTTLS])
    @pytest.mark.usefixtures("believed")
    def test_a_houses_own_authority_is_believed_once_it_is_named(
        self, cast: Cast, serve: Serve, tls: ssl.SSLContext, security: MailboxSecurity
    ) -> None:
        serve("a", mails(cast, "one"), tls=tls, security=security)
        imap.poll_all()
        assert box("a").last_error == ""
        assert kept() == {"one"}

    @pytest.mark.usefixtures("believed")
    def test_a_certificate_of_another_name_is_none(
        self, cast: Cast, serve: Serve, tls: ssl.SSLContext
    ) -> None:
        serve("a", mails(cast, "one"), tls=tls, security=MailboxSecurity.TLS)
        Mailbox.objects.update(host="127.0.0.1")
        imap.poll_all()
        assert "Nobody we trust" in box("a").last_error
        assert kept() == set()


def test_a_server_that_cannot_be_found_says_so(cast: Cast, serve: Serve) -> None:
    serve("a", {})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        Mailbox.objects.update(port=free.getsockname()[1])
    imap.poll_all()
    assert "refused" in box("a").last_error
