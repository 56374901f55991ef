"""Figures, their series and their segments, each asked of one period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from metrics.policy import DEFAULT, Policy
from metrics.query.collecting import Background, collect
from metrics.query.counting import Grouping, Question
from metrics.query.daily import count_days
from metrics.query.held import instant_of, level_day
from metrics.query.labels import labels
from metrics.query.scope import Scope
from metrics.query.steps import Bucket, in_steps, points
from metrics.query.tally import EVERYTHING, Group, figure_value
from metrics.query.values import FigureValue, Point, SegmentValue
from metrics.query.waiting import segments_of, waiting_in, waiting_on
from metrics.registry import Figure, all_figures, get_figure
from metrics.segments import Segment, read_by

ANY_ISSUE: Final = "nia_any"
"""The name under which next issue avoidance of any category is told."""

Answers = dict[str, FigureValue]


def figures(
    keys: Iterable[str],
    scope: Scope,
    policy: Policy = DEFAULT,
    *,
    is_exact: bool = False,
    background: Background | None = None,
) -> dict[str, FigureValue]:
    """Answer several figures over one period, by key.

    `is_exact` counts percentiles from every value instead of from histograms (right to 1 %).
    Raises InvalidInput for an unknown key.
    """
    wanted = [get_figure(key) for key in keys]
    background = background or Background(scope, policy)
    asked = Question(scope, background.terms, taken=frozenset({level_day(scope)}))
    found = collect(wanted, asked, background, is_exact=is_exact)
    at = instant_of(level_day(scope), scope.as_of)
    return {
        figure.key: figure_value(
            figure,
            found[EVERYTHING],
            waiting=waiting_in(waiting_on(figure, asked), scope),
            at=at,
        )
        for figure in wanted
    }


def next_issue_of_any(found: Mapping[str, object], scope: Scope, policy: Policy) -> Answers:
    """What stands beside next issue avoidance under `ANY_ISSUE`: that of any category, whatever the
    policy says. Empty where `found` does not hold the figure."""
    if "nia" not in found:
        return {}
    return {ANY_ISSUE: figures(["nia"], scope, policy.in_any_category)["nia"]}


def told_keys(scope: Scope) -> list[str]:
    """The figures that can be asked of a scope: all, but where it is narrowed to services."""
    is_of_service = Segment.SERVICE in scope.filters
    return [f.key for f in all_figures() if not is_of_service or Segment.SERVICE in f.segments]


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
    counted = count_days({key: [variant]}, [scope], policy, buckets=[bucket], is_exact=is_exact)
    return counted.steps(key, scope, bucket=bucket)[variant]


def series_by(
    key: str,
    scope: Scope,
    policy: Policy = DEFAULT,
    *,
    by: str,
    bucket: Bucket = "day",
    background: Background | None = None,
) -> dict[str, list[Point]]:
    """Answer the main variant of a figure for every step and segment value at once.

    Values that nothing was counted for are absent. Raises InvalidInput as `breakdown` does.
    """
    figure = get_figure(key).showing([""])
    background = background or Background(scope, policy)
    asked = Question(scope, background.terms, Grouping(by_day=True, by=read_by(by)))
    by_day = collect([figure], asked, background)
    found = in_steps(figure, by_day, scope, bucket)
    waits = waiting_on(figure, asked)
    values = {group.segment or "" for group in found} | segments_of(waits)
    return {
        segment: points(figure, scope, found, bucket=bucket, segment=segment, waits=waits)[
            figure.variant("")
        ]
        for segment in sorted(values)
    }


def breakdown(
    key: str,
    scope: Scope,
    policy: Policy = DEFAULT,
    *,
    by: str,
    variants: Iterable[str] = (),
    background: Background | None = None,
) -> list[SegmentValue]:
    """Answer a figure (or some variants of it) for each value of a segment, by label; of two that
    are crossed ("category,agent") for each pair of values.

    Values that nothing was counted for are absent. Raises InvalidInput for an unknown key, variant
    or segment.
    """
    figure = get_figure(key)
    background = background or Background(scope, policy)
    shown = figure.showing(variants or figure.measures)
    return _broken_down([shown], scope, background, by=by, is_exact=False)[key]


def breakdowns(
    keys: Iterable[str], scope: Scope, policy: Policy = DEFAULT, *, by: str, is_exact: bool = False
) -> dict[str, list[SegmentValue]]:
    """Answer `breakdown` for several figures at once."""
    wanted = [get_figure(key) for key in keys]
    return _broken_down(wanted, scope, Background(scope, policy), by=by, is_exact=is_exact)


def _broken_down(
    wanted: list[Figure], scope: Scope, background: Background, *, by: str, is_exact: bool
) -> dict[str, list[SegmentValue]]:
    taken = frozenset({level_day(scope)})
    asked = Question(scope, background.terms, Grouping(by=read_by(by)), taken)
    found = collect(wanted, asked, background, is_exact=is_exact)
    waits = {figure.key: waiting_on(figure, asked) for figure in wanted}
    values = {group.segment or "" for group in found}.union(*map(segments_of, waits.values()))
    named = labels(by, values)
    at = instant_of(level_day(scope), scope.as_of)
    answers: dict[str, list[SegmentValue]] = {figure.key: [] for figure in wanted}
    for value in sorted(values, key=lambda one: (one in ("", "0"), named[one])):
        tallies = found.get(Group(None, value), {})
        counted = {key for key, _ in tallies}
        for figure in wanted:
            if figure.key in counted or value in segments_of(waits[figure.key]):
                waiting = waiting_in(waits[figure.key], scope, segment=value)
                answer = figure_value(figure, tallies, waiting=waiting, at=at)
                answers[figure.key].append(SegmentValue(value, named[value], answer))
    return answers
