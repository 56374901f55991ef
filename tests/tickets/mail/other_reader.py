"""Another reader of mails: Python's own parser. The desk's reading has no part in it, so that the
two can be held against each other."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from functools import cache

FILE_IN_TEXT = re.compile(r"(?ms)^begin [0-7]{3} [^\n]*\n.*?^end\n")
BARE_BOUNDARY = re.compile(rb"(?m)(boundary=)(-[^\s;]+)")
MESSAGE = "message/rfc822"
Reading = Callable[[bytes], str | None]
"""From the bytes of a mail to its text; None where there is none."""


@cache
def read(raw: bytes) -> EmailMessage:
    """Read a mail by the rules of today, once for all tests."""
    return message_from_bytes(raw, policy=policy.default)


def tidy(text: str) -> str:
    """Return a text with line ends of one kind and without blank lines around it."""
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def sender(raw: bytes) -> tuple[str, str]:
    """Return the address (in lower case) and the name of who wrote; "" for what is not there."""
    people = getattr(read(raw)["from"], "addresses", ())
    return (people[0].addr_spec.lower(), people[0].display_name) if people else ("", "")


def subject(raw: bytes) -> str:
    """Return the subject with single blanks, as a folded line is joined; "" where there is none."""
    return " ".join((read(raw)["subject"] or "").split())


def plain_text(raw: bytes) -> str | None:
    """Return the first plain text, whole; None where there is none, or in no known charset."""
    body = read(raw).get_body(("plain",))
    try:
        return None if body is None else tidy(body.get_content())
    except LookupError:
        return None


def all_texts(raw: bytes) -> str:
    """Return every text among the parts, in order."""
    return _joined(part.get_content() for part in texts(read(raw)))


def texts(message: MIMEPart) -> Iterator[MIMEPart]:
    """Yield the parts that are texts; no file and no attached message is one."""
    if message.get_content_maintype() == "text":
        yield message
    elif message.get_content_maintype() == "multipart":
        for part in message.iter_parts():
            if not part.is_attachment():
                yield from texts(part)


def without_files(raw: bytes) -> str:
    """Return every text without the files that stand encoded in it."""
    parts = (tidy(part.get_content()) + "\n" for part in texts(read(raw)))
    return _joined(FILE_IN_TEXT.sub("", part) for part in parts)


def as_it_came(raw: bytes) -> str:
    """Return the body of a mail that should have parts, and in which none can be found."""
    body = read(raw).get_payload()
    assert isinstance(body, str)
    return tidy(body)


def with_boundary_in_quotes(raw: bytes) -> str:
    """Return the plain text that is read once the boundary is written as it has to be."""
    return plain_text(BARE_BOUNDARY.sub(rb'\1"\2"', raw, count=1)) or ""


def attached(raw: bytes) -> str:
    """Return the attached messages as readers show them below a body that says nothing."""
    return _joined(map(_shown, _messages(read(raw))))


def content(part: MIMEPart) -> bytes:
    """Return the bytes of a part without their transfer encoding."""
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def in_charset(codec: str) -> Reading:
    """Return a reading of the plain text in the charset that it is really in."""

    def reading(raw: bytes) -> str:
        body = read(raw).get_body(("plain",))
        assert body is not None
        return tidy(content(body).decode(codec))

    return reading


def between(start: str, stop: str, codec: str = "utf-8") -> Reading:
    """Return a reading of all lines from the first `start` to the last `stop`, as they came."""

    def reading(raw: bytes) -> str:
        text = tidy(raw.decode(codec))
        return text[text.index(start) : text.rindex(stop) + len(stop)]

    return reading


def _messages(message: MIMEPart) -> Iterator[MIMEPart]:
    """Yield the messages that hang on a mail. One in base64 was left as it is by the parser."""
    if message.get_content_maintype() == "multipart":
        for part in message.iter_parts():
            yield from _messages(part)
    elif message.get_content_type() == MESSAGE:
        (inner,) = message.iter_parts()
        is_packed = str(message["content-transfer-encoding"]).strip().lower() == "base64"
        yield read(base64.b64decode(inner.get_content())) if is_packed else inner


def _shown(message: MIMEPart) -> str:
    """Return the topmost headers that matter, as they came, and the text below them."""
    raw = dict(reversed(list(message.raw_items())))
    lines = {name: " ".join(raw.get(name, "").split()) for name in ("From", "Date", "Subject")}
    head = "".join(f"{name}: {line}\n" for name, line in lines.items() if line)
    body = message.get_body(("plain",))
    below = map(_shown, _messages(message))
    return f"{head}\n{_joined(below) if body is None else tidy(body.get_content())}"


def _joined(parts: Iterator[str]) -> str:
    return "\n\n".join(text for part in parts if (text := tidy(part)))
