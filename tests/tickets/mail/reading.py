"""Letters of the tests: those in the folder beside, and short ones put together."""

from __future__ import annotations

from pathlib import Path

from tickets.mail.letters import ParsedMail
from tickets.mail.parsing import parse_mail

LETTERS = Path(__file__).parent / "letters"
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "mail"
"""Real letters from the test folders of mail libraries; absent on most machines."""


def letter(name: str) -> ParsedMail:
    return parse_mail(raw_letter(name))


def raw_letter(name: str) -> bytes:
    return (LETTERS / f"{name}.eml").read_bytes()


def mail_of(text: str = "Hello.", **headers: str) -> ParsedMail:
    """Read a mail with these headers ("in_reply_to" for In-Reply-To)."""
    given = {"from": "Ada <ada@example.com>", "message_id": "<letter@mail.example.com>"} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in given.items())
    return parse_mail(f"{head}\n{text}\n".encode())
