"""Workload: how long tickets were in progress within each day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from metrics.models import Stay
from metrics.query.counting import Question, narrowed
from metrics.query.held import FEW, Stretch, stretches
from metrics.query.scope import Scope
from metrics.query.tally import Tallies
from metrics.registry import Figure, HeldOf
from metrics.segments import crossed, joined
from metrics.terms import Terms
from metrics.zone import day_of, end_of, reporting_zone, start_of, stretches_of

Measures = Mapping[str, HeldOf]
_LENGTHS: Final[Mapping[bool, str]] = {False: "seconds", True: "business_seconds"}


def add_work(found: Tallies, figure: Figure, asked: Question) -> None:
    """Add up how long work lasted: the database what lies within one day, whose length is stored;
    the rest is cut at midnights here."""
    measures = {v: m for v, m in figure.measures.items() if isinstance(m, HeldOf)}
    _add_whole(found, figure, measures, asked)
    _add_cut(found, figure, measures, asked)


def _worked(figure: Figure, measures: Measures, asked: Question) -> QuerySet[Stay]:
    statuses = {status for measure in measures.values() for status in measure.statuses}
    touching = _touching(asked.scope, asked.grouping.days)
    passing = narrowed(figure.source, asked.scope.filters)
    return touching.filter(passing, status__in=sorted(statuses))


def _touching(scope: Scope, days: Collection[date] | None = None) -> QuerySet[Stay]:
    """Stays that last into the scope's period, or some days of it."""
    asked_for = stretches_of(days or ())
    if not 0 < len(asked_for) <= FEW:
        asked_for = [(scope.start, scope.end)]
    found = Q(pk__in=())
    for first, last in asked_for:
        lasts = Q(ended_at__gt=start_of(first)) | Q(ended_at__isnull=True)
        found |= Q(started_at__lt=min(end_of(last), scope.as_of)) & lasts
    return Stay.objects.order_by().filter(found)


def _local_day(name: str) -> TruncDate:
    return TruncDate(name, tzinfo=reporting_zone())


def _add_whole(found: Tallies, figure: Figure, measures: Measures, asked: Question) -> None:
    """Add stays that began and ended on one day of the scope."""
    grouping, scope = asked.grouping, asked.scope
    cuts = grouping.all_cuts
    paths = [figure.source.segments[segment] for cut in cuts for segment in crossed(cut)]
    sums = {f"sum_{i}": Sum(_LENGTHS[one.is_business]) for i, one in enumerate(measures.values())}
    whole = _worked(figure, measures, asked).filter(
        started_at__gte=start_of(scope.start),
        ended_at__gt=F("started_at"),
        ended_at__lte=scope.as_of,
    )
    whole = whole.annotate(began_on=_local_day("started_at")).alias(ended_on=_local_day("ended_at"))
    grouped = whole.filter(began_on=F("ended_on")).values_list("began_on", *paths)
    for day, *row in grouped.annotate(n=Count("pk"), **sums):
        if grouping.days is not None and day not in grouping.days:
            continue
        values, (n, *lengths) = iter(row[: len(paths)]), row[len(paths) :]
        for cut in cuts:
            segment = joined(next(values) for _ in crossed(cut))
            named = found[grouping.group(day if grouping.by_day else None, cut, segment)]
            for variant, seconds in zip(measures, lengths, strict=True):
                named[figure.key, variant].count += n
                named[figure.key, variant].total += seconds or 0.0


def _add_cut(found: Tallies, figure: Figure, measures: Measures, asked: Question) -> None:
    """Add stays that reach over a midnight or an edge of the scope, or are not over."""
    grouping, scope = asked.grouping, asked.scope
    over_midnight = ~Q(began_on=F("ended_on")) | Q(started_at__lt=start_of(scope.start))
    running = Q(ended_at__isnull=True) | Q(ended_at__gt=scope.as_of)
    cut_stays = _worked(figure, measures, asked).alias(
        began_on=_local_day("started_at"), ended_on=_local_day("ended_at")
    )
    cut_stays = cut_stays.filter(over_midnight | running)
    for stretch in stretches(figure.source, cut_stays, by=grouping.all_cuts):
        for day, start, end in pieces(stretch, scope):
            if grouping.days is not None and day not in grouping.days:
                continue
            lengths = {
                (figure.key, variant): _length(measure, stretch, asked.terms, (start, end))
                for variant, measure in measures.items()
            }
            for cut, segment in zip(grouping.all_cuts, stretch.segments, strict=True):
                named = found[grouping.group(day if grouping.by_day else None, cut, segment)]
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
    return _touching(scope).filter(passing, status__in=sorted(measure.statuses))
