"""Whom a mail was sent to: as the whole mail says, read of its headers."""

from __future__ import annotations

import pytest

from tests.tickets.mail.reading import REAL, real_letters
from tickets.mail.letters import ParsedMail
from tickets.mail.parsing import HEAD_SIZE, LONGEST_RECIPIENTS, parse_recipients

HEAD = b"From: ada@example.com\r\nTo: desk@example.com\r\nCc: %s\r\n\r\nTo: mallory@example.com\r\n"


def addresses(raw: bytes) -> list[str]:
    return [each.address for each in parse_recipients(raw)]


def test_to_stands_before_cc_and_each_once_in_whatever_case() -> None:
    cc = b"Bo <bo@example.com>, DESK@example.com, Bo <BO@example.com>"
    assert addresses(HEAD % cc) == ["desk@example.com", "bo@example.com"]


def test_an_address_may_stand_in_quotes_and_words_are_none() -> None:
    assert addresses(HEAD % b'"bo@example.com", Bo, "", ,,') == [
        "desk@example.com",
        "bo@example.com",
    ]


def test_what_the_body_says_is_no_recipient() -> None:
    assert addresses(HEAD % b"") == ["desk@example.com"]


def test_a_mail_that_is_cut_within_its_body_names_the_same() -> None:
    head = HEAD % b"bo@example.com"
    assert parse_recipients((head + b"x" * 10**6)[:HEAD_SIZE]) == parse_recipients(head)


def test_of_a_long_list_no_address_is_shortened_to_another() -> None:
    known = [f"person{number}@example.com" for number in range(1_000)]
    listed = addresses(HEAD % ", ".join(known).encode())[1:]
    assert listed == known[: len(listed)]
    assert LONGEST_RECIPIENTS - 50 < len(", ".join(listed)) < LONGEST_RECIPIENTS


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\x00\xff", b"To:", b"To: <\xff\xfe@>\n\n"])
def test_what_names_nobody_is_nobodys(raw: bytes) -> None:
    assert parse_recipients(raw) == ()


@pytest.mark.skipif(not REAL.exists(), reason=f"the real letters are not on this machine: {REAL}")
def test_every_real_letter_names_whom_it_names_read_whole() -> None:
    read = {name: parse_recipients(mail.raw[:HEAD_SIZE]) for name, mail in real_letters().items()}
    assert read == {name: _as_read_whole(mail) for name, mail in real_letters().items()}
    assert sum(map(bool, read.values())) > 100


def _as_read_whole(mail: ParsedMail) -> tuple[object, ...]:
    found = (*mail.to, *mail.cc)
    plain = [each.address.lower() for each in found]
    return tuple(each for number, each in enumerate(found) if plain[number] not in plain[:number])
