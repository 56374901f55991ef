"""Counting facts: the tallies of figures over rows that count on a day, straight from their
declarations. Figures that share a source are counted in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from metrics.query.cutting import Part, add_up
from metrics.query.scope import Scope
from metrics.query.tally import Group, Tallies, Tally, new_tallies
from metrics.registry import (
    CountOf,
    Figure,
    IndexOf,
    Kind,
    RateOf,
    Source,
    ValueOf,
    nothing,
)
from metrics.segments import Segment, crossed, joined, read_value
from metrics.terms import Terms
from metrics.zone import stretches_of
from tickets.errors import InvalidInput

MANY_STRETCHES = 40
"""Days with more gaps than this between them are listed, others are asked for as ranges."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Whether to count each day apart, and by which segment; `days` restricts the period.

    `cuts` counts by several segments at once ("" is everything together), and percentiles as
    histograms: what snapshots are made of.
    """

    by_day: bool = False
    by: str | None = None
    days: Collection[date] | None = None
    cuts: tuple[str, ...] = ()

    @property
    def all_cuts(self) -> tuple[str, ...]:
        """The segments (or two that are crossed) to count by; "" is everything together."""
        return self.cuts or (self.by or "",)

    def group(self, day: date | None, cut: str, value: object) -> Group:
        """The group of a row, by one of the cuts."""
        return Group(day, str(value) if cut else None, cut if self.cuts else "")


@dataclass(frozen=True, slots=True)
class Question:
    """Everything about a question but its figures. On `taken` days a level is told as it was known
    when the backlog was taken."""

    scope: Scope
    terms: Terms
    grouping: Grouping = Grouping()
    taken: frozenset[date] = frozenset()

    def cut_by(self, source: Source) -> Question:
        """With only the cuts that rows of the source have: tickets have no service, services no
        level."""
        cuts = tuple(cut for cut in self.grouping.cuts if source.tells(cut))
        return replace(self, grouping=replace(self.grouping, cuts=cuts))


def rows(source: Source, scope: Scope, days: Collection[date] | None = None) -> QuerySet[Any]:
    """The rows of a source that count in the scope's period (or on `days` of it) and pass its
    filters."""
    if days is None:
        counting = Q(**{f"{source.day}__range": (scope.start, scope.end)})
    else:
        counting = on_days(source.day, days)
    found = source.model._default_manager.order_by()
    return found.filter(counting, narrowed(source, scope.filters))


def on_days(path: str, days: Collection[date]) -> Q:
    """Whether the date at `path` is one of some days: as few ranges as they make, so that an index
    on dates serves them."""
    stretches = stretches_of(days)
    if len(stretches) > MANY_STRETCHES:
        return Q(**{f"{path}__in": sorted(days)})
    found = Q(pk__in=())
    for stretch in stretches:
        found |= Q(**{f"{path}__range": stretch})
    return found


def narrowed(source: Source, filters: Mapping[str, tuple[str, ...]]) -> Q:
    """The filters of a scope as a condition on the rows of a source."""
    found = Q()
    for segment, texts in filters.items():
        values = [read_value(segment, text) for text in texts]
        found &= Q(**{f"{source.segments[segment]}__in": values})
    return found


def is_narrowed(figure: Figure, scope: Scope) -> bool:
    """Whether the figure has every segment that the scope narrows to. Raises InvalidInput where
    tickets are asked of a service: what they count would not be 0, it would be nothing."""
    lacking = {*scope.filters} - {*figure.segments}
    if Segment.SERVICE in lacking:
        raise InvalidInput(f"“{figure.key}” is not told by service: leave the service out.")
    return not lacking


def count(figures: Iterable[Figure], asked: Question) -> Tallies:
    """Count figures whose rows have a day of their own (all but levels and workload).

    One query for the rates, counts and sums of each source, and one that fetches the values of its
    distributions. Groups in which nothing counted are absent.
    """
    found = new_tallies()
    listed = list(figures)
    for source, sharing in _by_source(listed, asked.scope, asked.grouping.all_cuts):
        _add_counts(found, source, sharing, asked.cut_by(source))
    spread = [figure for figure in listed if figure.kind == Kind.DISTRIBUTION]
    for source, sharing in _by_source(spread, asked.scope, asked.grouping.all_cuts):
        _add_values(found, source, sharing, asked.cut_by(source))
    return found


def _by_source(
    figures: Iterable[Figure], scope: Scope, cuts: Iterable[str]
) -> Iterable[tuple[Source, list[Figure]]]:
    """Put figures together that one query can serve: same rows, and same path for each segment."""
    found: dict[object, tuple[Source, list[Figure]]] = {}
    used = sorted({*scope.filters, *(segment for cut in cuts for segment in crossed(cut))})
    for figure in figures:
        source = figure.source
        paths = tuple(source.segments.get(segment) for segment in used)
        found.setdefault((source.model, source.day, paths), (source, []))[1].append(figure)
    return found.values()


def _add_counts(found: Tallies, source: Source, figures: list[Figure], asked: Question) -> None:
    places: list[tuple[tuple[str, str], str]] = []
    parts: list[Part] = []
    for figure in figures:
        for variant, measure in figure.measures.items():
            for kind, one in _parts(figure, measure, asked).items():
                places.append(((figure.key, variant), kind))
                parts.append(one)
    if not parts:
        return
    grouping = asked.grouping
    counted_rows = rows(source, asked.scope, grouping.days)
    day = source.day if grouping.by_day else ""
    cuts = {
        cut: [source.segments[segment] for segment in crossed(cut)] for cut in grouping.all_cuts
    }
    for sums in add_up(counted_rows, parts, day=day, cuts=cuts):
        group = grouping.group(sums.day, sums.cut, sums.segment)
        for (name, part), amount in zip(places, sums.amounts, strict=True):
            if amount:
                tally = found[group][name]
                added = amount if part == "total" else int(amount)
                setattr(tally, part, getattr(tally, part) + added)


def _parts(figure: Figure, measure: object, asked: Question) -> dict[str, Part]:
    """What adds up to a measure, by the tally's part that each fills. Who still waits is undecided,
    which is what a snapshot is provisional for."""
    terms = asked.terms
    match measure:
        case RateOf():
            predicates = {
                "numerator": measure.numerator,
                "denominator": measure.denominator,
                "undecided": measure.undecided,
                "unmeasured": measure.unmeasured,
            }
            found = {name: Part(q(terms)) for name, q in predicates.items() if q is not nothing}
            of_all = measure.denominator(terms)
            if measure.events:
                found["count"] = Part(of_all, F(measure.events))
            if measure.score:
                found["total"] = Part(of_all, F(measure.score))
            return found
        case IndexOf():
            return {
                "numerator": Part(measure.promoters(terms)),
                "count": Part(measure.detractors(terms)),
                "denominator": Part(measure.denominator(terms)),
                "total": Part(measure.denominator(terms), F(measure.score)),
            }
        case CountOf():
            return {"count": Part(measure.rows(terms))}
        case ValueOf() if figure.kind == Kind.TOTAL:
            condition = measure.rows(terms)
            return {
                "count": Part(condition),
                "total": Part(condition, measure.value(terms)),
            }
        case ValueOf() if measure.waiting and asked.grouping.cuts:
            return {"undecided": Part(measure.waiting.rows(terms))}
        case _:
            return {}


def _keys(source: Source, grouping: Grouping, cuts: Iterable[str]) -> dict[str, F]:
    """What a row is grouped by: its day, where days are told apart, and its segments."""
    keys = {}
    if grouping.by_day:
        keys["day"] = F(source.day)
    told = (segment for cut in cuts for segment in crossed(cut))
    return {**keys, **{segment: F(source.segments[segment]) for segment in told}}


def _group_of(grouping: Grouping, row: Mapping[str, Any], cut: str) -> Group:
    """The group of a row by one of the cuts, read by the names of its keys."""
    return grouping.group(row.get("day"), cut, joined(row[segment] for segment in crossed(cut)))


def _add_values(found: Tallies, source: Source, figures: list[Figure], asked: Question) -> None:
    """Fetch every duration; a row is read once for all distributions of the source."""
    measures = {
        (figure.key, variant): measure
        for figure in figures
        for variant, measure in figure.measures.items()
        if isinstance(measure, ValueOf)
    }
    condition = reduce(or_, (measure.rows(asked.terms) for measure in measures.values()))
    columns = [_value_where(measure, asked.terms) for measure in measures.values()]
    grouping = asked.grouping
    keys = _keys(source, grouping, grouping.all_cuts)
    fetched = rows(source, asked.scope, grouping.days).filter(condition)
    by_place: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in fetched.values_list(*keys.values(), *columns).iterator(chunk_size=5_000):
        by_place[row[: len(keys)]].append(row[len(keys) :])
    for place, listed in by_place.items():
        at = dict(zip(keys, place, strict=True))
        groups = [_group_of(grouping, at, cut) for cut in grouping.all_cuts]
        for name, column in zip(measures, zip(*listed, strict=True), strict=True):
            part = _tally_of(column, is_rough=bool(grouping.cuts))
            if part.count:  # a row that another distribution of the source counts
                for group in groups:
                    found[group][name].add(part)


def _value_where(measure: ValueOf, terms: Terms) -> Case:
    """The value of a row that the measure counts, none of another: rows are shared by all."""
    return Case(When(measure.rows(terms), then=measure.value(terms)))


def _tally_of(column: tuple[float | None, ...], *, is_rough: bool) -> Tally:
    values = [float(one) for one in column if one is not None]
    tally = Tally(count=len(values), total=sum(values), values=values)
    if is_rough:
        tally.fold()
    return tally


def waiting_rows(figure: Figure, asked: Question) -> QuerySet[Any]:
    """The rows of a distribution that have no value yet, of any of its variants."""
    found = rows(figure.source, asked.scope, asked.grouping.days)
    each = {one.rows: one.rows(asked.terms) for one in figure.waiting.values()}
    return found.filter(reduce(or_, each.values()))
