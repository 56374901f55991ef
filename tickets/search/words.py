"""What somebody typed into a search, as words with the patterns that databases look for. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_WORDS = 8
LONGEST = 100
LONG = 5
"""From this many letters on, a word with one letter wrong is still told from others."""
LARGEST_NUMBER = 2**63 - 1
PIECES = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word, in lower case. `is_only_number` for "#123", which means the ticket alone."""

    text: str
    number: int | None
    is_only_number: bool

    @property
    def part(self) -> str:
        """A LIKE pattern for what starts with a blank: the word anywhere, or, where it has only one
        or two letters, at the beginning of a word."""
        escaped = re.sub(r"([\\%_])", r"\\\1", self.text)
        return f"%{escaped}%" if len(self.text) > 2 else f"% {escaped}%"

    @property
    def pieces(self) -> list[str]:
        """The letters and digits between other signs, as a full-text index cuts a word: "4.8.2"
        is three. They have to stand in this order, the last one as a beginning."""
        return PIECES.findall(self.text)

    @property
    def is_long(self) -> bool:
        """Whether it may be misspelt: letters only, and enough of them."""
        return self.text.isalpha() and len(self.text) >= LONG

    @property
    def near(self) -> list[str]:
        """What differs by one letter: another one, one missing, one too many, or two swapped. A "_"
        stands for any letter."""
        text = self.text
        cuts = [(text[:at], text[at:]) for at in range(len(text))]
        other = [f"{before}_{after[1:]}" for before, after in cuts]
        missing = [f"{before}_{after}" for before, after in cuts[1:]]
        too_many = [before + after[1:] for before, after in cuts]
        swapped = [before + after[1] + after[0] + after[2:] for before, after in cuts[:-1]]
        return [*other, *missing, *too_many, *swapped]


def read(text: str) -> tuple[Word, ...]:
    """Cut a text into at most eight words; what a database cannot hold is left out."""
    words = text.replace("\0", " ").lower().split()[:MOST_WORDS]
    return tuple(_word(word[:LONGEST]) for word in words)


def number_in(text: str) -> int | None:
    """Return the ticket's number where the text is nothing else: "123" or "#123"."""
    words = read(text)
    return words[0].number if len(words) == 1 else None


def _word(text: str) -> Word:
    digits = text.removeprefix("#")
    is_number = digits.isascii() and digits.isdigit() and int(digits) <= LARGEST_NUMBER
    number = int(digits) if is_number else None
    return Word(text=text, number=number, is_only_number=is_number and digits != text)
