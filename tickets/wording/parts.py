"""One template as the parts of a mail: its subject, its text, and HTML, made from the text where
there is none of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.html import escape, linebreaks

from tickets.wording.parsing import Node, fill, parse

TAG_LINE: Final = re.compile(r"\s*{%[^{}\n]*%}\s*$")
ALONE: Final = re.compile(r"\s*{{\s*([^{}\n]*?)\s*}}\s*$")
LINKED: Final = re.compile(r"(?P<words>[^{}\n]+):\s*{{\s*(?P<name>[^{}\n]*url)\s*}}\s*$")
MARK: Final = re.compile(r"({{[^{}\n]*}}|{%[^{}\n]*%})")


@dataclass(frozen=True, slots=True)
class Value:
    """What a name stands for. `html` is None where it follows from the text; `is_block`: the words
    of somebody, over several lines, in HTML a quotation."""

    text: str
    html: str | None = None
    is_block: bool = False

    @property
    def markup(self) -> str:
        """The value as safe HTML."""
        if self.html is not None:
            return self.html
        if not self.text.strip():
            return ""
        if not self.is_block:
            return escape(self.text)
        return f"<blockquote>{linebreaks(self.text, autoescape=True)}</blockquote>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The sources of one mail. `html` is "" where it is made from the text."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A mail's parts as they are sent. `html` is what stands inside the page."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A wording that was read and is fit to be filled."""

    subject: tuple[Node, ...]
    text: tuple[Node, ...]
    html: tuple[Node, ...]


def parse_wording(wording: Wording, *, names: Collection[str]) -> Parsed:
    """Read all parts. Raises WordingError."""
    return Parsed(
        subject=parse(wording.subject, names=names),
        text=parse(wording.text, names=names),
        html=parse(wording.html or html_of(wording.text), names=names),
    )


def write(parsed: Parsed, values: Mapping[str, Value]) -> Written:
    """Fill the parts. What values hold is escaped in HTML; a subject is one line."""
    plain = {name: value.text for name, value in values.items()}
    marked = {name: value.markup for name, value in values.items()}
    return Written(
        subject=" ".join(fill(parsed.subject, plain).split()),
        text=fill(parsed.text, plain).strip() + "\n",
        html=fill(parsed.html, marked).strip() + "\n",
    )


def html_of(text: str) -> str:
    """Return the source of the HTML that a text makes: a paragraph for each, a link for "words:
    {{ … url }}"; a value that stands alone is as it is."""
    made: list[str] = []
    lines: list[str] = []

    def end() -> None:
        if lines:
            made.append(_paragraph("\n".join(lines)))
            lines.clear()

    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip() or TAG_LINE.match(line):
            end()
            made.extend([line] if line.strip() else [])
        else:
            lines.append(line)
    end()
    return "\n".join(made) + "\n"


def _paragraph(text: str) -> str:
    alone, linked = ALONE.match(text), LINKED.match(text)
    if alone:
        return f"{{{{ {alone[1]} }}}}"
    if linked:
        return f'<p><a href="{{{{ {linked["name"]} }}}}">{escape(linked["words"])}</a></p>'
    pieces = [piece if MARK.fullmatch(piece) else escape(piece) for piece in MARK.split(text)]
    return f"<p>{'<br>'.join(''.join(pieces).split(chr(10)))}</p>"
