"""Counting facts: the tallies of figures over rows that count on a day, straight from their
declarations. Figures that share a source are counted in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from metrics.query.scope import Scope
from metrics.query.tally import Group, Tallies, Tally, new_tallies
from metrics.registry import (
    CountOf,
    Figure,
    Kind,
    Predicate,
    RateOf,
    Source,
    ValueOf,
    WaitingOf,
    nothing,
)
from metrics.segments import read_value
from metrics.terms import Terms

MANY_DAYS = 300
"""More days than this are asked for as a range, and the rest dropped."""


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
        """The segments to count by; "" is everything together."""
        return self.cuts or (self.by or "",)

    def group(self, day: date | None, cut: str, value: object) -> Group:
        """The group of a row, by one of the cuts."""
        return Group(day, str(value) if cut else None, cut if self.cuts else "")

    @property
    def is_range(self) -> bool:
        """Whether the days are too many to list, so that those not wanted are dropped later."""
        return self.days is not None and len(self.days) > MANY_DAYS

    def drops(self, group: Group) -> bool:
        """Whether a group was counted only because its day lies between wanted ones."""
        return self.days is not None and group.day is not None and group.day not in self.days


@dataclass(frozen=True, slots=True)
class Question:
    """Everything about a question but its figures."""

    scope: Scope
    terms: Terms
    grouping: Grouping = Grouping()


def rows(source: Source, scope: Scope, days: Collection[date] | None = None) -> QuerySet[Any]:
    """The rows of a source that count in the scope's period (or on `days` of it) and pass its
    filters."""
    found = source.model._default_manager.order_by()
    if days is not None and len(days) <= MANY_DAYS:
        found = found.filter(**{f"{source.day}__in": sorted(days)})
    else:
        found = found.filter(**{f"{source.day}__range": (scope.start, scope.end)})
    return found.filter(narrowed(source, scope.filters))


def narrowed(source: Source, filters: Mapping[str, tuple[str, ...]]) -> Q:
    """The filters of a scope as a condition on the rows of a source."""
    found = Q()
    for segment, texts in filters.items():
        values = [read_value(segment, text) for text in texts]
        found &= Q(**{f"{source.segments[segment]}__in": values})
    return found


def count(figures: Iterable[Figure], asked: Question) -> Tallies:
    """Count figures whose rows have a day of their own (all but levels and workload).

    One query for the rates, counts and sums of each source, and one that fetches the values of its
    distributions. Groups in which nothing counted are absent.
    """
    found = new_tallies()
    listed = list(figures)
    for cut in asked.grouping.all_cuts:
        for source, sharing in _by_source(listed, asked.scope, (cut,)):
            _add_counts(found, source, sharing, asked, cut=cut)
    spread = [figure for figure in listed if figure.kind == Kind.DISTRIBUTION]
    for source, sharing in _by_source(spread, asked.scope, asked.grouping.all_cuts):
        _add_values(found, source, sharing, asked)
    return found


def _by_source(
    figures: Iterable[Figure], scope: Scope, cuts: Iterable[str]
) -> Iterable[tuple[Source, list[Figure]]]:
    """Put figures together that one query can serve: same rows, and same path for each segment."""
    found: dict[object, tuple[Source, list[Figure]]] = {}
    used = sorted({*scope.filters, *cuts} - {""})
    for figure in figures:
        source = figure.source
        paths = tuple(source.segments[segment] for segment in used)
        found.setdefault((source.model, source.day, paths), (source, []))[1].append(figure)
    return found.values()


def _add_counts(
    found: Tallies, source: Source, figures: list[Figure], asked: Question, *, cut: str
) -> None:
    columns: dict[str, Combinable] = {}
    places: dict[str, tuple[tuple[str, str], str]] = {}
    for figure in figures:
        for variant, measure in figure.measures.items():
            for part, column in _columns(figure, measure, asked.terms).items():
                alias = f"c{len(columns)}"
                columns[alias] = column
                places[alias] = ((figure.key, variant), part)
    if not columns:
        return
    grouping = asked.grouping
    counted_rows = rows(source, asked.scope, grouping.days)
    for row in _grouped(counted_rows, _keys(source, grouping, (cut,)), columns):
        group = grouping.group(row.get("day"), cut, row.get(cut))
        if grouping.drops(group):
            continue
        for alias, (name, part) in places.items():
            if row[alias]:
                tally = found[group][name]
                amount = float(row[alias]) if part == "total" else row[alias]
                setattr(tally, part, getattr(tally, part) + amount)


def _columns(figure: Figure, measure: object, terms: Terms) -> dict[str, Combinable]:
    """The aggregates that make up a measure, by the tally's part that each fills."""
    match measure:
        case RateOf():
            parts = {
                "numerator": measure.numerator,
                "denominator": measure.denominator,
                "undecided": measure.undecided,
                "unmeasured": measure.unmeasured,
            }
            found: dict[str, Combinable] = {
                part: counted(q, terms) for part, q in parts.items() if q is not nothing
            }
            if measure.events:
                found["count"] = Sum(measure.events, filter=measure.denominator(terms))
            return found
        case CountOf():
            return {"count": counted(measure.rows, terms)}
        case ValueOf() if figure.kind == Kind.TOTAL:
            condition = measure.rows(terms)
            return {
                "count": counted(measure.rows, terms),
                "total": Sum(measure.value(terms), filter=condition),
            }
        case _:
            return {}


def counted(predicate: Predicate, terms: Terms) -> Count:
    """How many rows a predicate holds for."""
    condition = predicate(terms)
    return Count("pk", filter=condition) if condition else Count("pk")


def _grouped(
    found: QuerySet[Any], keys: dict[str, F], columns: dict[str, Combinable]
) -> Iterable[dict[str, Any]]:
    if not keys:
        return [found.aggregate(**columns)]
    aliases = {f"group_{name}": path for name, path in keys.items()}
    rows = found.values(**aliases).annotate(**columns).order_by()
    return ({name.removeprefix("group_"): value for name, value in row.items()} for row in rows)


def _keys(source: Source, grouping: Grouping, cuts: Iterable[str]) -> dict[str, F]:
    """What a row is grouped by: its day, where days are told apart, and its segments."""
    keys = {}
    if grouping.by_day or grouping.is_range:
        keys["day"] = F(source.day)
    return {**keys, **{cut: F(source.segments[cut]) for cut in cuts if cut}}


def _add_values(found: Tallies, source: Source, figures: list[Figure], asked: Question) -> None:
    """Fetch every duration; a row is read once for all distributions of the source."""
    measures = {
        (figure.key, variant): measure
        for figure in figures
        for variant, measure in figure.measures.items()
        if isinstance(measure, ValueOf)
    }
    condition = reduce(or_, (measure.rows(asked.terms) for measure in measures.values()))
    columns = [measure.value(asked.terms) for measure in measures.values()]
    grouping = asked.grouping
    keys = _keys(source, grouping, grouping.all_cuts)
    fetched = rows(source, asked.scope, grouping.days).filter(condition)
    by_place: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in fetched.values_list(*keys.values(), *columns).iterator(chunk_size=5_000):
        by_place[row[: len(keys)]].append(row[len(keys) :])
    for place, listed in by_place.items():
        at = dict(zip(keys, place, strict=True))
        groups = [grouping.group(at.get("day"), cut, at.get(cut)) for cut in grouping.all_cuts]
        if grouping.drops(groups[0]):
            continue
        for name, column in zip(measures, zip(*listed, strict=True), strict=True):
            part = _tally_of(column, is_rough=bool(grouping.cuts))
            for group in groups:
                found[group][name].add(part)


def _tally_of(column: tuple[float | None, ...], *, is_rough: bool) -> Tally:
    values = [float(one) for one in column if one is not None]
    tally = Tally(count=len(values), total=sum(values), values=values)
    if is_rough:
        tally.fold()
    return tally


def waiting_rows(figure: Figure, waiting: WaitingOf, scope: Scope, terms: Terms) -> QuerySet[Any]:
    """The rows of a distribution that have no value yet."""
    return rows(figure.source, scope).filter(waiting.rows(terms))
