"""What is asked about: the period, the segments it is narrowed to, and as of when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from django.db import models
from django.utils import timezone

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


# Dimensions that snapshots are kept by, beside everything together.
SNAPSHOT_SEGMENTS: Final = (
    Segment.LEVEL,
    Segment.TEAM,
    Segment.AGENT,
    Segment.CATEGORY,
    Segment.TIER,
    Segment.PRIORITY,
    Segment.CHANNEL,
)

NUMBERED: Final = frozenset(Segment) - {
    Segment.TIER,
    Segment.CHANNEL,
    Segment.COMPLEXITY,
    Segment.TYPE,
}
"""Segments whose values are numbers: levels, priorities and keys of rows; 0 is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A period, both days included, in the reporting zone, and filters: segment → values, any of
    which will do; "" or "0" is "none". `as_of` decides which follow-up windows are still open.

    Raises InvalidInput where it ends before it starts, or a filter is unknown or unreadable.
    """

    start: date
    end: date
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidInput("The period ends before it starts.", fields={"end": "Too early."})
        for name, values in self.filters.items():
            if name not in Segment.values:
                known = ", ".join(Segment.values)
                raise InvalidInput(f"“{name}” is no segment; choose from {known}.")
            if Segment(name) in NUMBERED and not all(
                value.isdecimal() for value in values if value
            ):
                raise InvalidInput(f"Values of the segment “{name}” are numbers.")

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days + 1

    def between(self, start: date, end: date) -> Scope:
        """The same question about another period."""
        return replace(self, start=start, end=end)

    def narrowed(self, segment: str, value: str) -> Scope:
        """The same question about one value of a segment."""
        return replace(self, filters={**self.filters, segment: (value,)})


def read_value(segment: str, text: str) -> str | int:
    """A filter's text as the database keeps it."""
    return int(text or 0) if Segment(segment) in NUMBERED else text
