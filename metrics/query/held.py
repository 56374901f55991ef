"""Stays, as both levels and workload read them: who held a ticket, in which status, from when to
when. What is counted of them stands in levels.py and work.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from metrics.models import Stay
from metrics.query.scope import Scope
from metrics.registry import Figure, HeldOf, Source
from metrics.segments import crossed, joined
from metrics.zone import day_of, end_of, start_of

FEW: Final = 32
"""So many instants, or stretches of days, are asked for one by one; more as all between."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stay, as it counts: `segments` are its values of the segments that were asked for."""

    ticket: int
    started_at: datetime
    ended_at: datetime | None
    status: str
    received_at: datetime
    calendar_key: int
    segments: tuple[str, ...]


def instant_of(day: date, as_of: datetime) -> datetime | None:
    """When the level of a day is read: at its end, or `as_of` while it lasts; None before it."""
    if start_of(day) > as_of:
        return None
    return min(end_of(day), as_of)


def level_day(scope: Scope) -> date:
    """The day whose level answers for the scope: its last, or today where that is yet to come."""
    return max(scope.start, min(scope.end, day_of(scope.as_of)))


def stretches(source: Source, held: QuerySet[Stay], *, by: Iterable[str] = ()) -> Iterator[Stretch]:
    """Read stays; `by` are the segments (or two that are crossed) that each is to tell, "" for
    none."""
    cuts = list(by)
    paths = [source.segments[segment] for cut in cuts for segment in crossed(cut)]
    fields = ("ticket_id", "started_at", "ended_at", "status")
    of_ticket = (f"{source.facts}received_at", f"{source.facts}calendar_key")
    for row in held.values_list(*fields, *of_ticket, *paths).iterator(chunk_size=5_000):
        ticket, started_at, ended_at, status, received_at, calendar_key, *values = row
        told = iter(values)
        yield Stretch(
            ticket=ticket,
            started_at=started_at,
            ended_at=ended_at,
            status=status,
            received_at=received_at,
            calendar_key=calendar_key,
            segments=tuple(joined(next(told) for _ in crossed(cut)) for cut in cuts),
        )


def variants_of(figure: Figure, status: str) -> Iterator[str]:
    """The variants of a figure that count stays in a status."""
    for variant, measure in figure.measures.items():
        if isinstance(measure, HeldOf) and status in measure.statuses:
            yield variant
