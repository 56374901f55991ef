"""Header values as they came, decoded: raw bytes, encoded words, ids, dates."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from tickets.mail.charsets import decode_text, without_controls
from tickets.mail.letters import Flaw

LONGEST_ID: Final = 500
MOST_IDS: Final = 200
# Invisible letters that turn the direction of text, so that "gpj.exe" reads as "exe.jpg".
TURNS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
WORD: Final = re.compile(r"=\?([\w.:+*-]{1,60})\?([bBqQ])\?([^?]*|.{0,150}?)\?=")
ID: Final = re.compile(r"<([^<>]{1,2000})>")


def unfold(value: str) -> str:
    """Put a header that was folded over lines on one. `value` may hold surrogate escapes."""
    return re.sub(r"\s*[\r\n]+[ \t]*", " ", value).strip()


def decode_raw(value: str, *, flaws: set[Flaw], charset: str = "") -> str:
    """Return a raw header (surrogate escapes stand for bytes) as text on one line; encoded words
    stay. What is no UTF-8 is taken to be in `charset`."""
    line = unfold(value)
    if line.isascii():
        return line
    data = line.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeError:
        flaws.add(Flaw.RAW_HEADER)
        return decode_text(data, charset, flaws=set())


def decode_header(value: str, *, flaws: set[Flaw]) -> str:
    """Return a raw header as text on one line, encoded words decoded (RFC 2047, and the way they
    are broken in practice: in quotes, with blanks, letters cut in two)."""
    text = "".join(_pieces(decode_raw(value, flaws=flaws), flaws))
    return clean_line(text, flaws=flaws)


def clean_line(text: str, *, flaws: set[Flaw]) -> str:
    """Return text fit for one line: no control, no line break, no letter that turns it round."""
    line = " ".join(TURNS.sub("", text).split())
    return without_controls(line, flaws=flaws)


def message_ids(value: str) -> tuple[str, ...]:
    """Return the ids in a raw header, in angle brackets, in order, each once.

    Words around them are passed over. Where no bracket stands, anything with an "@" is one.
    """
    line = unfold(value)
    found = ID.findall(line) or [word for word in re.split(r"[\s,;<>]+", line) if "@" in word]
    ids = (re.sub(r"[\s\x00-\x1f\x7f]+", "", each) for each in found)
    good = (f"<{each}>" for each in ids if each.isascii() and 0 < len(each) <= LONGEST_ID)
    return tuple(dict.fromkeys(good))[-MOST_IDS:]


def parse_date(value: str) -> datetime | None:
    """Return the moment that a Date header tells, in UTC; None where nobody could tell."""
    try:
        moment = parsedate_to_datetime(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def _pieces(line: str, flaws: set[Flaw]) -> Iterator[str]:
    """Yield plain text and decoded words. Words that follow each other in one charset are joined
    before they are decoded: a letter may be cut in two between them."""
    at, charset, data = 0, "", b""
    for match in WORD.finditer(line):
        between = line[at : match.start()]
        content = _content(match, flaws)
        is_new = charset != match[1].lower()
        if data and (is_new or between.strip() or content is None):
            yield decode_text(data, charset.partition("*")[0], flaws=flaws)
            data = b""
        if between.strip() or not at or content is None:
            yield between
        if content is None:
            yield match[0]
        else:
            charset, data = match[1].lower(), data + content
        at = match.end()
    yield decode_text(data, charset.partition("*")[0], flaws=flaws) if data else ""
    yield line[at:]


def _content(word: re.Match[str], flaws: set[Flaw]) -> bytes | None:
    """Return the bytes of an encoded word; None where they cannot be told."""
    encoded = word[3].encode("utf-8", "replace")
    if word[2] in "qQ":
        return binascii.a2b_qp(encoded, header=True)
    packed = re.sub(rb"[^A-Za-z0-9+/]", b"", encoded)
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        flaws.add(Flaw.BAD_ENCODED_WORD)
        return None
