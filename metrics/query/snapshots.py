"""Reading snapshots: which questions they can answer, on which days, and their tallies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Min, Q

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
    """The days that snapshots may answer for: of levels, and of everything else."""

    taken: frozenset[date]
    clean: frozenset[date]


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


def read(figures: Iterable[Figure], asked: Question, kept: Kept, dimension: str) -> Tallies:
    """Add up the snapshots of the figures. One query."""
    listed = list(figures)
    scope, grouping = asked.scope, asked.grouping
    levels = [figure.key for figure in listed if figure.kind == Kind.LEVEL]
    others = [figure.key for figure in listed if figure.kind != Kind.LEVEL]
    last = scope.end if grouping.by_day else level_day(scope)
    level_days = (scope.start if grouping.by_day else last, last)
    wanted = Q(figure__in=others, day__range=(scope.start, scope.end)) | Q(
        figure__in=levels, day__range=level_days
    )
    rows = Snapshot.objects.filter(wanted, dimension=dimension).order_by()
    if dimension in scope.filters:
        texts = [str(read_value(dimension, text)) for text in scope.filters[dimension]]
        rows = rows.filter(segment__in=texts)
    found = new_tallies()
    fields = ("figure", "variant", "day", "segment")
    for key, variant, day, segment, *counts in rows.values_list(*fields, *TALLY_COLUMNS):
        if day not in (kept.taken if key in levels else kept.clean):
            continue
        group = Group(day if grouping.by_day else None, segment if grouping.by else None)
        found[group][key, variant].add(tally_of_row(counts))
    return found
