"""Figures, their series and their segments: from snapshots where these can answer, else from facts.

Both give the same: a day whose snapshot is missing or out of date is counted from facts, so that a
tile, a chart and the tickets behind them never disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from django.db.models import Count as CountRows
from django.db.models import Min

from metrics.policy import DEFAULT, Policy
from metrics.query.counting import Grouping, Question, count, waiting_rows
from metrics.query.held import count_held, instant_of, level_day
from metrics.query.labels import labels
from metrics.query.scope import Scope
from metrics.query.snapshots import Kept, days_of, dimension_of, is_default, kept_days, read
from metrics.query.tally import (
    EVERYTHING,
    Group,
    Tallies,
    figure_value,
    merge,
    new_tallies,
    regroup,
)
from metrics.query.values import FigureValue, Point, SegmentValue, Waiting
from metrics.registry import Figure, HeldOf, Kind, get_figure
from metrics.segments import Segment
from metrics.terms import Terms
from metrics.zone import days_between, end_of
from tickets.errors import InvalidInput

Bucket = Literal["day", "week", "month"]


def figures(
    keys: Iterable[str], scope: Scope, policy: Policy = DEFAULT, *, is_exact: bool = False
) -> dict[str, FigureValue]:
    """Answer several figures over one period, by key.

    `is_exact` counts percentiles from every value instead of from histograms (right to 1 %).
    Raises InvalidInput for an unknown key.
    """
    wanted = [get_figure(key) for key in keys]
    terms = Terms(policy, scope.as_of)
    found = collect(wanted, Question(scope, terms), is_exact=is_exact)
    at = instant_of(level_day(scope), scope.as_of)
    return {
        figure.key: figure_value(
            figure, found[EVERYTHING], waiting=waiting(figure, scope, terms), at=at
        )
        for figure in wanted
    }


def series(
    key: str,
    scope: Scope,
    policy: Policy = DEFAULT,
    *,
    bucket: Bucket = "day",
    variant: str = "",
    is_exact: bool = False,
) -> list[Point]:
    """Answer one variant of a figure for every day, week (from Monday) or month of the scope.

    Steps without anything counted are there, with no value. The first and last step are cut to the
    scope. Raises InvalidInput for an unknown key, variant or bucket.
    """
    figure = get_figure(key)
    variant = figure.variant(variant)
    found = many_series([key], scope, policy, bucket=bucket, is_exact=is_exact)
    return found[key][variant]


def many_series(
    keys: Iterable[str],
    scope: Scope,
    policy: Policy = DEFAULT,
    *,
    bucket: Bucket = "day",
    is_exact: bool = False,
) -> dict[str, dict[str, list[Point]]]:
    """Answer `series` for several figures at once, by key and variant."""
    wanted = [get_figure(key) for key in keys]
    starts = bucket_starts(scope, bucket)
    asked = Question(scope, Terms(policy, scope.as_of), Grouping(by_day=True))
    by_day = collect(wanted, asked, is_exact=is_exact)
    at_ends, summed = _last_days(by_day, starts), regroup(by_day, starts)
    return {
        figure.key: {
            variant: [
                _point(
                    figure,
                    variant,
                    scope,
                    at_ends if figure.kind == Kind.LEVEL else summed,
                    start=start,
                    end=end,
                )
                for start, end in _steps(starts)
            ]
            for variant in figure.measures
        }
        for figure in wanted
    }


def series_by(
    key: str, scope: Scope, policy: Policy = DEFAULT, *, by: str, bucket: Bucket = "day"
) -> dict[str, list[Point]]:
    """Answer the main variant of a figure for every step and segment value at once.

    Values that nothing was counted for are absent. Raises InvalidInput as `breakdown` does.
    """
    figure = get_figure(key)
    variant = figure.variant("")
    starts = bucket_starts(scope, bucket)
    asked = Question(scope, Terms(policy, scope.as_of), Grouping(by_day=True, by=_segment(by)))
    by_day = collect([figure], asked)
    found = (_last_days if figure.kind == Kind.LEVEL else regroup)(by_day, starts)
    return {
        segment: [
            _point(
                figure,
                variant,
                scope,
                {Group(start): found.get(Group(start, segment), {})},
                start=start,
                end=end,
            )
            for start, end in _steps(starts)
        ]
        for segment in sorted({group.segment or "" for group in found})
    }


def breakdown(
    key: str, scope: Scope, policy: Policy = DEFAULT, *, by: str, is_exact: bool = False
) -> list[SegmentValue]:
    """Answer a figure for each value of a segment, by label. Values that nothing was counted for
    are absent. Raises InvalidInput for an unknown key, or a segment that the figure has not."""
    return breakdowns([key], scope, policy, by=by, is_exact=is_exact)[key]


def breakdowns(
    keys: Iterable[str], scope: Scope, policy: Policy = DEFAULT, *, by: str, is_exact: bool = False
) -> dict[str, list[SegmentValue]]:
    """Answer `breakdown` for several figures at once."""
    wanted = [get_figure(key) for key in keys]
    asked = Question(scope, Terms(policy, scope.as_of), Grouping(by=_segment(by)))
    found = collect(wanted, asked, is_exact=is_exact)
    waits = {figure.key: waiting_by(figure, asked) for figure in wanted}
    values = {group.segment or "" for group in found}.union(*waits.values())
    named = labels(by, values)
    at = instant_of(level_day(scope), scope.as_of)
    answers: dict[str, list[SegmentValue]] = {figure.key: [] for figure in wanted}
    for value in sorted(values, key=lambda one: (one in ("", "0"), named[one])):
        tallies = found.get(Group(None, value), {})
        counted = {key for key, _ in tallies}
        for figure in wanted:
            wait = waits[figure.key].get(value)
            if figure.key in counted or wait:
                nobody = Waiting() if figure.waiting else None
                answer = figure_value(figure, tallies, waiting=wait or nobody, at=at)
                answers[figure.key].append(SegmentValue(value, named[value], answer))
    return answers


def _segment(text: str) -> str:
    if text not in Segment.values:
        raise InvalidInput(f"“{text}” is no segment; choose from {', '.join(Segment.values)}.")
    return text


def waiting(figure: Figure, scope: Scope, terms: Terms) -> Waiting | None:
    """Those that a distribution does not hold yet; None where the figure has none such."""
    if figure.waiting is None:
        return None
    since = figure.waiting.since
    found = waiting_rows(figure, figure.waiting, scope, terms).aggregate(
        n=CountRows("pk"), oldest=Min(since)
    )
    if not found["n"]:
        return Waiting()
    return Waiting(found["n"], (scope.as_of - found["oldest"]).total_seconds())


def waiting_by(figure: Figure, asked: Question) -> dict[str, Waiting]:
    """The same by segment value; nothing where nobody waits."""
    by = asked.grouping.by
    if figure.waiting is None or by is None:
        return {}
    listed = waiting_rows(figure, figure.waiting, asked.scope, asked.terms)
    found = listed.values_list(figure.source.segments[by]).annotate(
        n=CountRows("pk"), oldest=Min(figure.waiting.since)
    )
    as_of = asked.scope.as_of
    return {str(value): Waiting(n, (as_of - oldest).total_seconds()) for value, n, oldest in found}


# Where the tallies come from ----------------------------------------------------------------


def collect(wanted: Collection[Figure], asked: Question, *, is_exact: bool = False) -> Tallies:
    """Count figures in the groups asked for, from snapshots and facts together."""
    found = new_tallies()
    dimension = dimension_of(asked.scope, asked.grouping.by)
    kept = kept_days(asked.scope) if dimension is not None else None
    for kind in (True, False):
        listed = [figure for figure in wanted if (figure.kind == Kind.LEVEL) is kind]
        if not listed:
            continue
        if kept is None or dimension is None:
            merge(found, from_facts(listed, asked))
            continue
        plain = [
            figure for figure in listed if _is_kept(figure, asked.terms.policy, is_exact=is_exact)
        ]
        others = [figure for figure in listed if figure not in plain]
        merge(found, from_facts(others, asked))
        merge(found, _from_both(plain, asked, kept, dimension))
    return found


def _is_kept(figure: Figure, policy: Policy, *, is_exact: bool) -> bool:
    """Whether snapshots hold the figure as it is asked for. A level is always read from what was
    taken; percentiles of a distribution are exact from facts alone."""
    if figure.kind == Kind.LEVEL:
        return True
    is_rough = figure.kind == Kind.DISTRIBUTION
    return is_default(figure, policy) and not (is_exact and is_rough)


def _from_both(wanted: list[Figure], asked: Question, kept: Kept, dimension: str) -> Tallies:
    """Read the days that snapshots know, and count the rest."""
    if not wanted:
        return new_tallies()
    missing, has_any = days_of(wanted[0], asked.scope, kept, is_daily=asked.grouping.by_day)
    if not has_any:
        return from_facts(wanted, asked)
    found = read(wanted, asked, kept, dimension)
    if missing:
        rest = replace(
            asked,
            scope=asked.scope.between(min(missing), max(missing)),
            grouping=replace(asked.grouping, days=frozenset(missing)),
        )
        counted = from_facts(wanted, rest)
        _fold(counted)
        merge(found, counted)
    return found


def _fold(tallies: Tallies) -> None:
    """Make counted values addable to stored histograms."""
    for named in tallies.values():
        for tally in named.values():
            tally.fold()


def from_facts(wanted: Iterable[Figure], asked: Question) -> Tallies:
    """Count figures of every kind from facts alone."""
    listed = list(wanted)
    held = [figure for figure in listed if _is_held(figure)]
    found = count([figure for figure in listed if figure not in held], asked)
    if held:
        merge(found, count_held(held, asked))
    if asked.grouping.days is not None and not asked.grouping.by_day:
        return _without_days(found)
    return found


def _is_held(figure: Figure) -> bool:
    return any(isinstance(measure, HeldOf) for measure in figure.measures.values())


def _without_days(tallies: Tallies) -> Tallies:
    found = new_tallies()
    for group, named in tallies.items():
        merge(found, {Group(None, group.segment): named})
    return found


# Steps of a series --------------------------------------------------------------------------


def bucket_starts(scope: Scope, bucket: str) -> dict[date, date]:
    """For each day of the scope, the first day of its bucket that lies in the scope."""
    found: dict[date, date] = {}
    for day in days_between(scope.start, scope.end):
        match bucket:
            case "day":
                start = day
            case "week":
                start = day - timedelta(days=day.weekday())
            case "month":
                start = day.replace(day=1)
            case _:
                raise InvalidInput(f"“{bucket}” is no bucket; choose from day, week, month.")
        found[day] = max(start, scope.start)
    return found


def _steps(starts: dict[date, date]) -> list[tuple[date, date]]:
    return list({start: day for day, start in starts.items()}.items())


def _last_days(tallies: Tallies, starts: dict[date, date]) -> Tallies:
    """A level of a bucket is that of its last day."""
    firsts = {end: start for start, end in _steps(starts)}
    found = new_tallies()
    for group, named in tallies.items():
        if group.day in firsts:
            merge(found, {Group(firsts[group.day], group.segment): named})
    return found


def _point(
    figure: Figure, variant: str, scope: Scope, found: Tallies, *, start: date, end: date
) -> Point:
    named = found.get(Group(start), {})
    at = instant_of(end, scope.as_of)
    answer = figure_value(figure, named, at=at, variants=[variant])
    is_running = end_of(end) > scope.as_of
    return Point(start, end, answer.variants[variant], is_running or answer.is_provisional)
