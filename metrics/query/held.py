"""What is read off stays: who was open at the end of a day, and how long work lasted within it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet

from metrics.histogram import bucket_of
from metrics.models import Stay
from metrics.predicates import Row, compiled
from metrics.query.counting import Question, narrowed
from metrics.query.late import Late, late_of
from metrics.query.scope import Scope
from metrics.query.tally import Tallies, new_tallies
from metrics.registry import Figure, HeldOf, Kind, Source
from metrics.terms import Terms
from metrics.zone import day_of, days_between, end_of, start_of
from tickets.choices import OPEN_STATUSES
from tickets.models import Ticket


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


def open_at(moment: datetime) -> Q:
    """Stays that held a ticket just before an instant: a change at midnight is the next day's."""
    return Q(started_at__lt=moment) & (Q(ended_at__gte=moment) | Q(ended_at__isnull=True))


def count_held(figures: Iterable[Figure], asked: Question) -> Tallies:
    """Count levels and workload. Without `by_day`, a level is that of the scope's last day."""
    found = new_tallies()
    for figure in figures:
        if figure.kind == Kind.LEVEL:
            _add_levels(found, figure, asked)
        else:
            _add_work(found, figure, asked)
    return found


def stretches(
    figure: Figure, scope: Scope, *, statuses: Collection[str], by: Iterable[str] = ()
) -> Iterator[Stretch]:
    """Stays in the statuses that touch the scope's period and pass its filters, up to `as_of`;
    `by` are the segments that each is to tell, "" for none."""
    source = figure.source
    cuts = list(by)
    paths = [source.segments[cut] for cut in cuts if cut]
    fields = ("ticket_id", "started_at", "ended_at", "status")
    of_ticket = (f"{source.facts}received_at", f"{source.facts}calendar_key")
    listed = touching(scope).filter(narrowed(source, scope.filters), status__in=sorted(statuses))
    for row in listed.values_list(*fields, *of_ticket, *paths).iterator(chunk_size=5_000):
        ticket, started_at, ended_at, status, received_at, calendar_key, *values = row
        told = iter(values)
        yield Stretch(
            ticket=ticket,
            started_at=started_at,
            ended_at=ended_at,
            status=status,
            received_at=received_at,
            calendar_key=calendar_key,
            segments=tuple(str(next(told)) if cut else "" for cut in cuts),
        )


def touching(scope: Scope) -> QuerySet[Stay]:
    """Stays that last into the scope's period."""
    until = min(end_of(scope.end), scope.as_of)
    overlaps = Q(ended_at__gt=start_of(scope.start)) | Q(ended_at__isnull=True)
    return Stay.objects.order_by().filter(overlaps, started_at__lt=until)


# Levels -------------------------------------------------------------------------------------


def _add_levels(found: Tallies, figure: Figure, asked: Question) -> None:
    scope, grouping = asked.scope, asked.grouping
    is_daily = grouping.by_day or grouping.days is not None
    if not is_daily:
        scope = scope.between(level_day(scope), level_day(scope))
    main = figure.variant("")
    cuts = grouping.all_cuts
    # What snapshots are made of is what is known now; a question is answered as it was taken.
    is_asked = not is_daily and not grouping.cuts
    late, rows = late_open(figure.source, scope, OPEN_STATUSES) if is_asked else (frozenset(), [])
    listed = stretches(figure, scope, statuses=OPEN_STATUSES, by=cuts)
    told = (_as_stretch(figure.source, row, cuts) for row in rows)
    for stretch in chain((one for one in listed if one.ticket not in late), told):
        names = [(figure.key, variant) for variant in _variants_of(figure, stretch.status)]
        for day, at in days_open(stretch, scope):
            if grouping.days is not None and day not in grouping.days:
                continue
            bucket = bucket_of((at - stretch.received_at).total_seconds())
            for cut, segment in zip(cuts, stretch.segments, strict=True):
                named = found[grouping.group(day if is_daily else None, cut, segment)]
                for name in names:
                    named[name].count += 1
                ages = named[figure.key, main].histogram
                ages[bucket] = ages.get(bucket, 0) + 1


def _as_stretch(source: Source, row: Row, cuts: Iterable[str]) -> Stretch:
    """A ticket as it stood when the day was taken."""
    return Stretch(
        ticket=row["ticket_id"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        status=row["status"],
        received_at=row[f"{source.facts}received_at"],
        calendar_key=row[f"{source.facts}calendar_key"],
        segments=tuple(str(row[source.segments[cut]]) if cut else "" for cut in cuts),
    )


def _variants_of(figure: Figure, status: str) -> Iterator[str]:
    for variant, measure in figure.measures.items():
        if isinstance(measure, HeldOf) and status in measure.statuses:
            yield variant


def days_open(stretch: Stretch, scope: Scope) -> Iterator[tuple[date, datetime]]:
    """The days of the scope at whose end the stretch held the ticket, each with that instant."""
    first = max(day_of(stretch.started_at), scope.start)
    last = scope.end
    if stretch.ended_at is not None and stretch.ended_at <= scope.as_of:
        last = min(last, day_of(stretch.ended_at) - timedelta(days=1))
    last = min(last, day_of(scope.as_of))
    for day in days_between(first, last):
        yield day, min(end_of(day), scope.as_of)


def late_open(
    source: Source, scope: Scope, statuses: Collection[str]
) -> tuple[frozenset[int], list[Row]]:
    """Tickets of which stays tell otherwise than the backlog that was taken on the scope's day; and
    those of them that were counted in it and pass the filters, as they stood then."""
    day = level_day(scope)
    late = late_of(day) if day < day_of(scope.as_of) else Late()
    passes = compiled(narrowed(source, scope.filters))
    return late.tickets, [row for row in late.held if row["status"] in statuses and passes(row)]


def backlog_tickets(figure: Figure, measure: HeldOf, scope: Scope) -> QuerySet[Any, Any]:
    """Keys of the tickets that were open at the end of the scope (or now)."""
    moment = instant_of(level_day(scope), scope.as_of)
    if moment is None:
        return Stay.objects.none().values("ticket_id")
    held = Stay.objects.filter(open_at(moment), narrowed(figure.source, scope.filters))
    held = held.filter(status__in=sorted(measure.statuses))
    late, rows = late_open(figure.source, scope, measure.statuses)
    if not late:
        return held.values("ticket_id")
    counted = Q(pk__in=held.exclude(ticket_id__in=late).values("ticket_id"))
    as_known = Q(pk__in=[row["ticket_id"] for row in rows])
    return Ticket.objects.order_by().filter(counted | as_known).values("pk")


# Work ---------------------------------------------------------------------------------------


def _add_work(found: Tallies, figure: Figure, asked: Question) -> None:
    scope, grouping = asked.scope, asked.grouping
    measures = {v: m for v, m in figure.measures.items() if isinstance(m, HeldOf)}
    cuts = grouping.all_cuts
    is_daily = grouping.by_day or grouping.days is not None
    statuses = {status for measure in measures.values() for status in measure.statuses}
    for stretch in stretches(figure, scope, statuses=statuses, by=cuts):
        for day, start, end in pieces(stretch, scope):
            if grouping.days is not None and day not in grouping.days:
                continue
            lengths = {
                (figure.key, variant): _length(measure, stretch, asked.terms, (start, end))
                for variant, measure in measures.items()
            }
            for cut, segment in zip(cuts, stretch.segments, strict=True):
                named = found[grouping.group(day if is_daily else None, cut, segment)]
                for name, seconds in lengths.items():
                    named[name].count += 1
                    named[name].total += seconds


def _length(
    measure: HeldOf, stretch: Stretch, terms: Terms, piece: tuple[datetime, datetime]
) -> float:
    start, end = piece
    if not measure.is_business:
        return (end - start).total_seconds()
    calendar = terms.calendars.get(stretch.calendar_key)
    return calendar.open_seconds(start, end) if calendar else 0.0


def pieces(stretch: Stretch, scope: Scope) -> Iterator[tuple[date, datetime, datetime]]:
    """A stretch cut at midnights, within the scope: (day, from, to)."""
    until = min(stretch.ended_at or scope.as_of, scope.as_of, end_of(scope.end))
    start = max(stretch.started_at, start_of(scope.start))
    while start < until:
        day = day_of(start)
        end = min(end_of(day), until)
        yield day, start, end
        start = end


def worked_rows(figure: Figure, measure: HeldOf, scope: Scope) -> QuerySet[Stay]:
    """Stays that add to the workload of the scope."""
    passing = narrowed(figure.source, scope.filters)
    return touching(scope).filter(passing, status__in=sorted(measure.statuses))
