"""What figures can be narrowed to and broken down by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import models

from tickets.errors import InvalidInput


class Segment(models.TextChoices):
    """What figures can be narrowed to and broken down by.

    `level` is the entry level of figures counted on receipt, the resolving level of those counted
    on resolution, and the level that held the ticket elsewhere (see each figure's declaration).
    """

    LEVEL = "level", "Level"
    ENTRY_LEVEL = "entry_level", "Entry level"
    RESOLVING_LEVEL = "resolving_level", "Resolving level"
    TEAM = "team", "Team"
    AGENT = "agent", "Agent"
    CATEGORY = "category", "Category"
    PRODUCT = "product", "Product line"
    TIER = "tier", "Customer tier"
    ORGANIZATION = "organization", "Organization"
    CHANNEL = "channel", "Channel"
    PRIORITY = "priority", "Priority"
    COMPLEXITY = "complexity", "Complexity"
    TYPE = "type", "Type"
    SERVICE = "service", "Service"


# Dimensions that snapshots are kept by, beside everything together.
SNAPSHOT_SEGMENTS: Final = (
    Segment.LEVEL,
    Segment.TEAM,
    Segment.AGENT,
    Segment.CATEGORY,
    Segment.TIER,
    Segment.PRIORITY,
    Segment.CHANNEL,
    Segment.SERVICE,
)

NUMBERED: Final = frozenset(Segment) - {
    Segment.TIER,
    Segment.CHANNEL,
    Segment.COMPLEXITY,
    Segment.TYPE,
}
"""Segments whose values are numbers: levels, priorities and keys of rows; 0 is none."""


NONE: Final = "0"
"""What a filter says for "none of them", of words and numbers alike: an address drops what is
empty."""


BETWEEN: Final = ","
"""Stands between two segments that are crossed, and between their values; no value holds it."""


def read_by(*texts: str) -> str:
    """A segment to break down by, or two that are crossed ("category,agent" or each for itself).
    Raises InvalidInput where one is none, is named twice, or is one too many."""
    names = [name.strip() for text in texts for name in text.split(BETWEEN)]
    known = ", ".join(Segment.values)
    for name in names:
        if name not in Segment.values:
            words = f"“{name}” is no segment; choose from {known}."
            raise InvalidInput(words, fields={"by": words})
    if not names or len(names) > 2 or len({*names}) < len(names):
        words = f"Choose one segment, or two to cross, from {known}."
        raise InvalidInput(words, fields={"by": words})
    return BETWEEN.join(names)


def crossed(by: str) -> tuple[str, ...]:
    """The segments of what is broken down by: none for "", one, or the two that are crossed."""
    return tuple(by.split(BETWEEN)) if by else ()


def joined(values: Iterable[object]) -> str:
    """The value of a group, from the values of its segments in their order."""
    return BETWEEN.join(map(str, values))


def is_readable(segment: str, text: str) -> bool:
    """Whether a filter's text can be a value of the segment; "" says nothing."""
    return Segment(segment) not in NUMBERED or (text.isdecimal() and len(text) < 19)


def read_value(segment: str, text: str) -> str | int:
    """A filter's text as the database keeps it; "0" and "" are none."""
    if Segment(segment) in NUMBERED:
        return int(text or 0)
    return "" if text == NONE else text
