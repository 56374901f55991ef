"""How tickets were sorted earlier, told back from the changes of their properties.

A taken backlog keeps the category, priority and the rest that its tickets had then. The tier of an
organization has no history: told back is only that a ticket had no organization yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from metrics.definitions.sources import RECEIVED
from metrics.segments import Segment, read_value
from tickets.models import PropertyChange

TOLD_BACK: Final[Mapping[str, Segment]] = {
    "category": Segment.CATEGORY,
    "product": Segment.PRODUCT,
    "priority": Segment.PRIORITY,
    "type": Segment.TYPE,
    "complexity": Segment.COMPLEXITY,
    "organization": Segment.ORGANIZATION,
}
"""Properties that change and that figures are cut by: field of the ledger → segment."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """A property changed: when we learned of it, which segment's, and what it was before."""

    recorded_at: datetime
    segment: Segment
    before: str | int

    @property
    def column(self) -> str:
        """The column of facts."""
        return RECEIVED.segments[self.segment]


def sorted_since(
    moment: datetime, which: Q, *, segments: Collection[str] = tuple(TOLD_BACK.values())
) -> Mapping[int, list[Sorting]]:
    """The changes that were recorded after a moment, by ticket, oldest first. One query; none where
    no segment is told back. `which` narrows the rows of the ledger."""
    wanted = {*segments, Segment.ORGANIZATION} if Segment.TIER in segments else {*segments}
    fields = [field for field, segment in TOLD_BACK.items() if segment in wanted]
    found: dict[int, list[Sorting]] = defaultdict(list)
    if fields:
        rows = PropertyChange.objects.filter(which, field__in=fields, recorded_at__gt=moment)
        columns = ("ticket_id", "recorded_at", "field", "old_key")
        for key, at, field, old in rows.order_by("ticket_id", "seq").values_list(*columns):
            segment = TOLD_BACK[field]
            found[key].append(Sorting(at, segment, read_value(segment, old)))
    return found


def sorted_at(moment: datetime, changes: Iterable[Sorting]) -> dict[str, Any]:
    """What columns of facts said at a moment, where the changes since say something else."""
    former: dict[str, Any] = {}
    for change in changes:
        if change.recorded_at > moment:
            former.setdefault(change.column, change.before)
    if former.get("organization_key") == 0:
        former["tier"] = ""  # of no organization until its sender was confirmed
    return former
