"""What figures can be narrowed to and broken down by."""

from __future__ import annotations

from typing import Final

from django.db import models


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


def read_value(segment: str, text: str) -> str | int:
    """A filter's text as the database keeps it."""
    return int(text or 0) if Segment(segment) in NUMBERED else text
