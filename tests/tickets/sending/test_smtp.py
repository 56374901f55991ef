"""Mail through a real mail server: out with its headers, back in, refused, away and back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from smtplib import SMTP

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from tests.cast import Cast
from tests.tickets.receiving.letters import receive
from tests.tickets.scenes import new_ticket
from tests.tickets.sending.servers import SmtpServer, why_not
from tickets.choices import MailOutcome
from tickets.models import Mailbox, Notice, NoticeKind, Ticket
from tickets.notifications import outbox
from tickets.selectors.deliveries import DeliveryState, delivery_of
from tickets.services.picking import pick_up
from tickets.services.talking import reply

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be started"),
    pytest.mark.xdist_group("postfix"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def server(running: SmtpServer, settings: Settings) -> SmtpServer:
    """The mail server, empty, and the desk that sends by it."""
    running.empty()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    settings.EMAIL_TIMEOUT = 10
    return running


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    return Mailbox.objects.create(address="support@desk.example", name="Acme support", team=cast.l1)


@pytest.fixture
def ticket(cast: Cast, mailbox: Mailbox) -> Ticket:
    """One whose answer waits to be mailed, and nothing else."""
    made = new_ticket(cast)
    pick_up(made, actor=cast.agent)
    reply(made, body="Grüße: turn it off & on.", actor=cast.agent)
    Notice.objects.exclude(kind=NoticeKind.REPLIED).delete()
    return made


def sent_mail(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def move(cast: Cast, address: str) -> None:
    User.objects.filter(pk=cast.customer.pk).update(email=address)


def test_an_answer_goes_out_and_the_customers_comes_back_to_its_ticket(
    cast: Cast, server: SmtpServer, mailbox: Mailbox, ticket: Ticket
) -> None:
    assert outbox.deliver_due().sent == 1
    (raw,) = server.mails(1)
    mail = sent_mail(raw)
    assert mail["From"] == "Acme support <support@desk.example>"
    assert mail["To"] == cast.customer.email
    assert mail["Reply-To"].startswith(f"support+{ticket.pk}.")
    assert mail["Subject"] == f"Re: [#{ticket.pk}] No way in"
    assert mail["Content-Language"] == "en"
    assert "Auto-Submitted" not in mail
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Grüße: turn it off & on." in text.get_content()
    assert "turn it off &amp; on." in html.get_content()

    answer = EmailMessage()
    answer["From"], answer["To"] = cast.customer.email, mail["Reply-To"]
    answer["Subject"], answer["Message-ID"] = f"AW: {mail['Subject']}", "<answer@acme.example>"
    answer["In-Reply-To"] = mail["Message-ID"]
    answer.set_content(
        "It works.\n\nOn Mon, 2 Mar 2026, Acme support wrote:\n> turn it off & on.\n"
    )
    with SMTP("127.0.0.1", server.port) as client:
        client.send_message(answer)
    row = receive(server.mails(2)[1], mailbox)
    assert (row.outcome, row.ticket) == (MailOutcome.ANSWERED, ticket)
    assert row.message is not None
    assert row.message.body == "It works."


def test_what_the_desk_says_by_itself_is_marked_as_such(
    cast: Cast, server: SmtpServer, mailbox: Mailbox
) -> None:
    new_ticket(cast)
    outbox.deliver_due()
    mail = sent_mail(server.mails(1)[0])
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_a_box_that_is_not_there_is_given_up_and_the_author_told(
    cast: Cast, server: SmtpServer, ticket: Ticket
) -> None:
    move(cast, "gone@acme.example")
    delivery = outbox.deliver_due()
    assert (delivery.failed, delivery.sent) == (1, 1)
    mail = Notice.objects.get(kind=NoticeKind.REPLIED)
    found = delivery_of(mail)
    assert (found.state, found.attempts) == (DeliveryState.FAILED, 1)
    assert "No such box" in found.reason
    told = sent_mail(server.mails(1)[0])
    assert told["To"] == cast.agent.email
    text = told.get_body(("plain",))
    assert text is not None
    assert "No such box" in text.get_content()


def test_a_mail_that_was_taken_and_comes_back_is_told_to_its_author(
    cast: Cast, server: SmtpServer, mailbox: Mailbox, ticket: Ticket
) -> None:
    move(cast, "left@acme.example")
    assert outbox.deliver_due().sent == 1
    row = receive(server.mails(1)[0], mailbox)
    assert (row.outcome, row.ticket) == (MailOutcome.RECORDED, ticket)
    found = delivery_of(Notice.objects.get(kind=NoticeKind.REPLIED))
    assert found.state == DeliveryState.BOUNCED
    assert "Nobody of that name" in found.reason
    assert outbox.deliver_due().sent == 1
    assert sent_mail(server.mails(2)[1])["To"] == cast.agent.email
    assert ticket.messages.count() == 2, "what machines write is said on no ticket"


def test_a_box_that_is_full_is_tried_again_after_growing_pauses(
    cast: Cast, server: SmtpServer, ticket: Ticket
) -> None:
    move(cast, "full@acme.example")
    pauses = []
    for _ in range(3):
        before = timezone.now()
        assert outbox.deliver_due().failed == 1
        mail = Notice.objects.get(kind=NoticeKind.REPLIED)
        assert delivery_of(mail).state == DeliveryState.RETRYING
        assert "The box is full" in mail.last_error
        pauses.append(mail.send_after - before)
        Notice.objects.update(send_after=timezone.now())
    assert pauses == sorted(pauses)
    assert pauses[2] > 10 * pauses[0] > 10 * timedelta(seconds=55)
    move(cast, "carla@acme.example")
    assert outbox.deliver_due().sent == 1
    assert len(server.mails(1)) == 1


def test_a_mail_server_killed_while_it_takes_a_mail_gets_it_once_when_it_is_back(
    cast: Cast, server: SmtpServer, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = EmailBackend.send_messages

    def die_first(backend: EmailBackend, messages: list[object]) -> int:
        """It dies after it was connected to and before it has the mail."""
        server.kill()
        return int(takes(backend, messages))  # type: ignore[arg-type]  # mails, by its own stub

    with monkeypatch.context() as dying:
        dying.setattr(EmailBackend, "send_messages", die_first)
        assert outbox.deliver_due().failed == 1
    mail = Notice.objects.get()
    assert delivery_of(mail).state == DeliveryState.RETRYING
    Notice.objects.update(send_after=timezone.now())
    assert outbox.deliver_due().is_server_away
    assert Notice.objects.get().attempts == 1, "a server that is away costs no try"
    server.start()
    assert outbox.deliver_due().sent == 1
    assert outbox.deliver_due().sent == 0
    (raw,) = server.mails(1)
    assert sent_mail(raw)["Message-ID"].startswith(f"<{mail.key}@")
