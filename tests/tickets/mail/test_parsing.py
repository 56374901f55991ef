"""A mail is read as a mail reader shows it, and what was broken in it is named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.tickets.mail.reading import LETTERS, letter, mail_of, raw_letter
from tickets.mail.identity import MADE_UP
from tickets.mail.letters import Address, Flaw
from tickets.mail.parsing import parse_mail

ALL = sorted(path.stem for path in LETTERS.glob("*.eml"))


def test_a_plain_letter_is_read_whole():
    mail = letter("plain")
    assert mail.raw == raw_letter("plain")
    assert mail.message_id == "<letter@mail.example.com>"
    assert mail.date == datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
    assert mail.sender == Address("ada@example.com", "Ada Byron")
    assert mail.to == (Address("support@desk.example", "Support"),)
    assert mail.subject == "The printer is on fire"
    assert mail.text == "Hello,\n\nsmoke comes out of it. Grüße\n\nAda"
    assert (mail.html, mail.attachments, mail.flaws) == (None, (), ())
    assert mail.headers[0][0] == "received"


@pytest.mark.parametrize("name", ALL)
def test_the_same_bytes_give_the_same_mail(name):
    assert letter(name) == letter(name)


def test_headers_in_other_charsets_are_words_and_letters_may_be_cut_in_two():
    mail = letter("encoded-headers")
    assert mail.sender == Address("joerg@example.de", "Jörg Müller")
    assert mail.to == (Address("support@desk.example", "Support"),)
    assert mail.subject == "Drucker: Überhitzung – sehr viel Rauch (Grüße)"
    assert mail.flaws == ()


@pytest.mark.parametrize(
    ("name", "subject", "sender", "text"),
    [
        ("raw-8bit-headers", "Drucker läuft heiß", "Jörg Müller", "Er ist heiß."),
        ("cyrillic-8bit", "Принтер горит", "Иван", "Он горит."),
    ],
)
def test_headers_of_raw_bytes_are_read_in_the_charset_of_the_body(name, subject, sender, text):
    mail = letter(name)
    assert mail.sender is not None
    assert (mail.subject, mail.sender.name, mail.text) == (subject, sender, text)
    assert mail.flaws == (Flaw.RAW_HEADER,)


def test_headers_in_utf8_are_as_they_should_be():
    mail = mail_of(subject="Drucker läuft heiß", to="Jörg <jörg@bücher.example>")
    assert mail.subject == "Drucker läuft heiß"
    assert mail.to == (Address("jörg@bücher.example", "Jörg"),)
    assert Flaw.RAW_HEADER not in mail.flaws


def test_a_header_cannot_add_lines():
    mail = letter("header-injection")
    assert mail.subject == "Hello Bcc: eve@evil.example Body"
    assert mail.attachments[0].name == "exe.gpj"


def test_ids_are_read_in_order_whatever_stands_around_them():
    mail = letter("references")
    assert mail.in_reply_to == ("<third@desk.example>",)
    assert mail.references == (
        "<first@desk.example>",
        "<second@desk.example>",
        "<third@desk.example>",
    )


def test_ids_without_brackets_are_ids_and_words_are_none():
    mail = mail_of(in_reply_to="Your mail of Friday", references="one@desk.example, two")
    assert mail.in_reply_to == ()
    assert mail.references == ("<one@desk.example>",)


def test_a_letter_without_id_gets_one_from_its_bytes():
    mail = letter("no-headers-that-count")
    assert mail.message_id.endswith(f"@{MADE_UP}>")
    assert mail.message_id == letter("no-headers-that-count").message_id
    assert parse_mail(mail.raw + b"!").message_id != mail.message_id
    assert mail.text == "Disk full on web1."
    assert mail.sender is None
    assert mail.flaws == (Flaw.NO_DATE, Flaw.NO_FROM, Flaw.NO_MESSAGE_ID)


@pytest.mark.parametrize("value", ["", "<>", "none", "<" + "x" * 600 + "@example.com>"])
def test_an_id_that_is_none_counts_as_missing(value):
    assert Flaw.NO_MESSAGE_ID in mail_of(message_id=value).flaws


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Fri, 20 Nov 2026 14:30:00 -0500", datetime(2026, 11, 20, 19, 30, tzinfo=UTC)),
        ("20 Nov 2026 14:30 GMT", datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 14:30:00 -0000", datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("yesterday", None),
        ("Fri, 31 Feb 2026 14:30:00 +0000", None),
        ("Fri, 20 Nov 2026 14:30:00 +99999999", None),
        ("31 Dec 9999 23:59:59 -1200", None),
    ],
)
def test_a_date_is_utc_or_nothing(value, moment):
    mail = mail_of(date=value)
    assert mail.date == moment
    assert (Flaw.NO_DATE in mail.flaws) == (moment is None)


def test_several_senders_are_told():
    mail = letter("several-from")
    assert mail.sender == Address("ada@example.com", "Ada")
    assert Flaw.MANY_FROM in mail.flaws


@pytest.mark.parametrize(
    "value",
    [
        "<good@bank.example> <eve@evil.example>",
        "good@bank.example eve@evil.example",
        "good@bank.example, eve@evil.example",
    ],
)
def test_a_sender_that_readers_would_read_differently_is_doubtful(value):
    assert Flaw.MANY_FROM in mail_of(**{"from": value}).flaws


def test_an_address_in_the_name_is_a_name():
    mail = mail_of(**{"from": '"good@bank.example" <eve@evil.example>'})
    assert mail.sender == Address("eve@evil.example", "good@bank.example")
    assert Flaw.MANY_FROM not in mail.flaws


def test_a_broken_head_is_read_as_far_as_it_makes_sense():
    mail = letter("broken-head")
    assert mail.sender == Address("ada@example.com", "Ada Byron")
    assert mail.subject == "Long subject that some relay wrapped without a blank"
    assert mail.text == "It is on fire."
    assert mail.flaws == (Flaw.BAD_STRUCTURE,)


def test_nuls_and_controls_are_taken_out_and_the_raw_mail_keeps_them():
    mail = letter("nuls")
    assert mail.text == "It is on fire."
    assert mail.flaws == (Flaw.CONTROL_CHARACTERS,)
    assert b"\0" in mail.raw


def test_headers_beyond_measure_are_cut_and_the_mail_is_read():
    mail = mail_of("It is on fire.", subject="x" * 100_000, x_long="y" * 400_000)
    assert len(mail.subject) == 1000
    assert mail.text == "It is on fire."
    assert Flaw.CUT in mail.flaws


def test_a_text_beyond_measure_is_cut():
    mail = mail_of("word " * 400_000)
    assert len(mail.text) <= 1_000_000
    assert Flaw.CUT in mail.flaws


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n\r\n", b"\0", b"\xef\xbb\xbf", b":", b"From"])
def test_nearly_nothing_is_a_mail_as_well(raw):
    mail = parse_mail(raw)
    assert mail.raw == raw
    assert mail.sender is None
