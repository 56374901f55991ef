"""HTML read as text has every word that is seen on the page, in its order, and no other.

Which words are seen is told by a reader of its own: those between the tags, what stands for an
image, and where a link leads unless its words say so. Signs and line ends are left to
`test_readable`.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.tickets.mail.other_reader import content, read, texts
from tests.tickets.mail.reading import PAGES_ALONE, REAL, real_letters
from tickets.mail.readable import to_text

pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason=f"the real letters are not on this machine: {REAL}"
)

UNSEEN = frozenset({"script", "style", "title"})
# Around these a word goes on: "H<sub>2</sub>O".
WITHIN_WORDS = frozenset(
    {"a", "b", "big", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"}
)
# It says that it is in Big5 and came in UTF-8.
REALLY_UTF_8 = "content_transfer_encoding_empty.eml"
# It ends within a link. Browsers show nothing of a tag that breaks off, nor of what it swallows.
BROKEN_OFF = ("cant_parse_from.eml", "<a href")


class _Words(HTMLParser):
    """Collects what is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._unseen = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._unseen += tag in UNSEEN
        self.pieces.append("" if tag in WITHIN_WORDS else " ")
        if tag == "a":
            self._links.append((given.get("href", ""), len(self.pieces)))
        elif tag == "img":
            self.pieces.append(given.get("alt", "") + " ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN
        self.pieces.append("" if tag in WITHIN_WORDS else " ")
        if tag == "a" and self._links:
            address, start = self._links.pop()
            said = "".join(self.pieces[start:]).strip()
            address = re.sub(r"^(mailto|tel):", "", address.strip())
            if said and said.rstrip("/") not in address.rstrip("/"):
                self.pieces.append(f" {address} ")

    def handle_data(self, data: str) -> None:
        self.pieces.append("" if self._unseen else data)


def seen(page: str) -> list[str]:
    """Return the words that are seen on a page."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    return words("".join(reader.pieces))


def words(text: str) -> list[str]:
    """Return the words of a text, without any sign."""
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("name", sorted(PAGES_ALONE))
def test_a_letter_that_is_a_page_alone_is_read_word_by_word(name: str) -> None:
    mail = real_letters()[name]
    assert words(mail.text) == seen(_page(name, mail.raw)) != []


def _page(name: str, raw: bytes) -> str:
    parts = [part for part in texts(read(raw)) if part.get_content_type() == "text/html"]
    if name == REALLY_UTF_8:
        return "".join(content(part).decode() for part in parts)
    return "\n".join(part.get_content() for part in parts)


def test_so_is_every_page_of_a_letter_and_of_the_sets() -> None:
    letters = {name: mail.html for name, mail in real_letters().items() if mail.html}
    pages = letters | {path.name: path.read_text() for path in sorted(REAL.rglob("*.html"))}
    assert len(pages) > 40
    expected = {name: seen(page) for name, page in pages.items()}
    name, tag = BROKEN_OFF
    expected[name] = seen(pages[name].partition(tag)[0])
    assert {name: words(to_text(page)) for name, page in pages.items()} == expected
