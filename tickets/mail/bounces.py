"""What a mail server says of a mail that it could not deliver: to whom, for how long, why, which.

Reports as RFC 3464 has them, and the letters that older servers write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tickets.mail.addresses import parse_addresses
from tickets.mail.charsets import decode_text
from tickets.mail.headers import clean_line, message_ids
from tickets.mail.letters import ParsedMail

STATUS_TYPES: Final = ("message/delivery-status", "message/global-delivery-status")
ORIGINAL_TYPES: Final = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global",
    "message/global-headers",
)
MOST: Final = 100
LONGEST_REPORT: Final = 200_000
LONGEST_DIAGNOSTIC: Final = 1000
STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
SMTP_CODE: Final = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
FAILED_LINE: Final = re.compile(r"(?m)^\s{0,8}<([^\s<>]+@[^\s<>]+)>:?\s*(.{0,300})")
NAMED_ID: Final = re.compile(r"(?im)^[>\s]*message-id:\s*(<[^<>\s]+>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of the mail for one recipient. `action` is "failed", "delayed", "delivered",
    "relayed" or "expanded", and "" where nobody says; `status` as in RFC 3463, "5.1.1", or ""."""

    recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def is_permanent(self) -> bool:
        """Whether the server gave up; a delay is no failure yet."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report: one delivery for each recipient, and the id of the mail it is about."""

    deliveries: tuple[Delivery, ...]
    original_id: str | None

    @property
    def is_permanent(self) -> bool:
        """Whether any recipient will never get the mail."""
        return any(each.is_permanent for each in self.deliveries)


def read_report(mail: ParsedMail) -> Bounce:
    """Read the parts of a delivery report (RFC 3464)."""
    deliveries: list[Delivery] = []
    for attachment in mail.attachments:
        if attachment.content_type in STATUS_TYPES:
            deliveries += _deliveries(attachment.content[:LONGEST_REPORT])
    return Bounce(tuple(deliveries[:MOST]), _original_id(mail))


def read_letter(mail: ParsedMail) -> Bounce:
    """Read what a server wrote in words; what it does not say is ""."""
    text = mail.text[:LONGEST_REPORT]
    named = mail.first("x-failed-recipients")
    found: dict[str, str] = {
        each.address: "" for each in (parse_addresses(named, flaws=set()) if named else ())
    }
    for match in FAILED_LINE.finditer(text):
        found.setdefault(match[1], match[2].strip())
    status = STATUS.search(text)
    code = SMTP_CODE.search(text)
    said = status[1] if status else f"{code[1][0]}.0.0" if code else ""
    deliveries = (
        Delivery(recipient=recipient, action="", status=said, diagnostic=words)
        for recipient, words in list(found.items())[:MOST]
    )
    return Bounce(tuple(deliveries), _original_id(mail))


def _deliveries(content: bytes) -> Iterator[Delivery]:
    """Yield one for each block that names a recipient; the first block is about the mail."""
    text = decode_text(content, "", flaws=set()).replace("\r\n", "\n")
    for block in re.split(r"\n[ \t]*\n", text):
        fields = _fields(block)
        recipient = fields.get("final-recipient") or fields.get("original-recipient")
        if recipient:
            yield Delivery(
                recipient=_typed(recipient),
                action=fields.get("action", "").lower(),
                status=_status(fields),
                diagnostic=_typed(fields.get("diagnostic-code", ""))[:LONGEST_DIAGNOSTIC],
            )


def _fields(block: str) -> dict[str, str]:
    """Read the lines of a block as fields, folded ones put together; the first of a name wins."""
    fields: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", block).split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), clean_line(value, flaws=set()))
    return fields


def _typed(value: str) -> str:
    """Take the type away: "rfc822; ada@example.com"."""
    head, semicolon, rest = value.partition(";")
    return (rest if semicolon and " " not in head.strip() else value).strip().strip("<>")


def _status(fields: dict[str, str]) -> str:
    found = STATUS.search(fields.get("status", "")) or STATUS.search(
        fields.get("diagnostic-code", "")
    )
    return found[1] if found else ""


def _original_id(mail: ParsedMail) -> str | None:
    """Return the id of the mail that came back, from what is attached of it or quoted."""
    texts = [
        decode_text(each.content[:LONGEST_REPORT], "", flaws=set())
        for each in mail.attachments
        if each.content_type in ORIGINAL_TYPES
    ]
    for text in (*texts, mail.text[:LONGEST_REPORT]):
        found = NAMED_ID.search(re.sub(r"\r?\n[ \t]+", " ", text))
        if found:
            return next(iter(message_ids(found[1])), None)
    return None
