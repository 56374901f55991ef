"""Reading snapshots: which questions they can answer, on which days, and their tallies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Min, Q, QuerySet, Sum

from metrics.histogram import from_json
from metrics.models import DayState, DirtyDay, Snapshot, TicketFacts
from metrics.policy import Policy
from metrics.query.counting import Question, on_days
from metrics.query.held import level_day
from metrics.query.scope import Scope
from metrics.query.tally import Group, Tallies, Tally, new_tallies
from metrics.registry import Figure, Kind
from metrics.segments import SNAPSHOT_SEGMENTS, crossed, read_value
from metrics.zone import day_of, days_between

TALLY_COLUMNS: Final = (
    "count",
    "numerator",
    "denominator",
    "undecided",
    "unmeasured",
    "total",
    "histogram",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The days that snapshots may answer for: of levels, and of everything else."""

    taken: frozenset[date]
    clean: frozenset[date]

    def of(self, figure: Figure) -> frozenset[date]:
        """The days that may answer for a figure."""
        return self.taken if figure.kind == Kind.LEVEL else self.clean


def dimension_of(scope: Scope, by: str | None) -> str | None:
    """The dimension whose snapshots hold the answer, "" for everything; None where none does."""
    used = {*scope.filters, *crossed(by or "")}
    if not used:
        return ""
    return next(iter(used)) if len(used) == 1 and used <= set(SNAPSHOT_SEGMENTS) else None


def is_default(figure: Figure, policy: Policy) -> bool:
    """Whether the policy changes nothing about the figure."""
    return not set(policy.changes()) & set(figure.policies)


def kept_days(scope: Scope) -> Kept:
    """Look up which days of the scope are filled, up to date, and past. Three queries.

    A day that facts have changed since, or on which a window has ended, is not clean; the running
    day never is. A backlog once taken stays as it is.
    """
    states = DayState.objects.filter(day__range=(scope.start, scope.end)).values_list(
        "day", "computed_at", "next_change_at", "backlog_taken_at"
    )
    dirty = set(
        DirtyDay.objects.filter(day__range=(scope.start, scope.end))
        .order_by()
        .values_list("day", flat=True)
        .distinct()
    )
    today = day_of(scope.as_of)
    taken, clean = set(), set()
    for day, computed_at, next_change_at, backlog_taken_at in states:
        if backlog_taken_at and day < today:
            taken.add(day)
        is_current = computed_at <= scope.as_of and (
            next_change_at is None or next_change_at > scope.as_of
        )
        if is_current and day < today and day not in dirty:
            clean.add(day)
    before = _days_before_all(scope)
    return Kept(frozenset(taken | before), frozenset(clean | before))


def _days_before_all(scope: Scope) -> set[date]:
    first = TicketFacts.objects.aggregate(first=Min("received_on"))["first"]
    if first is None or first <= scope.start:
        return set()
    return set(days_between(scope.start, min(scope.end, first - timedelta(days=1))))


def wanted_days(figure: Figure, asked: Question) -> frozenset[date]:
    """The days that a figure is asked for."""
    scope, grouping = asked.scope, asked.grouping
    if grouping.days is not None:
        return frozenset(grouping.days)
    if figure.kind == Kind.LEVEL and not grouping.by_day:
        return frozenset({level_day(scope)})
    return frozenset(days_between(scope.start, scope.end))


def tally_of_row(counts: Sequence[Any]) -> Tally:
    """A stored snapshot's tally, from its columns in the order of `TALLY_COLUMNS`."""
    count, numerator, denominator, undecided, unmeasured, total, stored = counts
    return Tally(
        count=count,
        numerator=numerator,
        denominator=denominator,
        undecided=undecided,
        unmeasured=unmeasured,
        total=total,
        histogram=from_json(stored),
    )


def read(
    figures: Collection[Figure], asked: Question, days: Collection[date], dimension: str
) -> Tallies:
    """Add up the snapshots of some days. Two queries, or one by day: the database adds what are
    plain numbers, histograms are added here."""
    spread = [figure for figure in figures if figure.kind in (Kind.DISTRIBUTION, Kind.LEVEL)]
    summed = [] if asked.grouping.by_day else [one for one in figures if one not in spread]
    each = spread if summed else list(figures)
    rows = _rows(asked, days, dimension)
    found = new_tallies()
    grouping = asked.grouping
    names = ("figure", "variant", "segment")
    if summed:
        sums = {f"sum_{name}": Sum(name) for name in TALLY_COLUMNS[:-1]}
        for key, variant, segment, *counts in (
            rows.filter(_of(summed)).values_list(*names).annotate(**sums)
        ):
            group = Group(None, segment if grouping.by else None)
            found[group][key, variant].add(tally_of_row([*counts, {}]))
    if each:
        columns = (*names, "day", *TALLY_COLUMNS)
        for key, variant, segment, day, *counts in rows.filter(_of(each)).values_list(*columns):
            group = Group(day if grouping.by_day else None, segment if grouping.by else None)
            found[group][key, variant].add(tally_of_row(counts))
    return found


def _of(figures: Collection[Figure]) -> Q:
    """The rows of the variants that are asked for."""
    found = Q(pk__in=())
    for figure in figures:
        found |= Q(figure=figure.key, variant__in=list(figure.measures))
    return found


def _rows(asked: Question, days: Collection[date], dimension: str) -> QuerySet[Snapshot]:
    """The snapshots of some days that the scope's filter lets through."""
    filters = asked.scope.filters
    rows = Snapshot.objects.order_by().filter(on_days("day", days), dimension=dimension)
    if dimension in filters:
        texts = [str(read_value(dimension, text)) for text in filters[dimension]]
        return rows.filter(segment__in=texts)
    return rows if dimension else rows.filter(segment="")
