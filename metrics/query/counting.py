"""Counting facts: the tallies of figures over rows that count on a day, straight from their
declarations. Figures that share a source are counted in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
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
    """Whether to count each day apart, and by which segment; `days` restricts the period."""

    by_day: bool = False
    by: str | None = None
    days: Collection[date] | None = None

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
    for source, listed in _by_source(figures, asked).values():
        _add_counts(found, source, listed, asked)
        _add_values(found, source, listed, asked)
    return found


def _by_source(
    figures: Iterable[Figure], asked: Question
) -> dict[object, tuple[Source, list[Figure]]]:
    """Put figures together that one query can serve: same rows, and same path for each segment."""
    found: dict[object, tuple[Source, list[Figure]]] = {}
    by = asked.grouping.by
    for figure in figures:
        source = figure.source
        used = {*asked.scope.filters, *([by] if by else [])}
        paths = tuple(source.segments[segment] for segment in sorted(used))
        place = (source.model, source.day, paths)
        found.setdefault(place, (source, []))[1].append(figure)
    return found


def _add_counts(found: Tallies, source: Source, figures: list[Figure], asked: Question) -> None:
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
    for row in _grouped(counted_rows, source, columns, grouping):
        group = _group(row, grouping)
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
            found = {part: counted(q, terms) for part, q in parts.items() if q is not nothing}
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
    found: QuerySet[Any], source: Source, columns: dict[str, Combinable], grouping: Grouping
) -> Iterable[dict[str, Any]]:
    keys = _keys(source, grouping)
    if not keys:
        return [found.aggregate(**columns)]
    return found.values(**keys).annotate(**columns).order_by()


def _keys(source: Source, grouping: Grouping) -> dict[str, F]:
    keys = {}
    if grouping.by_day or grouping.is_range:
        keys["group_day"] = F(source.day)
    if grouping.by:
        keys["group_segment"] = F(source.segments[grouping.by])
    return keys


def _group(row: Mapping[str, Any], grouping: Grouping) -> Group:
    day = row.get("group_day")
    segment = str(row["group_segment"]) if grouping.by else None
    return Group(day, segment)


def _add_values(found: Tallies, source: Source, figures: list[Figure], asked: Question) -> None:
    """Fetch every duration; a row is read once for all distributions of the source."""
    columns: dict[str, Combinable] = {}
    names: dict[str, tuple[str, str]] = {}
    condition = Q()
    for figure in figures:
        if figure.kind != Kind.DISTRIBUTION:
            continue
        for variant, measure in figure.measures.items():
            if isinstance(measure, ValueOf):
                alias = f"v{len(columns)}"
                columns[alias] = measure.value(asked.terms)
                names[alias] = (figure.key, variant)
                condition |= measure.rows(asked.terms)
    if not columns:
        return
    grouping = asked.grouping
    keys = _keys(source, grouping)
    fetched = rows(source, asked.scope, grouping.days).filter(condition)
    by_group: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in fetched.values_list(*keys.values(), *columns.values()).iterator(chunk_size=5_000):
        by_group[row[: len(keys)]].append(row[len(keys) :])
    for place, listed in by_group.items():
        group = _group(dict(zip(keys, place, strict=True)), grouping)
        if grouping.drops(group):
            continue
        for name, column in zip(names.values(), zip(*listed, strict=True), strict=True):
            _fill(found[group][name], column)


def _fill(tally: Tally, column: tuple[float | None, ...]) -> None:
    values = [float(one) for one in column if one is not None]
    tally.values += values
    tally.count += len(values)
    tally.total += sum(values)


def waiting_rows(figure: Figure, waiting: WaitingOf, scope: Scope, terms: Terms) -> QuerySet[Any]:
    """The rows of a distribution that have no value yet."""
    return rows(figure.source, scope).filter(waiting.rows(terms))
