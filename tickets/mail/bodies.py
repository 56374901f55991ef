"""What a reader shows of the tree of parts: the text, the HTML, and the files beside them."""

from __future__ import annotations

import html as html_escapes
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from tickets.mail.content import (
    LONGEST_TEXT,
    decoded,
    file_name,
    made_up_name,
    split_uuencoded,
    subject_name,
    text_of,
)
from tickets.mail.headers import decode_header
from tickets.mail.letters import Attachment, Flaw
from tickets.mail.readable import to_text
from tickets.mail.structure import Part, read_tree

SHOWN: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
MESSAGES: Final = ("message/rfc822", "message/global")
UNKNOWN: Final = "application/octet-stream"
CONTENT_ID: Final = re.compile(r"(?i)cid:([^\s\"'<>)]{1,500})")
LEVELS: Final = 3
MOST_SHOWN: Final = 30
"""Of the messages in a digest."""


@dataclass(slots=True)
class Piece:
    """A stretch of the body: plain text, HTML, or both where they say the same."""

    text: str | None = None
    html: str | None = None


@dataclass(frozen=True)
class Body:
    """What was collected from the parts, in order."""

    pieces: list[Piece]
    files: list[Attachment]

    @cached_property
    def text(self) -> str:
        """The body as text; from the HTML where a piece has nothing else."""
        texts = (_text(piece).strip("\n") for piece in self.pieces)
        return "\n\n".join(text for text in texts if text.strip()).rstrip()[:LONGEST_TEXT]

    @cached_property
    def html(self) -> str | None:
        """The body as HTML, plain pieces turned into it; None where there is none at all."""
        if not any(piece.html for piece in self.pieces):
            return None
        return "\n".join(_html(piece) for piece in self.pieces)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files; those that the HTML shows in their places say so."""
        named = {unquote(each) for each in CONTENT_ID.findall(self.html or "")}
        return tuple(replace(each, is_inline=each.content_id in named) for each in self.files)


def read_body(root: Part, *, flaws: set[Flaw], level: int = 0) -> Body:
    """Collect a mail's body and files. One without a text of its own shows that of the messages
    and inline files that hang on it. `level` counts the messages around this one."""
    reader = _Reader(flaws)
    pieces = reader.read(root, is_root=True)
    body = Body(pieces, reader.attachments)
    if body.text:
        return body
    return Body([*pieces, *reader.shown_instead(level)], reader.attachments)


def _text(piece: Piece) -> str:
    if piece.text is not None and (piece.text.strip() or not piece.html):
        return piece.text
    return to_text(piece.html or "")


def _html(piece: Piece) -> str:
    if piece.html is not None:
        return piece.html
    lines = html_escapes.escape(piece.text or "").replace("\n", "<br>\n")
    return f"<div>{lines}</div>"


def _as_text(message: bytes, level: int) -> str:
    """Write an attached message as readers show it: its headers, then its text."""
    flaws: set[Flaw] = set()
    root = read_tree(message, flaws=flaws)
    names = ("From", "Date", "Subject")
    head = [f"{name}: {decode_header(root[name], flaws=flaws)}" for name in names if root[name]]
    return "\n".join(head) + "\n\n" + read_body(root, flaws=flaws, level=level + 1).text


class _Reader:
    """The walk through the parts."""

    def __init__(self, flaws: set[Flaw]) -> None:
        self.attachments: list[Attachment] = []
        self._flaws = flaws
        self._beside: list[Part] = []

    def read(self, part: Part, *, is_root: bool = False) -> list[Piece]:
        """Return the pieces of a part; its files go to the attachments."""
        if part.children:
            if part.declared_type == "multipart/alternative":
                return self._alternative(part)
            return [piece for child in part.children for piece in self.read(child)]
        if self._is_shown(part, is_root=is_root):
            return self._shown(part)
        self._attach(part)
        return []

    def _is_shown(self, part: Part, *, is_root: bool) -> bool:
        kind = part.declared_type
        if kind.startswith("multipart/"):  # no part could be told from it
            return not part.is_too_deep
        if is_root:
            return kind.startswith("text/")
        return kind in SHOWN and not self._is_file(part)

    def _is_file(self, part: Part) -> bool:
        disposition = (part.get("content-disposition") or "").strip().lower()
        if disposition.startswith("attachment"):
            return True
        return bool(file_name(part, flaws=set()))

    def _alternative(self, part: Part) -> list[Piece]:
        """Of the same thing said several ways keep the first plain one and the last with HTML."""
        ways = [self.read(child) for child in part.children]
        plain = next((way for way in ways if way and not any(each.html for each in way)), None)
        rich = next((way for way in reversed(ways) if any(each.html for each in way)), None)
        if plain is None or rich is None:
            return plain or rich or []
        return [Piece(text=Body(plain, []).text, html=Body(rich, []).html)]

    def _shown(self, part: Part) -> list[Piece]:
        data = decoded(part, flaws=self._flaws)
        if part.declared_type == "text/html":
            return [Piece(html=text_of(part, data, flaws=self._flaws))]
        rest, files = split_uuencoded(data)
        for each in files:
            name = each.name or self._made_up("application/octet-stream")
            self.attachments.append(
                Attachment(name=name, content_type="application/octet-stream", content=each.content)
            )
        return [Piece(text=text_of(part, rest, flaws=self._flaws))]

    def shown_instead(self, level: int) -> list[Piece]:
        """Return what readers show below the body: attached messages, inline text."""
        return [piece for part in self._beside for piece in self._beside_piece(part, level)]

    def _beside_piece(self, part: Part, level: int) -> list[Piece]:
        if part.declared_type not in MESSAGES:
            return self._shown(part)
        return [Piece(text=_as_text(decoded(part, flaws=set()), level))] if level < LEVELS else []

    def _attach(self, part: Part) -> None:
        is_inline = not (part.get("content-disposition") or "").lower().startswith("attach")
        is_text = part.declared_type in SHOWN and is_inline
        if (is_text or part.declared_type in MESSAGES) and len(self._beside) < MOST_SHOWN:
            self._beside.append(part)
        content = decoded(part, flaws=self._flaws)
        kind = part.declared_type
        name = file_name(part, flaws=self._flaws)
        if not name and kind in MESSAGES:
            name = subject_name(content)
        identity = (part.get("content-id") or "").strip().strip("<>").strip()
        is_usable = identity.isascii() and identity.isprintable() and len(identity) <= 500
        self.attachments.append(
            Attachment(
                name=name or self._made_up(kind),
                content_type=kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) else UNKNOWN,
                content=content,
                content_id=identity if is_usable else "",
            )
        )

    def _made_up(self, kind: str) -> str:
        return made_up_name(kind, len(self.attachments) + 1)
