"""Raw bytes of a mail to its parts as a reader shows them. Never raises, whatever the bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from tickets.mail.addresses import is_ambiguous, parse_addresses
from tickets.mail.bodies import read_body
from tickets.mail.headers import decode_header, decode_raw, message_ids, parse_date
from tickets.mail.identity import made_up_id
from tickets.mail.letters import Address, Flaw, ParsedMail
from tickets.mail.structure import LONGEST_HEADER, Part, read_tree

LONGEST_SUBJECT: Final = 1000
MOST_HEADERS: Final = 1000
LONGEST_HEAD: Final = 300_000
MOST_OF_A_NAME: Final = 10
HEAD_SIZE: Final = 65_536
"""Bytes of a mail in which a page looks for its headers; ordinary ones take a tenth of it."""
LONGEST_RECIPIENTS: Final = 8_000
HEAD_END: Final = re.compile(rb"\n\r?\n|\r\r")
Headers = tuple[tuple[str, str], ...]
# The envelope's recipient, as servers note it down; the nearest first.
DELIVERED: Final = (
    "delivered-to",
    "x-delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
)


def parse_mail(raw: bytes) -> ParsedMail:
    """Read a mail. The same bytes give the same value; what is broken is named in `flaws`."""
    flaws: set[Flaw] = set()
    root = read_tree(raw, flaws=flaws)
    body = read_body(root, flaws=flaws)
    raw_headers = _raw_headers(root, flaws)
    headers = tuple((name, decode_header(value, flaws=flaws)) for name, value in raw_headers)
    date = parse_date(_first(headers, "date"))
    if date is None:
        flaws.add(Flaw.NO_DATE)
    ids = message_ids(_first(raw_headers, "message-id"))
    if not ids:
        flaws.add(Flaw.NO_MESSAGE_ID)
    mail = ParsedMail(
        raw=raw,
        message_id=ids[0] if ids else "",
        date=date,
        sender=_sender(raw_headers, flaws),
        reply_to=_addresses(raw_headers, "reply-to", flaws),
        to=_addresses(raw_headers, "to", flaws),
        cc=_addresses(raw_headers, "cc", flaws),
        delivered_to=_delivered_to(raw_headers),
        subject=_first(headers, "subject")[:LONGEST_SUBJECT],
        text=body.text,
        html=body.html,
        attachments=body.attachments,
        in_reply_to=message_ids(_first(raw_headers, "in-reply-to")),
        references=message_ids(_first(raw_headers, "references")),
        headers=headers,
        flaws=tuple(sorted(flaws)),
    )
    return mail if ids else replace(mail, message_id=made_up_id(mail))


def parse_recipients(beginning: bytes) -> tuple[Address, ...]:
    """Return whom To and Cc of a mail name, in this order, each once. For pages that show many
    mails: `beginning` are the first bytes of one, of which the headers alone are read, and of very
    long lists the first part."""
    flaws: set[Flaw] = set()
    letter = beginning.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\0 \t")
    end = HEAD_END.search(letter)
    headers = _raw_headers(read_tree(letter[: end.end()] if end else letter, flaws=flaws), flaws)
    first: dict[str, Address] = {}
    for value in _within((*_values(headers, "to"), *_values(headers, "cc")), LONGEST_RECIPIENTS):
        for each in parse_addresses(value, flaws=flaws):
            first.setdefault(each.address.lower(), each)
    return tuple(first.values())


def _within(values: Iterable[str], room: int) -> Iterator[str]:
    """Yield lists as far as there is room for their letters; one that is cut ends at a comma, so
    that no address is shortened to another."""
    for value in values:
        yield value if len(value) <= room else value[:room].rpartition(",")[0]
        room = max(room - len(value), 0)


def _raw_headers(root: Part, flaws: set[Flaw]) -> Headers:
    """Return the headers in order, the names in lower case, within bounds. Encoded words stay;
    bytes beyond ASCII are read in the charset of the body, where they are no UTF-8."""
    charset = root.parameter("charset") or ("", "")
    found = [(name.strip().lower(), value) for name, value in root.raw_items()]
    kept: list[tuple[str, str]] = []
    room = LONGEST_HEAD
    for name, value in found[:MOST_HEADERS]:
        short = value[: min(room, LONGEST_HEADER)]
        room -= len(short)
        if len(short) < len(value):
            flaws.add(Flaw.CUT)
        kept.append((name, decode_raw(short, charset=charset[1], flaws=flaws)))
    if len(found) > len(kept):
        flaws.add(Flaw.CUT)
    return tuple(kept)


def _first(headers: Headers, name: str) -> str:
    """Return the topmost value of a header; "" where it is absent."""
    return next((value for key, value in headers if key == name), "")


def _sender(headers: Headers, flaws: set[Flaw]) -> Address | None:
    """Return the first address in From; who else is named there makes the mail doubtful."""
    found = _addresses(headers, "from", flaws)
    values = _values(headers, "from")
    if not found:
        flaws.add(Flaw.NO_FROM)
    if len(values) > 1 or any(is_ambiguous(value) for value in values):
        flaws.add(Flaw.MANY_FROM)
    return found[0] if found else None


def _addresses(headers: Headers, name: str, flaws: set[Flaw]) -> tuple[Address, ...]:
    """Return the addresses in the headers of that name, each once."""
    first: dict[str, Address] = {}
    for value in _values(headers, name):
        for each in parse_addresses(value, flaws=flaws):
            first.setdefault(each.address, each)
    return tuple(first.values())


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    found = [each.address for name in DELIVERED for each in _addresses(headers, name, set())]
    return tuple(dict.fromkeys(found))


def _values(headers: Headers, name: str) -> list[str]:
    """Return the values of a header, the topmost first; more than a few are a trick."""
    return [value for key, value in headers if key == name][:MOST_OF_A_NAME]
