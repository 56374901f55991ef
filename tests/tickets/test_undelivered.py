"""Mail that does not arrive: tried again or given up, told to who wrote it, sent again by hand."""

from __future__ import annotations

import smtplib
from unittest.mock import Mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from tests.cast import Cast
from tests.tickets.receiving.letters import receive
from tests.tickets.scenes import new_ticket
from tickets.errors import InvalidInput, NotAllowed, WrongState
from tickets.models import Mailbox, Notice, NoticeKind
from tickets.notifications import outbox
from tickets.notifications.refusals import is_final
from tickets.notifications.rendering import compose
from tickets.selectors.deliveries import DeliveryState, deliveries, delivery_of, mails_of
from tickets.services.picking import pick_up
from tickets.services.talking import reply
from tickets.services.undelivered import send_again

GONE = smtplib.SMTPRecipientsRefused({"x": (550, b"5.1.1 no such box")})
LATER = smtplib.SMTPRecipientsRefused({"x": (451, b"4.7.1 greylisted")})


@pytest.fixture
def answer(cast: Cast) -> Notice:
    """The mail of an agent's answer, the only one that waits."""
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    reply(ticket, body="Turn it off.", actor=cast.agent)
    Notice.objects.exclude(kind=NoticeKind.REPLIED).delete()
    return Notice.objects.get()


def refuse(monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> None:
    """Let the mail server answer with each in turn, and take what comes after."""
    takes = EmailBackend.send_messages
    left = list(errors)

    def send(backend: EmailBackend, messages: list[object]) -> int:
        if left:
            raise left.pop(0)
        return int(takes(backend, messages))  # type: ignore[arg-type]  # mails, by its own stub

    monkeypatch.setattr(EmailBackend, "send_messages", send)


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (GONE, True),
        (LATER, False),
        (smtplib.SMTPRecipientsRefused({"x": (550, b""), "y": (450, b"")}), False),
        (smtplib.SMTPRecipientsRefused({}), False),
        (smtplib.SMTPDataError(552, b"too large"), True),
        (smtplib.SMTPDataError(452, b"no room"), False),
        (smtplib.SMTPSenderRefused(550, b"sign in first", "us"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (ConnectionResetError(), False),
    ],
)
def test_what_is_refused_for_good_is_told_from_what_may_work_later(
    error: Exception, final: bool
) -> None:
    assert is_final(error) is final


def test_a_refusal_for_good_is_final_at_once_and_the_author_is_told_once(
    cast: Cast, answer: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, GONE)
    assert outbox.deliver_due().failed == 1
    answer.refresh_from_db()
    found = delivery_of(answer)
    assert (found.state, found.attempts, found.reason) == (
        DeliveryState.FAILED,
        1,
        "550 5.1.1 no such box",
    )
    (sent,) = mail.outbox
    assert sent.to == [cast.agent.email]
    assert "550 5.1.1 no such box" in sent.body
    assert "Turn it off." in sent.body
    assert outbox.deliver_due().sent == 0


def test_a_refusal_for_now_waits_and_says_when(
    answer: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, LATER)
    outbox.deliver_due()
    answer.refresh_from_db()
    found = delivery_of(answer)
    assert found.state == DeliveryState.RETRYING
    assert found.at > timezone.now()
    assert not Notice.objects.filter(kind=NoticeKind.UNDELIVERED).exists()


def test_a_bounce_is_told_to_the_author_once(cast: Cast, answer: Notice) -> None:
    box = Mailbox.objects.create(address="support@desk.example")
    outbox.deliver_due()
    told_of = compose(answer).extra_headers["Message-ID"]
    for number in range(2):
        receive(bounce_of(told_of, cast.customer.email, number), box)
    answer.refresh_from_db()
    assert delivery_of(answer).state == DeliveryState.BOUNCED
    notice = Notice.objects.get(kind=NoticeKind.UNDELIVERED)
    assert notice.recipient == cast.agent
    assert "No such user" in compose(notice).body


def bounce_of(message_id: str, address: str, number: int) -> bytes:
    """What a mail server sends back (RFC 3464)."""
    return f"""From: MAILER-DAEMON@mx.acme.example
To: support@desk.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce{number}@mx.acme.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 No such user

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Re: something

--b--
""".encode()


def test_it_is_sent_again_to_another_address_under_an_id_of_its_own(
    cast: Cast, answer: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, GONE)
    outbox.deliver_due()
    again = send_again(answer, actor=cast.second_agent, address="Carla@home.example")
    mail.outbox.clear()
    outbox.deliver_due()
    sent = next(each for each in mail.outbox if each.to == ["carla@home.example"])
    assert "Turn it off." in sent.body
    assert again.key != answer.key
    (found,) = deliveries(list(mails_of(answer.ticket)))
    assert (found.state, found.address, found.asked_by) == (
        DeliveryState.SENT,
        "carla@home.example",
        cast.second_agent,
    )


def test_one_that_is_to_be_tried_later_goes_at_once_and_only_once(
    cast: Cast, answer: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, LATER)
    outbox.deliver_due()
    send_again(answer, actor=cast.agent)
    Notice.objects.update(send_after=timezone.now())
    assert outbox.deliver_due().sent == 1
    assert len(mail.outbox) == 1


def test_what_cannot_be_sent_again_says_why(cast: Cast, answer: Notice) -> None:
    Mailbox.objects.create(address="support@desk.example")
    with pytest.raises(WrongState, match="on its way"):
        send_again(answer, actor=cast.agent)
    outbox.deliver_due()
    for address in ("nobody", "SUPPORT@desk.example"):
        with pytest.raises(InvalidInput):
            send_again(answer, actor=cast.agent, address=address)
    with pytest.raises(NotAllowed):
        send_again(answer, actor=cast.customer)
    send_again(answer, actor=cast.agent)
    with pytest.raises(WrongState, match="already"):
        send_again(answer, actor=cast.agent)


def test_a_mail_to_staff_that_fails_is_told_to_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Mock(side_effect=GONE)
    monkeypatch.setattr(EmailBackend, "send_messages", refused)
    ticket = new_ticket(cast)
    Notice.objects.update(kind=NoticeKind.ASSIGNED, recipient=cast.agent)
    outbox.deliver_due()
    assert Notice.objects.filter(ticket=ticket).get().is_given_up
