"""Whatever arrives, it is read: random bytes, and real letters with anything done to them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.tickets.mail.reading import LETTERS, REAL
from tickets.mail.authentication import authenticate
from tickets.mail.cleaning import clean_html
from tickets.mail.folding import fold
from tickets.mail.kinds import Desk, find_kind
from tickets.mail.letters import ParsedMail
from tickets.mail.parsing import parse_mail

OWN = sorted(path.read_bytes() for path in LETTERS.glob("*.eml"))
FOREIGN = sorted(path.read_bytes() for path in REAL.rglob("*") if path.suffix in (".eml", ".msg"))
# What turns the meaning of a mail when it stands where it should not.
PIECES = (
    b"\r\n", b"\n", b"\r", b"\0", b"\xff", b"\xc3", b'"', b"<", b">", b"(", b")", b";", b":", b"--",
    b"=?utf-8?q?", b"?=", b"=", b" ", b"\t", b"\x1b$B", b"boundary=", b"charset=", b"idna",
    b"filename*0*=''", b"format=flowed", b"begin 644 x\n", b"<div>", b"</table>", b"From: ",
    b"Content-Type: multipart/mixed\n", b"Content-Type: message/rfc822\n",
    b"Content-Transfer-Encoding: base64\n",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, letters: list[bytes]) -> bytes:
    """Cut, repeat and put in, anywhere in a letter."""
    raw = draw(st.sampled_from(letters))[:30_000]
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        length = draw(st.sampled_from((0, 1, 7, 60, 700)))
        put = draw(
            st.one_of(st.sampled_from(PIECES), st.binary(max_size=9), st.just(raw[:at][-99:]))
        )
        raw = raw[:at] + put + raw[at + length :]
    return raw


def check(raw: bytes) -> None:
    """Read a mail all the way; what comes out can be stored and the raw mail is whole."""
    mail = parse_mail(raw)
    assert mail.raw == raw
    for text in texts_of(mail):
        text.encode()
        assert "\0" not in text
    for attachment in mail.attachments:
        assert attachment.name == attachment.name.strip()
        assert not set("/\\\n") & set(attachment.name)
    assert mail.message_id.startswith("<")
    assert not any(sign.isspace() for sign in mail.message_id)
    clean_html(mail.html or "", cid_url=lambda identity: f"/files/{identity}")
    find_kind(mail, desk=Desk(header="x-desk-loop"))
    authenticate(mail, authserv_ids={"mx.desk.example", ""})
    parted = fold(mail.text)
    kept = "\n".join((parted.visible, parted.quoted, parted.signature))
    assert sorted(lines_of(kept)) == sorted(lines_of(mail.text))


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def texts_of(mail: ParsedMail) -> list[str]:
    people = (*mail.to, *mail.cc, *mail.reply_to, *([mail.sender] if mail.sender else []))
    return [
        *(mail.subject, mail.text, mail.html or "", mail.message_id),
        *(text for each in people for text in (each.address, each.name)),
        *(text for header in mail.headers for text in header),
        *(text for each in mail.attachments for text in (each.name, each.content_type)),
        *(*mail.references, *mail.in_reply_to, *mail.delivered_to),
    ]


@settings(max_examples=examples(100))
@given(st.binary(max_size=2000))
def test_random_bytes_are_read(raw):
    check(raw)


@settings(max_examples=examples(50))
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=5)), max_size=60))
def test_random_pieces_of_mails_are_read(pieces):
    check(b"".join(pieces))


@settings(max_examples=examples(100))
@given(mutated(OWN))
def test_broken_letters_are_read(raw):
    check(raw)


@pytest.mark.skipif(not FOREIGN, reason=f"the real letters are not on this machine: {REAL}")
@settings(max_examples=examples(100))
@given(mutated(FOREIGN or [b""]))
def test_broken_real_letters_are_read(raw):
    check(raw)
