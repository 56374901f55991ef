"""The values that a mail is read into. Plain and frozen; who reads it stands in `parsing`."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime


class Flaw(enum.StrEnum):
    """What was broken in a mail and how far it could be read all the same. Codes are stable."""

    NO_MESSAGE_ID = "no_message_id"
    """Missing or unusable; the id was made from what the mail says."""
    NO_DATE = "no_date"
    """Missing or unreadable."""
    NO_FROM = "no_from"
    """Missing, or without an address that could be one."""
    MANY_FROM = "many_from"
    """More than one header or address; the first is used, and nothing vouches for it."""
    REWRITTEN_FROM = "rewritten_from"
    """A group put itself into From; who wrote stands elsewhere, and nothing vouches for it."""
    RAW_HEADER = "raw_header"
    """A header holds bytes that are no UTF-8; their charset is guessed."""
    BAD_ENCODED_WORD = "bad_encoded_word"
    """An encoded word (RFC 2047) that cannot be decoded stands as it came."""
    UNKNOWN_CHARSET = "unknown_charset"
    """A charset that nobody knows, or none is named where one is needed; guessed."""
    WRONG_CHARSET = "wrong_charset"
    """The text is not in the charset that it claims; guessed."""
    CONTROL_CHARACTERS = "control_characters"
    """NULs and the like were taken out."""
    BAD_ENCODING = "bad_encoding"
    """A part's transfer encoding is unknown or broken; decoded as far as it goes."""
    BAD_STRUCTURE = "bad_structure"
    """A boundary is missing, or a header is no header."""
    TOO_DEEP = "too_deep"
    """Parts inside parts beyond all reason; the inner ones are kept as attachments."""
    TOO_MANY_PARTS = "too_many_parts"
    """More parts than are read; the mail is shown as the text that it is."""
    CUT = "cut"
    """A header, list or text was longer than is kept. The raw mail has all of it."""


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. The domain is in lower case; `name` is "" where there is none."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands after the last "@"."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file. `name` is safe as a file's name and never empty; `content_id` has no brackets.
    `is_inline` says that the HTML shows it in its place."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """A mail as a reader shows it, and what was broken in it.

    Ids are in angle brackets. `date` is aware, in UTC. `text` is what is read, made from the HTML
    where there is no text part; `html` is as it came, fit for no page. `headers` has every header
    in order, the name in lower case. `flaws` are sorted.
    """

    raw: bytes = field(repr=False)
    message_id: str
    date: datetime | None
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    flaws: tuple[Flaw, ...]

    def all(self, name: str) -> Iterator[str]:
        """Yield the values of a header, the topmost first. `name` in lower case."""
        return (value for key, value in self.headers if key == name)

    def first(self, name: str) -> str | None:
        """Return the topmost value of a header; None where it is absent."""
        return next(self.all(name), None)
