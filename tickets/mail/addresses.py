"""Address headers read the way they are written, not only the way RFC 5322 has it.

Our own scanner rather than the standard library's: that one answers differently from one patch
release of Python to the next, and who sent a mail must not depend on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tickets.mail.headers import decode_header, decode_raw
from tickets.mail.letters import Address, Flaw

MOST: Final = 500
LONGEST: Final = 320
"""64 letters, "@" and a domain of 255 (RFC 5321)."""
LONGEST_NAME: Final = 200
GOOD: Final = re.compile(
    r"[^\s<>()\[\]\\,;:\"@\x00-\x20\x7f]+@(?:[\w-]+(?:\.[\w-]+)*|\[[\w.:-]+\])\.?"
)
QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
ANGLE: Final = re.compile(r"<([^<>]*)>")
OPEN_ANGLE: Final = re.compile(r"<([^,;<]*)")
COMMENT: Final = re.compile(r"\([^()]*\)")
QUOTED_LOCAL: Final = re.compile(r'"[^"\\\x00-\x1f\x7f]{1,64}"@[\w.-]+')


@dataclass(slots=True)
class _Mailbox:
    """One entry of a list while it is read."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    has_at: bool = False

    @property
    def phrase(self) -> str:
        return "".join(self.words)

    @property
    def has_address(self) -> bool:
        return self.has_at or bool(self.angles)

    def add(self, text: str) -> None:
        self.words.append(text)
        self.has_at = self.has_at or "@" in text


def parse_addresses(value: str, *, flaws: set[Flaw]) -> tuple[Address, ...]:
    """Return the mailboxes of a raw header in order; what is none is left out.

    A group's members are listed, its name is not. An unquoted comma in a name ("Doe, John
    <john@example.com>") is taken for part of it.
    """
    found: list[Address] = []
    before = ""
    for mailbox in _mailboxes(decode_raw(value, flaws=flaws)):
        address = _address(mailbox, before, flaws)
        before = "" if address else mailbox.phrase.strip()
        if address:
            found.append(address)
        if len(found) == MOST:
            flaws.add(Flaw.CUT)
            break
    return tuple(found)


def is_ambiguous(value: str) -> bool:
    """Answer whether readers would tell different senders from a raw From header: several
    mailboxes, or several addresses in brackets in one."""
    flaws: set[Flaw] = set()
    boxes = [box for box in _mailboxes(decode_raw(value, flaws=flaws)) if box.has_address]
    return len(boxes) > 1 or any(len(box.angles) > 1 or len(_loose(box)) > 1 for box in boxes)


def _address(mailbox: _Mailbox, before: str, flaws: set[Flaw]) -> Address | None:
    """Build an address; `before` is what stood before an unquoted comma in its name."""
    if not mailbox.angles and "@" not in mailbox.phrase:
        return None  # thousands of commas cost little
    text = mailbox.angles[0] if mailbox.angles else mailbox.phrase
    route = text.rpartition(":")[2] if text.lstrip().startswith("@") else text
    plain = _bare(route)
    if plain is None:
        loose = _loose(mailbox)
        return Address(loose[0]) if loose else None
    name = mailbox.phrase if mailbox.angles else " ".join(mailbox.comments)
    if before and mailbox.angles:
        name = f"{before}, {name}"
    decoded = decode_header(name, flaws=flaws).strip(" '\"")
    return Address(plain, decoded[:LONGEST_NAME])


def _loose(mailbox: _Mailbox) -> list[str]:
    """Return the addresses among the words of an entry without (good) brackets."""
    if any(map(_bare, mailbox.angles)):
        return []
    return [bare for word in mailbox.phrase.split() if (bare := _bare(word))]


def _bare(text: str) -> str | None:
    """Return the address in its one form; None where it is none."""
    compact = re.sub(r"\s*([.@])\s*", r"\1", text.strip()).strip("'")
    compact = compact.removeprefix("mailto:")
    if len(compact) > LONGEST or not (GOOD.fullmatch(compact) or QUOTED_LOCAL.fullmatch(compact)):
        return None
    local, _, domain = compact.rpartition("@")
    return f"{local}@{domain.rstrip('.').lower()}"


def _mailboxes(line: str) -> list[_Mailbox]:
    return _Scanner(line).read()


class _Scanner:
    """Cuts a list at its commas and semicolons, outside of quotes, comments and brackets. Each
    letter is looked at a fixed number of times, whatever is left open."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._at = 0
        self._box = _Mailbox()
        self._is_quote_open = self._is_comment_open = False

    def read(self) -> list[_Mailbox]:
        """Return the entries, empty ones too."""
        boxes = []
        while self._at < len(self._line):
            letter = self._line[self._at]
            if letter in ",;" or (letter == ":" and not self._box.has_address):
                if letter != ":":  # before a colon stands the name of a group
                    boxes.append(self._box)
                self._box = _Mailbox()
                self._at += 1
            else:
                self._take(letter)
        return [*boxes, self._box]

    def _take(self, letter: str) -> None:
        if letter == '"' and not self._is_quote_open:
            self._take_quoted()
        elif letter == "(" and not self._is_comment_open:
            self._take_comment()
        elif letter == "<":
            self._take_angle()
        else:
            self._box.add(letter)
            self._at += 1

    def _take_quoted(self) -> None:
        """A quote that never closes is a letter like any other, and so are those after it."""
        match = QUOTED.match(self._line, self._at)
        if match is None:
            self._is_quote_open = True
            self._at += 1
            return
        is_local_part = self._line.startswith("@", match.end())
        inner = re.sub(r"\\(.)", r"\1", match[1])
        self._box.words.append(match[0] if is_local_part else inner)
        self._at = match.end()

    def _take_comment(self) -> None:
        """Others may stand inside; one that never closes is text."""
        depth, end = 0, self._at
        while end < len(self._line):
            letter = self._line[end]
            depth += (letter == "(") - (letter == ")")
            end += 2 if letter == "\\" else 1
            if not depth:
                self._box.comments.append(self._line[self._at + 1 : end - 1])
                self._at = end
                return
        self._is_comment_open = True
        self._at += 1

    def _take_angle(self) -> None:
        """Without its closing bracket an address ends where the next entry begins."""
        match = ANGLE.match(self._line, self._at)
        inner = match or OPEN_ANGLE.match(self._line, self._at)
        self._box.angles.append(COMMENT.sub("", inner[1]) if inner else "")
        self._at = inner.end() if inner else self._at + 1
