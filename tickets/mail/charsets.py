"""Bytes to text, whatever the mail claims that they are."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Final

from tickets.mail.letters import Flaw

# As browsers read these labels: the superset that people mean. https://encoding.spec.whatwg.org
ALIASES: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
ASCII: Final = frozenset({"ascii", "us-ascii", "ansi_x3.4-1968"})
# One byte is one letter: they take any bytes, so that a wrong claim is seen only by its result.
SINGLE_BYTE: Final = re.compile(r"cp125\d|cp8\d\d|cp437|iso8859-\d+|koi8-\w|mac-\w+|tis-620")
# Codecs of Python that are no charsets of mails; some take very long over bad input.
NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
)
CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
JAPANESE: Final = b"\x1b$"
GUESS: Final = "cp1252"
"""What mails without a claim mostly are in, where they are no UTF-8."""


def decode_text(data: bytes, charset: str, *, flaws: set[Flaw]) -> str:
    """Return the text of `data`, which claims to be in `charset` ("" where nothing is claimed).

    What a single-byte charset would take, and is UTF-8 beyond doubt, is read as UTF-8: nothing
    else looks like it. What fits no claim is taken as Windows-1252, as browsers do.
    """
    label = charset.strip().strip("\"'").lower()
    codec = _codec(label)
    if label and codec is None:
        flaws.add(Flaw.UNKNOWN_CHARSET)
    for tried in _candidates(codec, data):
        text = _strictly(data, tried)
        if text is not None:
            is_wrong = tried != codec or label in ASCII
            if label and codec and is_wrong and not data.isascii():
                flaws.add(Flaw.WRONG_CHARSET)
            if codec is None and tried == GUESS:
                flaws.add(Flaw.UNKNOWN_CHARSET)
            return without_controls(text, flaws=flaws)
    flaws.add(Flaw.WRONG_CHARSET if codec else Flaw.UNKNOWN_CHARSET)
    return without_controls(_guess(data, codec), flaws=flaws)


def without_controls(text: str, *, flaws: set[Flaw]) -> str:
    """Take out what no page shows and no database stores: NULs, controls, lone surrogates."""
    clean = CONTROLS.sub("", text)
    if len(clean) != len(text):
        flaws.add(Flaw.CONTROL_CHARACTERS)
    return clean


@lru_cache(maxsize=256)
def _codec(label: str) -> str | None:
    """Return Python's name of a charset; None where there is none of that name."""
    try:
        name = codecs.lookup(ALIASES.get(label, label)).name
        return None if name in NO_CHARSETS or not isinstance(b"".decode(name), str) else name
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None


def _candidates(codec: str | None, data: bytes) -> tuple[str, ...]:
    """Return the codecs to try strictly, in order."""
    if codec is None:
        return ("iso2022_jp_ext",) if JAPANESE in data else ("utf-8", GUESS)
    if SINGLE_BYTE.fullmatch(codec):
        return ("utf-8", codec)
    return (codec, "utf-8")


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _guess(data: bytes, codec: str | None) -> str:
    """Decode what fits nothing: UTF-8 with a few broken letters, or else Windows-1252."""
    if codec not in (None, "utf-8", "cp1252"):
        return data.decode(codec or "cp1252", "replace")
    text = data.decode("utf-8", "replace")
    good = sum(1 for letter in text if letter > "\x7f" and letter != "\ufffd")
    return text if good > text.count("\ufffd") else data.decode("cp1252", "replace")
