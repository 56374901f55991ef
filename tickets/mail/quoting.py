"""Finds where a mail begins to quote another one: "On Monday, Ada wrote:", header blocks, rulers
with "Original Message"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tickets.mail.reply_words import (
    ADDRESS_AND_NAME,
    ADDRESS_AND_VERB,
    BEGIN_FORWARDED,
    DATE_AND_ADDRESS,
    DATE_AND_ZONE,
    DATE_FIRST,
    LABEL,
    LEAD,
    MARKER,
    NAME_AND_ADDRESS,
    NAME_AND_DATE,
    VERB,
)

LONGEST_LINE: Final = 200
LONGEST: Final = 320
MOST_LINES: Final = 5
QUOTE: Final = re.compile(r"\s{0,3}>")
ENDS: Final = re.compile(r"[:：][*_]*$|-{3,}$")
RULER: Final = re.compile(r"\s*[*]?([-_=*#~+—–])\s?(?:\1\s?){2,}[*]?\s*$")


@dataclass(frozen=True, slots=True)
class Opening:
    """The lines from `start` up to `stop` say that what follows is somebody else's mail.

    `is_attribution` for a sentence ("Ada wrote:"), after which a quote is marked line by line;
    after a block of headers all the rest is the other mail. `is_quoted`: it stands in a quote.
    """

    start: int
    stop: int
    is_attribution: bool
    is_quoted: bool


def find_openings(lines: Sequence[str]) -> tuple[Opening, ...]:
    """Return the openings in order; they do not overlap."""
    found: list[Opening] = []
    at = 0
    for opening in sorted(_candidates(lines), key=lambda each: (each.start, -each.stop)):
        if opening.start >= at:
            found.append(_with_ruler(lines, opening, at))
            at = opening.stop
    return tuple(found)


def is_quote(line: str) -> bool:
    """Answer whether a line is marked as a quote."""
    return bool(QUOTE.match(line))


def is_ruler(line: str) -> bool:
    """Answer whether a line is drawn from one sign."""
    return len(line) <= LONGEST_LINE and bool(RULER.match(line))


def bare(line: str) -> str:
    """Return a line without the marks of a quote and the blanks around it."""
    return re.sub(r"^[>\s]+", "", line).strip() if line[:4].strip(" ")[:1] == ">" else line.strip()


def _candidates(lines: Sequence[str]) -> Iterator[Opening]:
    plain = [bare(line) if len(line) <= LONGEST_LINE * 2 else "" for line in lines]
    for number, line in enumerate(plain):
        if not line:
            continue
        found = (
            _marker(lines, plain, number)
            or _block(lines, plain, number, is_marked=False)
            or _attribution(lines, plain, number)
        )
        if found:
            yield found


def _with_ruler(lines: Sequence[str], opening: Opening, at: int) -> Opening:
    """Take in the ruler that stands above, with nothing but blank lines between."""
    above = opening.start - 1
    while above >= at and not lines[above].strip():
        above -= 1
    if above >= at and is_ruler(lines[above]) and not opening.is_attribution:
        return replace(opening, start=above)
    return opening


def _marker(lines: Sequence[str], plain: Sequence[str], number: int) -> Opening | None:
    line = plain[number]
    if not MARKER.fullmatch(line) and not BEGIN_FORWARDED.fullmatch(line):
        return None
    following = next((n for n in range(number + 1, min(number + 4, len(plain))) if plain[n]), None)
    block = _block(lines, plain, following, is_marked=True) if following else None
    stop = block.stop if block else number + 1
    return Opening(number, stop, is_attribution=False, is_quoted=is_quote(lines[number]))


def _block(
    lines: Sequence[str], plain: Sequence[str], number: int, *, is_marked: bool
) -> Opening | None:
    """Read a block of headers. A person's own list of "To:" and "Date:" names no sender, subject
    and address: it is none."""
    kinds: set[str] = set()
    stop = number
    for at in range(number, min(number + 25, len(plain))):
        label = LABEL.match(plain[at])
        if label:
            kinds.add(label.lastgroup or "")
            stop = at + 1
        elif not kinds or at - stop >= 2:
            break
    if "from" not in kinds or len(kinds - {"other"}) < (2 if is_marked else 3):
        return None
    text = "\n".join(plain[number:stop])
    if not is_marked and "subject" not in kinds and "@" not in text:
        return None
    return Opening(number, stop, is_attribution=False, is_quoted=is_quote(lines[number]))


def _attribution(lines: Sequence[str], plain: Sequence[str], end: int) -> Opening | None:
    """Read a sentence that ends in this line and may have begun a few lines before."""
    if not _may_end(plain, end):
        return None
    starts = range(end, max(-1, end - MOST_LINES), -1)
    second: int | None = None
    for start in starts:
        if not plain[start] and not _is_torn(plain, start):
            break
        unit = " ".join(line for line in plain[start : end + 1] if line)
        if not plain[start] or len(unit) > LONGEST:
            continue
        if _is_dated(unit):
            first = _with_beginning(plain, start)
            return Opening(first, end + 1, is_attribution=True, is_quoted=is_quote(lines[start]))
        if second is None and _is_signed(unit):
            second = start
    if second is None:
        return None
    return Opening(second, end + 1, is_attribution=True, is_quoted=is_quote(lines[second]))


def _with_beginning(plain: Sequence[str], start: int) -> int:
    """Return where a sentence really begins whose second line looks like a beginning, too:
    "On Nov 21, 2014," and below "at 10:18, Ada wrote:"."""
    above = plain[start - 1] if start else ""
    is_part = bool(LEAD.match(above)) and len(above) <= 60 and above[-1] not in ".!?:"
    return start - 1 if is_part else start


def _may_end(plain: Sequence[str], end: int) -> bool:
    """Answer whether an attribution may end in this line: at a colon, or by itself."""
    line = plain[end]
    if ENDS.search(line) or DATE_AND_ZONE.fullmatch(line) or ADDRESS_AND_VERB.search(line):
        return True
    is_alone = end + 1 == len(plain) or not plain[end + 1]
    return is_alone and bool(DATE_FIRST.match(line)) and bool(DATE_AND_ADDRESS.fullmatch(line))


def _is_torn(plain: Sequence[str], blank: int) -> bool:
    """Answer whether a blank line stands inside of an attribution that an editor tore apart."""
    after = plain[blank + 1] if blank + 1 < len(plain) else ""
    return after.startswith("<") and blank > 0 and bool(LEAD.match(plain[blank - 1]))


def _is_dated(unit: str) -> bool:
    """Answer whether a line begins as "On 3 May 2026" does, and says who wrote."""
    if DATE_AND_ADDRESS.fullmatch(unit) or DATE_AND_ZONE.fullmatch(unit):
        return True
    if not VERB.search(unit) or not any(letter.isdigit() for letter in unit):
        return False
    return bool(LEAD.match(unit) or DATE_FIRST.match(unit) or NAME_AND_DATE.match(unit))


def _is_signed(unit: str) -> bool:
    return bool(NAME_AND_ADDRESS.match(unit) or ADDRESS_AND_NAME.match(unit))
