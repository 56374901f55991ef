"""Reads and fills templates: {{ name }}, {% if name %} … {% else %} … {% endif %}.

Names are plain keys of the values that are given. There is no attribute to reach through, no filter
and no loop, so a template can read nothing but those values and always ends.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

TOKEN: Final = re.compile(r"{{(?P<name>[^{}\n]*)}}|{%(?P<tag>[^{}\n]*)%}")
OPEN: Final = re.compile(r"{{|{%")
LONGEST: Final = 20_000
DEEPEST: Final = 10


class WordingError(ValueError):
    """A template cannot be used; the message is a sentence that names the line and the remedy."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"Line {line}: {words}")


@dataclass(frozen=True, slots=True)
class Named:
    """A value in its place."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two, by whether a value says anything."""

    name: str
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


Node = str | Named | Choice


@dataclass(frozen=True, slots=True)
class _Token:
    line: int
    text: str = ""
    name: str = ""
    tag: str = ""


def parse(source: str, *, names: Collection[str]) -> tuple[Node, ...]:
    """Read a template that may use `names`. Raises WordingError."""
    if len(source) > LONGEST:
        raise WordingError(1, f"it is longer than {LONGEST} letters.")
    return _Reader(_tokens(source.replace("\r\n", "\n")), names).all()


def fill(nodes: Sequence[Node], values: Mapping[str, str]) -> str:
    """Write a template with `values`; what has none is empty."""
    return "".join(_filled(nodes, values))


def _filled(nodes: Sequence[Node], values: Mapping[str, str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif isinstance(node, Named):
            yield values.get(node.name, "")
        else:
            is_said = bool(values.get(node.name, "").strip())
            yield from _filled(node.then if is_said else node.otherwise, values)


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    for match in TOKEN.finditer(source):
        start, end = match.span()
        line = source.count("\n", 0, start) + 1
        if match["tag"] is not None and _is_alone(source, start, end):
            # A line of its own leaves no blank line behind.
            start, end = source.rfind("\n", 0, start) + 1, end + 1 + _blanks(source, end)
        if start > at:
            found.append(_literal(source, at, start))
        found.append(
            _Token(line, name=match["name"].strip() or "?")
            if match["name"] is not None
            else _Token(line, tag=match["tag"].strip() or "?")
        )
        at = max(at, min(end, len(source)))
    if at < len(source):
        found.append(_literal(source, at, len(source)))
    return found


def _is_alone(source: str, start: int, end: int) -> bool:
    before = source[source.rfind("\n", 0, start) + 1 : start]
    after = source[end : end + 1 + _blanks(source, end)]
    return not before.strip() and (not after.strip())


def _blanks(source: str, at: int) -> int:
    """How many blanks stand at `at` before the end of the line."""
    return len(source[at:]) - len(source[at:].lstrip(" \t"))


def _literal(source: str, at: int, end: int) -> _Token:
    text = source[at:end]
    line = source.count("\n", 0, at) + 1
    stray = OPEN.search(text)
    if stray:
        line += text.count("\n", 0, stray.start())
        close = "}}" if stray[0] == "{{" else "%}"
        raise WordingError(line, f"“{stray[0]}” is not closed by “{close}” on the same line.")
    return _Token(line, text=text)


class _Reader:
    """Puts tokens together."""

    def __init__(self, tokens: Sequence[_Token], names: Collection[str]) -> None:
        self._tokens = tokens
        self._names = names
        self._at = 0

    def all(self) -> tuple[Node, ...]:
        nodes, end = self._until(None, depth=0)
        if end is not None:
            raise WordingError(end.line, f"“{end.tag}” has no “if” before it.")
        return nodes

    def _until(
        self, opened: _Token | None, *, depth: int
    ) -> tuple[tuple[Node, ...], _Token | None]:
        """Read up to an else, an endif or the end."""
        nodes: list[Node] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.tag in ("else", "endif"):
                return tuple(nodes), token
            nodes.append(self._node(token, depth=depth))
        if opened is not None:
            raise WordingError(opened.line, "this “if” has no “endif”.")
        return tuple(nodes), None

    def _node(self, token: _Token, *, depth: int) -> Node:
        if token.name:
            return Named(self._known(token.name, token.line))
        if not token.tag:
            return token.text
        word, _, name = token.tag.partition(" ")
        if word != "if" or depth >= DEEPEST:
            raise WordingError(
                token.line, f"“{token.tag}” is not known here: only if, else and endif are."
            )
        name = self._known(name.strip(), token.line)
        then, end = self._until(token, depth=depth + 1)
        otherwise: tuple[Node, ...] = ()
        if end is not None and end.tag == "else":
            otherwise, end = self._until(token, depth=depth + 1)
        if end is None or end.tag != "endif":
            raise WordingError(token.line, "this “if” has no “endif”.")
        return Choice(name, then, otherwise)

    def _known(self, name: str, line: int) -> str:
        if name in self._names:
            return name
        near = difflib.get_close_matches(name, sorted(self._names), n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise WordingError(line, f"“{name}” is no value of this mail.{hint}")
