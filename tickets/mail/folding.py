"""A mail's text parted into what its sender says now, what is quoted, and the signature."""

from __future__ import annotations

import enum
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tickets.mail.quoting import Opening, bare, find_openings, is_quote, is_ruler
from tickets.mail.reply_words import MOBILE

MOST_LINES: Final = 10_000
DELIMITER: Final = re.compile(r"\s*(?:--|—|–|__|—–)\s*$")
BLANK: Final = re.compile(r"[\s\u1427\u200b\u200c\ufeff]*$")
"""U+1427 is what a tracker of sent mails hides its image behind."""
NAMED_QUOTE: Final = re.compile(r"\s{0,3}(?:\w{1,15}>|\|)(?:\s|$)")
FENCE: Final = re.compile(r"\s*(```|~~~)")
CONTACT: Final = re.compile(r"(?i)@|https?://|www\.|\+\d|\btel\b|\bphone\b|\bfax\b|\d{5,}")
FULL: Final = 70
LONGEST_SIGNATURE: Final = 15
LONGEST_AFTER_RULER: Final = 8
LONGEST_LINE: Final = 250
MOST_FORWARDS: Final = 5


class Kind(enum.Enum):
    """What a line is, by itself."""

    BLANK = enum.auto()
    QUOTE = enum.auto()
    RULER = enum.auto()
    DELIMITER = enum.auto()
    MOBILE = enum.auto()
    TEXT = enum.auto()


ENDS: Final = (Kind.DELIMITER, Kind.RULER)
QUIET: Final = (Kind.BLANK, Kind.QUOTE)


@dataclass(frozen=True, slots=True)
class FoldedText:
    """Every line of a text stands in exactly one of the three, in its order."""

    visible: str
    quoted: str
    signature: str


def fold(text: str) -> FoldedText:
    """Part a text. What is visible is never empty while the text says anything: where no reply
    can be told from the rest, all of it is shown."""
    lines = text.replace("\r\n", "\n").split("\n")
    marks = _Folder(lines[:MOST_LINES]).marks()
    marks += ["v"] * (len(lines) - len(marks))
    return FoldedText(*(_joined(lines, marks, bucket) for bucket in "vqs"))


def _joined(lines: Sequence[str], marks: Sequence[str], bucket: str) -> str:
    kept = "\n".join(line for line, mark in zip(lines, marks, strict=True) if mark == bucket)
    return re.sub(r"\A(?:[^\S\n]*\n)+|\s+\Z", "", kept)


class _Folder:
    """Marks each line: "v" visible, "q" quoted, "s" signature."""

    def __init__(self, lines: Sequence[str], *, level: int = 0) -> None:
        self._lines = lines
        self._level = level
        fenced = _fenced(lines)
        self._all = [each for each in find_openings(lines) if each.start not in fenced]
        self._openings = [each for each in self._all if not each.is_quoted]
        self._kinds = _kinds(lines, fenced, has_openings=bool(self._openings))
        self._marks = ["v"] * len(lines)

    def marks(self) -> list[str]:
        """Return one mark for each line."""
        said = self._first_words()
        reply = next((each for each in self._openings if each.start > said), None)
        if reply:
            self._fold_below(reply)
        elif self._openings:
            self._fold_above(self._openings[0])
        for cut in (self._cut_signature, self._cut_quotes, self._cut_signature, self._cut_mobile):
            cut()
        if not self._has_content():
            return ["q"] * len(self._lines)
        is_shown = any(self._kinds[at] is not Kind.BLANK for at in self._visible())
        return self._marks if is_shown else ["v"] * len(self._lines)

    def _first_words(self) -> int:
        """Return the first line with the sender's own words, outside of any opening; the number
        of lines where there is none."""
        taken = _lines_of(self._openings)
        texts = (at for at, kind in enumerate(self._kinds) if kind is Kind.TEXT)
        return next((at for at in texts if at not in taken), len(self._lines))

    def _has_content(self) -> bool:
        """Answer whether anything but sentences like "Ada wrote:" is there."""
        taken = _lines_of(self._all)
        return any(bare(line) for at, line in enumerate(self._lines) if at not in taken)

    # Above and below an opening ----------------------------------------------------------------

    def _mark(self, start: int, stop: int, bucket: str) -> None:
        self._marks[start:stop] = bucket * (stop - start)

    def _fold_below(self, reply: Opening) -> None:
        """The sender's words stand above: what follows is quoted, unless they go on in it."""
        for opening in self._openings:
            self._mark(opening.start, opening.stop, "q")
        if reply.is_attribution and self._goes_on_below(reply):
            return
        self._mark(reply.start, len(self._lines), "q")
        if reply.is_attribution:
            self._mark_signature_below(reply)

    def _goes_on_below(self, reply: Opening) -> bool:
        """Answer whether words of the sender stand between or after the quoted lines."""
        later = [each.start for each in self._openings if each.start >= reply.stop]
        inside = self._kinds[reply.stop : min([*later, len(self._lines)])]
        kinds = [kind for kind in inside if kind is not Kind.BLANK]
        if not kinds or kinds[0] is not Kind.QUOTE:
            return False
        ends = next((n for n, kind in enumerate(kinds) if kind in ENDS), len(kinds))
        return Kind.TEXT in kinds[:ends]

    def _mark_signature_below(self, reply: Opening) -> None:
        """A signature below the quoted lines is the sender's."""
        below = range(reply.stop, len(self._lines))
        last = max((at for at in below if self._kinds[at] is Kind.QUOTE), default=None)
        if last is None:
            return
        ends = (at for at in range(last, len(self._lines)) if self._kinds[at] in ENDS)
        found = next(ends, None)
        if found is not None:
            self._mark(found, len(self._lines), "s")

    def _fold_above(self, opening: Opening) -> None:
        """Nothing is said above: what follows a block of headers was passed on, what follows
        quoted lines is the answer to them."""
        self._mark(opening.start, opening.stop, "q")
        start = opening.stop
        if not opening.is_attribution:
            if self._level < MOST_FORWARDS:
                rest = _Folder(self._lines[start:], level=self._level + 1)
                self._marks[start:] = rest.marks()
            return
        below = [(at, kind) for at, kind in enumerate(self._kinds) if at >= start]
        told = [pair for pair in below if pair[1] is not Kind.BLANK]
        if not told or told[0][1] is not Kind.QUOTE:
            return
        text = next((at for at, kind in told if kind is Kind.TEXT), None)
        last_quote = max(at for at, kind in told if kind is Kind.QUOTE)
        if text is not None and text > last_quote:
            self._mark(start, text, "q")

    # The end of what is visible ----------------------------------------------------------------

    def _visible(self) -> list[int]:
        return [at for at, mark in enumerate(self._marks) if mark == "v"]

    def _cut_signature(self) -> None:
        """Cut at the first line that begins one, below some words."""
        visible = self._visible()
        texts = [at for at in visible if self._kinds[at] is Kind.TEXT]
        first = texts[0] if texts else len(self._lines)
        for place, at in enumerate(visible):
            is_end = at > first and self._kinds[at] in ENDS
            if is_end and self._begins_signature(at, visible[place - 1], texts):
                for each in visible[place:]:
                    self._marks[each] = "q" if self._kinds[each] is Kind.QUOTE else "s"
                return

    def _begins_signature(self, at: int, above: int, texts: Sequence[int]) -> bool:
        rest = texts[bisect_right(texts, at) :][: LONGEST_SIGNATURE + 1]
        if self._kinds[at] is Kind.DELIMITER:
            return self._lines[at] == "-- " or len(rest) <= LONGEST_SIGNATURE
        if not rest:
            return True
        is_apart = self._kinds[above] in (Kind.BLANK, Kind.QUOTE)
        if not is_apart or len(rest) > LONGEST_AFTER_RULER:
            return False
        is_line = self._lines[at].strip()[0] == "_"
        return is_line or any(CONTACT.search(self._lines[each]) for each in rest)

    def _cut_quotes(self) -> None:
        """Quoted lines at the end answer nothing any more."""
        visible = self._visible()
        if not any(self._kinds[at] is Kind.TEXT for at in visible):
            return
        taken = _lines_of(self._all)
        while visible and (self._kinds[visible[-1]] in QUIET or visible[-1] in taken):
            self._marks[visible.pop()] = "q"

    def _cut_mobile(self) -> None:
        """Drop "Sent from my iPhone" and empty decoration at the end."""
        visible = self._visible()
        while visible and self._kinds[visible[-1]] not in (Kind.TEXT, Kind.QUOTE):
            self._marks[visible.pop()] = "s"


def _lines_of(openings: Iterable[Opening]) -> set[int]:
    return {at for each in openings for at in range(each.start, each.stop)}


def _kinds(lines: Sequence[str], fenced: set[int], *, has_openings: bool) -> list[Kind]:
    """Return what each line is. "Ada> text" quotes only where somebody is said to be quoted."""
    found: list[Kind] = []
    for at, line in enumerate(lines):
        kind = Kind.TEXT if at in fenced else _kind(line)
        is_named = has_openings and bool(NAMED_QUOTE.match(line))
        if kind is Kind.TEXT and at not in fenced and (is_named or _goes_on(lines, at)):
            kind = Kind.QUOTE
        found.append(kind)
    return found


def _kind(line: str) -> Kind:
    if is_quote(line):
        return Kind.QUOTE
    if len(line) > LONGEST_LINE:
        return Kind.TEXT
    if BLANK.fullmatch(line):
        return Kind.BLANK
    if DELIMITER.fullmatch(line):
        return Kind.DELIMITER
    if is_ruler(line):
        return Kind.RULER
    return Kind.MOBILE if MOBILE.fullmatch(line.strip()) else Kind.TEXT


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Answer whether a line, in lower case, is the end of a quoted one so long that some server
    wrapped it. Below a whole sentence it may be the answer to it."""
    above = lines[at - 1].rstrip() if at else ""
    is_torn = is_quote(above) and len(above) >= FULL and above[-1] not in ".?!:;…"
    return is_torn and lines[at][:1].islower()


def _fenced(lines: Sequence[str]) -> set[int]:
    """Return the lines of code between fences; of a fence that is never closed, none."""
    found: set[int] = set()
    begin: int | None = None
    for at, line in enumerate(lines):
        if FENCE.match(line):
            if begin is not None:
                found.update(range(begin, at + 1))
            begin = at if begin is None else None
    return found
