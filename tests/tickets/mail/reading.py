"""Letters of the tests: those in the folder beside, short ones put together, and real ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tickets.mail.letters import ParsedMail
from tickets.mail.parsing import parse_mail

LETTERS = Path(__file__).parent / "letters"
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "mail"
"""Real letters from the test folders of mail libraries; absent on most machines."""
PAGES_ALONE = frozenset(
    {
        "content_transfer_encoding_empty.eml",
        "content_transfer_encoding_text-html.eml",
        "content_transfer_encoding_with_8bits.eml",
        "double-bound.msg",
        "multiple_invalid_content_dispositions.eml",
    }
)
"""The real letters whose text comes from HTML, since they have no other."""


def letter(name: str) -> ParsedMail:
    return parse_mail(raw_letter(name))


def raw_letter(name: str) -> bytes:
    return (LETTERS / f"{name}.eml").read_bytes()


def mail_of(text: str = "Hello.", **headers: str) -> ParsedMail:
    """Read a mail with these headers ("in_reply_to" for In-Reply-To)."""
    given = {"from": "Ada <ada@example.com>", "message_id": "<letter@mail.example.com>"} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in given.items())
    return parse_mail(f"{head}\n{text}\n".encode())


@cache
def real_letters() -> dict[str, ParsedMail]:
    """Return every real letter by the name of its file, each read once for all tests."""
    paths = sorted(path for path in REAL.rglob("*") if path.suffix in (".eml", ".msg"))
    return {path.name: parse_mail(path.read_bytes()) for path in paths}
