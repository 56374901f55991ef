"""What the ledger says of outages: rows of one ticket, folded into what is known of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from tickets.choices import OutageEventKind, OutageImpact

Interval = tuple[datetime, datetime]


class Told(Protocol):
    """A row of the ledger about an outage (see tickets/models/ledger.py)."""

    pk: int
    kind: str
    opened_id: int | None
    service_id: int
    impact: str
    occurred_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class OutageSpan:
    """What is known of one outage; `key` is the row that it began with. `ended_at` None: the
    service is not restored. `words` are what customers were told last, at `told_at`."""

    key: int
    service_key: int
    impact: str
    began_at: datetime
    ended_at: datetime | None = None
    is_void: bool = False
    words: str = ""
    told_at: datetime | None = None

    @property
    def is_down(self) -> bool:
        """Whether the service counts as not available."""
        return self.impact == OutageImpact.DOWN and not self.is_void


def fold(rows: Iterable[Told]) -> tuple[OutageSpan, ...]:
    """Return the outages of one ticket, in the order in which they were declared. `rows` come in
    order of `seq`; of two that say the same the later holds, whenever either happened."""
    found: dict[int, OutageSpan] = {}
    for row in rows:
        if row.opened_id is None:
            begun = OutageSpan(row.pk, row.service_id, row.impact, row.occurred_at)
            found[row.pk] = _told(begun, row)
        elif row.opened_id in found:
            found[row.opened_id] = _after(found[row.opened_id], row)
    return tuple(found.values())


def _after(span: OutageSpan, row: Told) -> OutageSpan:
    match row.kind:
        case OutageEventKind.ENDED:
            span = replace(span, ended_at=row.occurred_at)
        case OutageEventKind.RESUMED:
            span = replace(span, ended_at=None)
        case OutageEventKind.BEGIN_CORRECTED:
            span = replace(span, began_at=row.occurred_at)
        case OutageEventKind.VOIDED:
            span = replace(span, is_void=True)
        case _:
            pass
    return _told(span, row)


def _told(span: OutageSpan, row: Told) -> OutageSpan:
    return replace(span, words=row.words, told_at=row.occurred_at) if row.words else span


def union(intervals: Iterable[Interval]) -> Sequence[Interval]:
    """The time that lies in any of some half-open intervals: ascending, apart from each other.
    Empty ones, and those that end before they begin, are no time."""
    found: list[Interval] = []
    for start, end in sorted(each for each in intervals if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
