"""Reading snapshots: which questions they can answer, on which days, and their tallies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Min, QuerySet, Sum

from metrics.histogram import from_json
from metrics.models import DayState, DirtyDay, Snapshot, TicketFacts
from metrics.policy import Policy
from metrics.query.counting import Question
from metrics.query.held import level_day
from metrics.query.scope import Scope
from metrics.query.tally import Group, Tallies, Tally, new_tallies
from metrics.registry import Figure, Kind
from metrics.segments import SNAPSHOT_SEGMENTS, read_value
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
    """The days that snapshots may answer for: of levels, and of everything else; and all that were
    ever filled."""

    taken: frozenset[date]
    clean: frozenset[date]
    filled: frozenset[date]


def dimension_of(scope: Scope, by: str | None) -> str | None:
    """The dimension whose snapshots hold the answer, "" for everything; None where none does."""
    used = {*scope.filters, *([by] if by else [])}
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
    taken, clean, filled = set(), set(), set()
    for day, computed_at, next_change_at, backlog_taken_at in states:
        filled.add(day)
        if backlog_taken_at and day < today:
            taken.add(day)
        is_current = computed_at <= scope.as_of and (
            next_change_at is None or next_change_at > scope.as_of
        )
        if is_current and day < today and day not in dirty:
            clean.add(day)
    before = _days_before_all(scope)
    return Kept(frozenset(taken | before), frozenset(clean | before), frozenset(filled))


def _days_before_all(scope: Scope) -> set[date]:
    first = TicketFacts.objects.aggregate(first=Min("received_on"))["first"]
    if first is None or first <= scope.start:
        return set()
    return set(days_between(scope.start, min(scope.end, first - timedelta(days=1))))


def days_of(figure: Figure, scope: Scope, kept: Kept, *, is_daily: bool) -> tuple[set[date], bool]:
    """The days of the scope that facts must answer for, and whether snapshots help at all."""
    days = kept.taken if figure.kind == Kind.LEVEL else kept.clean
    if figure.kind == Kind.LEVEL and not is_daily:
        wanted = {level_day(scope)}
    else:
        wanted = set(days_between(scope.start, scope.end))
    return wanted - days, bool(wanted & days)


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


def read(figures: Collection[Figure], asked: Question, kept: Kept, dimension: str) -> Tallies:
    """Add up the snapshots of figures, which are all levels or none. Two queries: the database adds
    what are plain numbers, histograms are added here."""
    spread = {figure.key for figure in figures if figure.kind in (Kind.DISTRIBUTION, Kind.LEVEL)}
    plain = {figure.key for figure in figures} - spread
    is_level = any(figure.kind == Kind.LEVEL for figure in figures)
    rows = _rows(asked, kept.taken if is_level else kept.clean, kept, dimension, is_level=is_level)
    found = new_tallies()
    grouping = asked.grouping
    summed = set() if grouping.by_day else plain
    names = ("figure", "variant", "segment")
    if summed:
        sums = {f"sum_{name}": Sum(name) for name in TALLY_COLUMNS[:-1]}
        for key, variant, segment, *counts in (
            rows.filter(figure__in=summed).values_list(*names).annotate(**sums)
        ):
            group = Group(None, segment if grouping.by else None)
            found[group][key, variant].add(tally_of_row([*counts, {}]))
    each = rows.filter(figure__in=spread | plain - summed)
    for key, variant, segment, day, *counts in each.values_list(*names, "day", *TALLY_COLUMNS):
        group = Group(day if grouping.by_day else None, segment if grouping.by else None)
        found[group][key, variant].add(tally_of_row(counts))
    return found


def _rows(
    asked: Question, days: frozenset[date], kept: Kept, dimension: str, *, is_level: bool
) -> QuerySet[Snapshot]:
    """The snapshots of the scope on the days that may answer."""
    scope = asked.scope
    first, last = scope.start, scope.end
    if is_level and not asked.grouping.by_day:
        first = last = level_day(scope)
    rows = Snapshot.objects.filter(day__range=(first, last), dimension=dimension).order_by()
    stale = kept.filled - days
    if stale:
        rows = rows.exclude(day__in=sorted(stale))
    if dimension in scope.filters:
        texts = [str(read_value(dimension, text)) for text in scope.filters[dimension]]
        rows = rows.filter(segment__in=texts)
    return rows
