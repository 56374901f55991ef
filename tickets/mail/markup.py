"""HTML of mails before anything reads it: bounded, and cut down by a browser's parser (nh3)."""

from __future__ import annotations

import html
import re
from typing import Final


def names(text: str) -> frozenset[str]:
    """Return the names of elements in a text, parted by blanks."""
    return frozenset(text.split())


LONGEST: Final = 600_000
DEEPEST: Final = 400
"""nh3 takes quadratic time over elements inside elements; no editor goes a quarter as deep."""
# Elements that a browser closes by itself, or that never hold anything.
SHALLOW: Final = names(
    "p li td tr th dt dd option thead tbody tfoot colgroup area base br col embed hr img input"
    " link meta param source track wbr"
)
TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
ANY_TAG: Final = re.compile(r"<[^>]*>?")
# A tag as nh3 writes it, its attributes always in double quotes.
CLEAN_TAG: Final = re.compile(r"<([a-z][a-z0-9]*)((?:\s[a-z-]+=\"[^\"]*\")*)\s*>")
DROPPED: Final = names(
    "script style title xml template noscript textarea select option button object iframe svg"
    " math audio video canvas applet"
)

# The properties of a style that hide an element; names of properties may be in any case.
HIDING: Final = names("display Display DISPLAY visibility Visibility VISIBILITY")


def bounded(markup: str) -> str:
    """Return HTML that can be parsed in time: cut at a length, and without any tag where they are
    nested beyond reason."""
    short = markup[:LONGEST]
    return short if _depth(short) <= DEEPEST else html.escape(ANY_TAG.sub(" ", short))


def _depth(markup: str) -> int:
    depth = deepest = 0
    for match in TAG.finditer(markup):
        if match[2].lower() not in SHALLOW:
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest
