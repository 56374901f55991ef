"""Levels: who was open at the end of a day, in a taken backlog as it was known then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from metrics.histogram import bucket_of
from metrics.models import Stay
from metrics.predicates import Row, compiled
from metrics.query.counting import Question, narrowed
from metrics.query.held import FEW, Stretch, instant_of, level_day, stretches, variants_of
from metrics.query.late import Late, late_of, open_at
from metrics.query.scope import Scope
from metrics.query.tally import Tallies
from metrics.registry import Figure, HeldOf, Source, get_figure
from metrics.segments import crossed, joined
from metrics.zone import day_of, days_between
from tickets.choices import OPEN_STATUSES
from tickets.models import Ticket

Moment = tuple[date, datetime]
"""A day, and the instant at which its level is read."""


def add_levels(found: Tallies, figure: Figure, asked: Question) -> None:
    """Count who was open at the end of the days asked for; without days, of the scope's last.

    On `taken` days that is told as it was known when the backlog was taken; on others, which is
    what snapshots are made of, as it is known now.
    """
    source, scope, cuts = figure.source, asked.scope, asked.grouping.all_cuts
    moments = _moments(asked)
    then = {day: late_open(source, scope, OPEN_STATUSES, day, cuts=cuts) for day in asked.taken}
    for stretch in stretches(source, _open_at_any(moments, source, scope), by=cuts):
        for day, at in moments_within(stretch, moments):
            if day not in then or stretch.ticket not in then[day][0]:
                _add(found, figure, asked, stretch, (day, at))
    for day, at in moments:
        for row in then[day][1] if day in then else ():
            _add(found, figure, asked, _as_stretch(source, row, cuts), (day, at))


def _moments(asked: Question) -> list[Moment]:
    """When levels are read, ascending: on each day asked for that has begun."""
    scope, days = asked.scope, asked.grouping.days
    if days is None and asked.grouping.by_day:
        days = list(days_between(scope.start, scope.end))
    elif days is None:
        days = [level_day(scope)]
    read = ((day, instant_of(day, scope.as_of)) for day in sorted(days))
    return [(day, at) for day, at in read if at is not None]


def _open_at_any(moments: Sequence[Moment], source: Source, scope: Scope) -> QuerySet[Stay]:
    """Stays that held an open ticket at one of the moments (or, where these are many, between the
    first and the last) and pass the scope's filters."""
    if not moments:
        return Stay.objects.none()
    instants = [at for _, at in moments]
    found = Q(started_at__lt=instants[-1], ended_at__isnull=True)
    pairs = zip(instants, instants, strict=True) if len(instants) <= FEW else [_ends(instants)]
    for first, last in pairs:
        found |= Q(started_at__lt=last, ended_at__gte=first)
    held = Stay.objects.order_by().filter(found, status__in=sorted(OPEN_STATUSES))
    return held.filter(narrowed(source, scope.filters))


def _ends(instants: Sequence[datetime]) -> tuple[datetime, datetime]:
    return instants[0], instants[-1]


def moments_within(stretch: Stretch, moments: Sequence[Moment]) -> Sequence[Moment]:
    """Those of ascending moments at which a stretch held its ticket: a change at midnight is the
    next day's."""
    first, last = bisect_right(moments, stretch.started_at, key=_instant), len(moments)
    if stretch.ended_at is not None:
        last = bisect_right(moments, stretch.ended_at, key=_instant)
    return moments[first:last]


def _instant(moment: Moment) -> datetime:
    return moment[1]


def _add(found: Tallies, figure: Figure, asked: Question, stretch: Stretch, moment: Moment) -> None:
    """Count an open ticket in each variant of its status, its age in the main one."""
    grouping, (day, at) = asked.grouping, moment
    main = get_figure(figure.key).variant("")
    variants = list(variants_of(figure, stretch.status))
    bucket = bucket_of((at - stretch.received_at).total_seconds())
    for cut, segment in zip(grouping.all_cuts, stretch.segments, strict=True):
        named = found[grouping.group(day if grouping.by_day else None, cut, segment)]
        for variant in variants:
            tally = named[figure.key, variant]
            tally.count += 1
            if variant == main:
                tally.histogram[bucket] = tally.histogram.get(bucket, 0) + 1


def _as_stretch(source: Source, row: Row, cuts: Iterable[str]) -> Stretch:
    """A ticket as it stood when the day was taken."""
    return Stretch(
        ticket=row["ticket_id"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        status=row["status"],
        received_at=row[f"{source.facts}received_at"],
        calendar_key=row[f"{source.facts}calendar_key"],
        segments=tuple(
            joined(row[source.segments[segment]] for segment in crossed(cut)) for cut in cuts
        ),
    )


def late_open(
    source: Source,
    scope: Scope,
    statuses: Collection[str],
    day: date,
    *,
    cuts: Collection[str] = (),
) -> tuple[frozenset[int], list[Row]]:
    """Tickets that stays and facts tell otherwise than the backlog that was taken on a day; and
    those of them that were counted in it and pass the scope's filters, as they stood and (by what
    is filtered or cut by) as they were sorted then."""
    is_past = day < day_of(scope.as_of)
    late = late_of(day, {*scope.filters, *cuts}) if is_past else Late()
    passes = compiled(narrowed(source, scope.filters))
    return late.tickets, [row for row in late.held if row["status"] in statuses and passes(row)]


def backlog_tickets(figure: Figure, measure: HeldOf, scope: Scope) -> QuerySet[Any, Any]:
    """Keys of the tickets that were open at the end of the scope (or now)."""
    day = level_day(scope)
    moment = instant_of(day, scope.as_of)
    if moment is None:
        return Stay.objects.none().values("ticket_id")
    held = Stay.objects.filter(open_at(moment), narrowed(figure.source, scope.filters))
    held = held.filter(status__in=sorted(measure.statuses))
    late, rows = late_open(figure.source, scope, measure.statuses, day)
    if not late:
        return held.values("ticket_id")
    counted = Q(pk__in=held.exclude(ticket_id__in=late).values("ticket_id"))
    as_known = Q(pk__in=[row["ticket_id"] for row in rows])
    return Ticket.objects.order_by().filter(counted | as_known).values("pk")
