"""Raw mails put right where their headers or boundaries are broken, so that a parser reads them.

Only what every reader would forgive; the bytes that are kept are the ones that came.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST_HEAD: Final = 500_000
HEADER: Final = re.compile(rb"[!-9;-~]+:")
OBSOLETE: Final = re.compile(rb"([!-9;-~]+)[ \t]+:")
"""RFC 5322, 4.5: blanks before the colon."""
KNOWN: Final = re.compile(
    rb"(?i)(from|to|cc|subject|date|message-id|mime-version|content-type|received|reply-to)[ \t]*:"
)
# A line with two dashes, and right after it the headers of a part.
BOUNDARY: Final = re.compile(
    rb"(?im)^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-(?:type|transfer-encoding|disposition):)"
)


def mend_head(raw: bytes) -> bytes:
    """Return a mail whose headers all look like headers, as far as its head can be told.

    Before the first header there is nothing. A line that is none, while known headers still
    follow, goes on with the one before it; where none follows, the body begins.
    """
    letter = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\0 \t")
    blank = re.search(rb"\r?\n[ \t]*\r?\n|\r\r", letter[:LONGEST_HEAD])
    if blank is None:
        return letter
    lines = letter[: blank.start()].splitlines(keepends=True)
    if not _is_header(lines[0]) and not any(map(KNOWN.match, lines)):
        return letter
    return b"".join(_mended(lines)) + letter[blank.start() :]


def _is_header(line: bytes) -> bool:
    return bool(HEADER.match(line)) or line.startswith((b"From ", b">From "))


def _mended(lines: list[bytes]) -> list[bytes]:
    last_known = max((n for n, line in enumerate(lines) if KNOWN.match(line)), default=-1)
    found: list[bytes] = []
    for number, line in enumerate(lines):
        plain = OBSOLETE.sub(rb"\1:", line, count=1) if OBSOLETE.match(line) else line
        if _is_header(plain) or line[:1] in (b" ", b"\t") or number > last_known:
            found.append(plain)
        elif found:
            found.append(b" " + line)
    return found


def guess_boundary(body: bytes) -> str:
    """Return the boundary that the parts in a body seem to have; "" where none shows."""
    match = BOUNDARY.search(body)
    boundary = match[1] if match else b""
    return boundary.decode("ascii") if boundary.isascii() and b'"' not in boundary else ""
