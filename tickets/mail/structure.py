"""The tree of a mail's parts, by the standard library's parser, kept within bounds.

Attached messages stay closed: their bytes are an attachment, and who shows them reads them anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from email import errors
from email.message import Message
from email.parser import BytesFeedParser
from email.policy import Compat32
from typing import Any, Final, cast

from tickets.mail.headers import unfold
from tickets.mail.letters import Flaw
from tickets.mail.mending import guess_boundary, mend_head

DEEPEST: Final = 25
MOST_PARTS: Final = 500
LONGEST_HEADER: Final = 20_000
LONGEST_CONTENT_HEADER: Final = 2_000
"""The standard library takes quadratic time over the parameters of Content-Type and its like."""
DEFECTS: Final[dict[type[errors.MessageDefect], Flaw]] = {
    errors.NoBoundaryInMultipartDefect: Flaw.BAD_STRUCTURE,
    errors.StartBoundaryNotFoundDefect: Flaw.BAD_STRUCTURE,
    errors.CloseBoundaryNotFoundDefect: Flaw.BAD_STRUCTURE,
    errors.MultipartInvariantViolationDefect: Flaw.BAD_STRUCTURE,
    errors.InvalidMultipartContentTransferEncodingDefect: Flaw.BAD_ENCODING,
    errors.MissingHeaderBodySeparatorDefect: Flaw.BAD_STRUCTURE,
    errors.FirstHeaderLineIsContinuationDefect: Flaw.BAD_STRUCTURE,
    errors.MisplacedEnvelopeHeaderDefect: Flaw.BAD_STRUCTURE,
}


class TooManyParts(Exception):
    """The mail has more parts than are read."""


class RawPolicy(Compat32):
    """Gives headers as they came (bytes beyond ASCII as surrogate escapes), at a length that can
    be read in time."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return the value on one line; what is too long is cut."""
        is_content = name.lower().startswith("content-")
        return unfold(value[: LONGEST_CONTENT_HEADER if is_content else LONGEST_HEADER])


class Part(Message):
    """A part that knows how deep it lies, so that the parser stops going deeper."""

    depth = 0
    is_too_deep = False
    _payload: Any

    def attach(self, payload: Any) -> None:
        """Add a part below this one; the parser does so before it reads the part."""
        payload.depth = self.depth + 1
        super().attach(payload)

    @property
    def declared_type(self) -> str:
        """What the part says it is, in lower case: "text/plain" where it says nothing."""
        return super().get_content_type()

    def get_content_type(self) -> str:
        """Return the type that the parser goes by: nothing is inside of attached messages, and of
        what lies too deep."""
        declared = self.declared_type
        if declared.startswith("message/"):
            return "application/octet-stream"
        if declared.startswith("multipart/") and self.depth >= DEEPEST:
            self.is_too_deep = True
            return "application/octet-stream"
        return declared

    def get_content_maintype(self) -> str:
        """Return the first half of what the parser goes by."""
        return self.get_content_type().partition("/")[0]

    @property
    def children(self) -> list[Part]:
        """The parts inside; none in what is no multipart, and in one without any boundary."""
        if not self.is_multipart():
            return []
        return [each for each in self.get_payload() if isinstance(each, Part)]

    @property
    def body(self) -> bytes:
        """The part's own bytes, still encoded; of a multipart that has parts, none."""
        payload = self._payload  # the public method would decode it by a charset
        return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""

    def parameter(self, name: str, *, header: str = "content-type") -> tuple[str, str] | None:
        """Return a parameter as (charset, value), the value still raw; None where it is absent.
        The charset is that of RFC 2231, "" in the common form."""
        try:
            value = self.get_param(name, header=header)
        except (ValueError, IndexError, TypeError, KeyError):
            return None
        if isinstance(value, tuple):
            return value[0] or "", value[2]
        return ("", value) if isinstance(value, str) else None


def read_tree(raw: bytes, *, flaws: set[Flaw]) -> Part:
    """Return the root of a mail. What has too many parts comes as one part of plain text."""
    count = 0

    def new_part(policy: Any = None) -> Part:
        nonlocal count
        count += 1
        if count > MOST_PARTS:
            raise TooManyParts
        return Part(policy=policy)

    letter = mend_head(raw)
    if letter != raw:
        flaws.add(Flaw.BAD_STRUCTURE)
    try:
        root = _feed(new_part, letter)
        _find_parts(root, new_part)
    except TooManyParts:
        flaws.add(Flaw.TOO_MANY_PARTS)
        root = _as_one_part(letter)
    except (ValueError, LookupError, TypeError, AttributeError):
        # The standard library stumbles over some parameters (a boundary in the charset "\0").
        flaws.add(Flaw.BAD_STRUCTURE)
        root = _as_one_part(letter)
    flaws.update(_flaws_of(root))
    return root


def _find_parts(root: Part, factory: Callable[..., Part]) -> None:
    """Give a multipart whose boundary is wrong or missing the parts that are seen in its body."""
    if root.children or root.get_content_maintype() != "multipart":
        return
    boundary = guess_boundary(root.body)
    if boundary:
        head = f'Content-Type: {root.declared_type}; boundary="{boundary}"\r\n\r\n'
        found = _feed(factory, head.encode("ascii", "replace") + root.body)
        if found.children:
            root.set_payload(list(found.children))


def _as_one_part(letter: bytes) -> Part:
    """Keep the headers, and take all the rest for plain text."""
    head, body = _halves(letter)
    root = _feed(Part, re.sub(rb"(?im)^content-", b"X-Unread-Content-", head))
    root.set_payload(body.decode("ascii", "surrogateescape"))
    return root


def _feed(factory: Callable[..., Part], raw: bytes) -> Part:
    parser = BytesFeedParser(factory, policy=RawPolicy())
    parser.feed(raw)
    return cast("Part", parser.close())


def _halves(raw: bytes) -> tuple[bytes, bytes]:
    match = re.search(rb"\r?\n\r?\n|\r\r", raw)
    return (raw[: match.end()], raw[match.end() :]) if match else (raw, b"")


def _flaws_of(part: Part) -> set[Flaw]:
    found = {DEFECTS[type(each)] for each in part.defects if type(each) in DEFECTS}
    if part.is_too_deep:
        found.add(Flaw.TOO_DEEP)
    for child in part.children:
        found |= _flaws_of(child)
    return found
