"""HTML as text that a person would have typed: lists, quotes, tables and links are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import nh3

from tickets.mail.markup import DROPPED, HIDING, bounded, names

TAGS: Final = names(
    "p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table caption tr td th a img"
    " span section article header footer address center tbody thead tfoot"
)
PARAGRAPHS: Final = names("p h1 h2 h3 h4 h5 h6 pre ul ol dl table blockquote")
BLOCKS: Final = PARAGRAPHS | names(
    "div hr li dt dd caption section article header footer address center tr"
)
BUFFERED: Final = names("blockquote td th li tr pre a")
VOID: Final = names("br hr img")
BLANKS: Final = re.compile(r"[ \t\r\n]+")
DEEPEST: Final = 60
GROWING: Final = names("blockquote li")
"""Each line in them gets longer."""
DEEPEST_QUOTE: Final = 8
WIDEST_ROW: Final = 160
HIDDEN: Final = re.compile(r"(?i)display:\s*none|visibility:\s*hidden")
_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED),
    attributes={"*": {"style"}, "a": {"href"}, "img": {"alt"}, "p": {"class"}, "ol": {"start"}},
    filter_style_properties=set(HIDING),
    url_schemes={"http", "https", "mailto", "tel", "ftp"},
    link_rel=None,
)


def to_text(markup: str) -> str:
    """Return HTML as text. Links are written as `text <address>`, quotes with ">", the cells of a
    row with "|"; what the sender hid is left out."""
    writer = _Writer()
    writer.feed(_CLEANER.clean(bounded(markup)))
    writer.close()
    return writer.text


@dataclass(slots=True)
class _Frame:
    """An element that is written only once it is known whole."""

    tag: str
    href: str = ""
    pieces: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    line_ends: int = 0
    """How many stand at the end of what was written."""

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def is_at_blank(self) -> bool:
        """Whether a blank more would say nothing."""
        return not self.pieces or self.pieces[-1][-1] in "\n "

    def write(self, text: str) -> None:
        if text:
            rest = text.rstrip("\n")
            ends = len(text) - len(rest)
            self.line_ends = ends if rest else self.line_ends + ends
            self.pieces.append(text)

    def end_line(self, blank_lines: int) -> None:
        """See to it that the next text begins on a new line, after so many blank ones."""
        if self.pieces:
            self.write("\n" * max(0, 1 + blank_lines - self.line_ends))


class _Writer(HTMLParser):
    """Writes what nh3 has made well-formed: every element that needs an end has one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._frames = [_Frame("root")]
        self._skipped = 0
        self._lists: list[int | None] = []
        self._hidden: list[str] = []
        self._pre = 0
        self._is_line = False

    @property
    def text(self) -> str:
        """What was written, without blank lines at its ends."""
        return _tidy(self._frames[0].text).strip("\n")

    @property
    def _top(self) -> _Frame:
        return self._frames[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        given = {name: value or "" for name, value in attrs}
        if self._hidden or HIDDEN.search(given.get("style", "")):
            if tag not in VOID:
                self._hidden.append(tag)
            return
        if tag == "p":
            self._is_line = given.get("class") == "MsoNormal"
        if tag in BLOCKS:
            self._end_line(tag)
        if tag in ("ul", "ol"):
            self._lists.append(_first_number(given) if tag == "ol" else None)
        elif tag in VOID:
            self._top.write(_void(tag, given))
        elif tag in BUFFERED:
            self._open(_Frame(tag, given.get("href", "")))

    def _open(self, frame: _Frame) -> None:
        """Quotes in quotes in quotes grow with their depth: what lies too deep is only text."""
        grown = sum(each.tag in GROWING for each in self._frames)
        is_deep = len(self._frames) > DEEPEST or (frame.tag in GROWING and grown >= DEEPEST_QUOTE)
        if is_deep or self._skipped:
            self._skipped += 1
            return
        self._pre += frame.tag == "pre"
        self._frames.append(frame)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._hidden:
            self._hidden.pop()
            return
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in BUFFERED and self._skipped:
            self._skipped -= 1
        elif tag in BUFFERED and self._top.tag == tag:
            self._end(self._frames.pop())
        if tag in BLOCKS:
            self._end_line(tag)

    def _end_line(self, tag: str) -> None:
        """Begin a new line around a block, with a blank one around a paragraph. Outlook's are
        lines."""
        is_apart = tag in PARAGRAPHS and not (tag == "p" and self._is_line)
        self._top.end_line(1 if is_apart else 0)

    def _end(self, frame: _Frame) -> None:
        """Write a buffered element into the one around it."""
        text = frame.text
        if frame.tag == "pre":
            self._pre -= 1
            self._top.write(text.strip("\n"))
        elif frame.tag == "a":
            self._top.write(_link(text, frame.href.strip()))
        elif frame.tag == "blockquote":
            self._top.write(_quoted(_tidy(text).strip("\n")))
        elif frame.tag == "li":
            self._top.write(self._item(_tidy(text).strip()))
        elif frame.tag == "tr":
            self._top.write(_row(frame.cells))
        elif self._top.tag == "tr":
            self._top.cells.append(_tidy(text).strip())
        else:
            self._top.write(_tidy(text).strip() + "\n")

    def _item(self, text: str) -> str:
        number = self._lists[-1] if self._lists else None
        mark = "- "
        if number is not None:
            mark = f"{number}. "
            self._lists[-1] = number + 1
        return mark + text.replace("\n", "\n" + " " * len(mark))

    def handle_data(self, data: str) -> None:
        """Write text; outside of `pre` blanks and line ends run together."""
        if self._hidden or self._top.tag == "tr":
            return
        if not self._pre:
            data = BLANKS.sub(" ", data)
            data = data.lstrip(" ") if self._top.is_at_blank else data
        self._top.write(data)


def _void(tag: str, given: dict[str, str]) -> str:
    if tag == "img":
        alt = " ".join(given.get("alt", "").split())
        return f"[{alt}]" if alt else ""
    return "\n" if tag == "br" else "-" * 20 + "\n"


def _first_number(given: dict[str, str]) -> int:
    start = given.get("start", "")
    return int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _link(words: str, address: str) -> str:
    """Write a link; its address only where the words do not say it."""
    bare = re.sub(r"^(mailto|tel):", "", address)
    said = words.strip().rstrip("/")
    known = (address, bare, bare.partition("?")[0], re.sub(r"^https?://", "", bare))
    if not address or not said or said in {each.rstrip("/") for each in known}:
        return words
    return f"{words} <{bare}>"


def _row(cells: list[str]) -> str:
    """Write a row of data on one line, the cells of a layout below each other."""
    is_data = len(cells) > 1 and not any("\n" in cell for cell in cells)
    if is_data and sum(map(len, cells)) <= WIDEST_ROW and sum(map(bool, cells)) > 1:
        return " | ".join(cells)
    return "\n".join(cell for cell in cells if cell)


def _tidy(text: str) -> str:
    """Take away blanks at line ends and more than one blank line in a row."""
    lines = "\n".join(line.rstrip(" \t\u200b\u200c\ufeff") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines)
