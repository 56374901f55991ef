"""What a mail server says of a mail that did not arrive."""

from __future__ import annotations

from tests.tickets.mail.reading import letter, mail_of
from tickets.mail.bounces import Bounce, Delivery
from tickets.mail.kinds import Desk, find_kind
from tickets.mail.letters import ParsedMail
from tickets.mail.parsing import parse_mail


def bounce_of(mail: ParsedMail) -> Bounce:
    found = find_kind(mail, desk=Desk()).bounce
    assert found is not None
    return found


def test_a_report_names_each_recipient_and_our_mail():
    bounce = bounce_of(letter("bounce"))
    assert bounce.original_id == "<0c6c0d2e@helpdesk.example>"
    assert bounce.deliveries == (
        Delivery(
            recipient="ada@example.com",
            action="failed",
            status="5.1.1",
            diagnostic="550 5.1.1 <ada@example.com>: Recipient address rejected: "
            "User unknown in virtual mailbox table",
        ),
        Delivery(recipient="grace@example.com", action="delayed", status="4.2.2", diagnostic=""),
    )
    assert bounce.is_permanent
    assert not bounce.deliveries[1].is_permanent


def test_a_delay_is_no_failure():
    raw = letter("bounce").raw.replace(b"Action: failed", b"Action: delayed")
    assert not bounce_of(parse_mail(raw)).is_permanent


def test_a_letter_of_an_old_server_is_understood():
    bounce = bounce_of(letter("bounce-qmail"))
    assert bounce.original_id == "<0c6c0d2e@helpdesk.example>"
    (delivery,) = bounce.deliveries
    assert (delivery.recipient, delivery.status) == ("ada@example.com", "5.1.1")
    assert bounce.is_permanent


def test_a_header_may_name_who_was_not_reached():
    mail = mail_of("550 no such user", x_failed_recipients="ada@example.com, grace@example.com")
    bounce = bounce_of(mail)
    assert [each.recipient for each in bounce.deliveries] == [
        "ada@example.com",
        "grace@example.com",
    ]
    assert bounce.is_permanent


def test_a_report_that_says_nothing_says_nothing():
    mail = mail_of(content_type="multipart/report; report-type=delivery-status")
    assert bounce_of(mail) == Bounce((), None)


def test_a_report_that_a_person_attached_is_that_persons_mail():
    raw = letter("bounce").raw.replace(
        b"multipart/report; report-type=delivery-status", b"multipart/mixed"
    )
    raw = raw.replace(b"Auto-Submitted: auto-replied\n", b"").replace(b"Return-Path: <>\n", b"")
    raw = raw.replace(b"Mail Delivery System <MAILER-DAEMON@mx.example.com>", b"ada@example.com")
    assert find_kind(parse_mail(raw), desk=Desk()).bounce is None
