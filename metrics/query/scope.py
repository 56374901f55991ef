"""What is asked about: the period, the segments it is narrowed to, and as of when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from metrics.segments import Segment, is_readable
from tickets.errors import InvalidInput

# Beyond them a day has no beginning or no end that a clock can tell.
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(9990, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A period, both days included, in the reporting zone, and filters: segment → values, any of
    which will do; "" or "0" is "none". `as_of` decides which follow-up windows are still open.

    Raises InvalidInput where it ends before it starts or is out of reach, or a filter is unknown or
    unreadable.
    """

    start: date
    end: date
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidInput("The period ends before it starts.", fields={"end": "Too early."})
        if self.start < EARLIEST or self.end > LATEST:
            words = f"Choose days from {EARLIEST:%Y} to {LATEST:%Y}."
            raise InvalidInput(words, fields={"start": "Out of reach."})
        for name, values in self.filters.items():
            if name not in Segment.values:
                known = ", ".join(Segment.values)
                raise InvalidInput(f"“{name}” is no segment; choose from {known}.")
            if not all(is_readable(name, value) for value in values if value):
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
