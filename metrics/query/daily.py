"""Figures counted once, day by day: what a page shows of several periods is read off these days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from metrics.policy import DEFAULT, Policy
from metrics.query.collecting import Background, collect
from metrics.query.counting import Grouping, Question
from metrics.query.held import instant_of, level_day
from metrics.query.scope import Scope
from metrics.query.steps import Bucket, at_ends, bucket_starts, points, steps_of
from metrics.query.tally import Group, Named, Tallies, figure_value, merge, new_tallies, regroup
from metrics.query.values import FigureValue, Point
from metrics.query.waiting import Waits, waiting_in, waiting_on
from metrics.registry import Figure, Kind, get_figure
from metrics.zone import days_between


@dataclass(frozen=True)
class Counted:
    """Figures counted on each day of some periods, to be read off for these periods. Levels are
    there at the ends of the periods and of the steps that were asked for."""

    figures: Mapping[str, Figure]
    asked: Question
    sums: Tallies
    levels: Tallies
    _steps: dict[tuple[date, date, str], Tallies] = field(default_factory=dict)

    @cached_property
    def waits(self) -> Mapping[str, Waits]:
        """Who waits, by figure and day; a query for each that has such, when first needed."""
        return {key: waiting_on(figure, self.asked) for key, figure in self.figures.items()}

    def values(self, period: Scope) -> dict[str, FigureValue]:
        """The figures of a period, by key; of each the variants that were asked for."""
        named = self._named(period)
        at = instant_of(level_day(period), period.as_of)
        return {
            key: figure_value(figure, named, waiting=waiting_in(self.waits[key], period), at=at)
            for key, figure in self.figures.items()
        }

    def _named(self, period: Scope) -> Named:
        """Everything together: steps added up, and the level of the last day."""
        found = new_tallies()
        for named in self._summed(period, "month").values():
            merge(found, {Group(): named})
        merge(found, {Group(): self.levels.get(Group(level_day(period)), {})})
        return found[Group()]

    def steps(self, key: str, period: Scope, *, bucket: Bucket) -> dict[str, list[Point]]:
        """The steps of each variant of a figure in a period."""
        figure = self.figures[key]
        if figure.kind == Kind.LEVEL:
            return points(figure, period, at_ends(self.levels, period, bucket), bucket=bucket)
        found = self._summed(period, bucket)
        return points(figure, period, found, bucket=bucket, waits=self.waits[key])

    def _summed(self, period: Scope, bucket: str) -> Tallies:
        """The days put together by the first of their step; done once for all figures."""
        place = (period.start, period.end, bucket)
        if place not in self._steps:
            self._steps[place] = regroup(self.sums, bucket_starts(period, bucket))
        return self._steps[place]


def count_days(
    shown: Mapping[str, Iterable[str]],
    periods: Sequence[Scope],
    policy: Policy = DEFAULT,
    *,
    buckets: Iterable[Bucket] = (),
    is_exact: bool = False,
    background: Background | None = None,
) -> Counted:
    """Count some variants of figures on every day of the periods, which differ in nothing but their
    days. `buckets` are the steps that levels are wanted for.

    Raises InvalidInput for an unknown key, variant or bucket.
    """
    figures = {key: get_figure(key).showing(variants) for key, variants in shown.items()}
    hull = spanning(periods)
    background = background or Background(hull, policy)
    days = frozenset(day for one in periods for day in days_between(one.start, one.end))
    asked = Question(hull, background.terms, Grouping(by_day=True, days=days))
    sums = [figure for figure in figures.values() if figure.kind != Kind.LEVEL]
    levels = [figure for figure in figures.values() if figure.kind == Kind.LEVEL]
    return Counted(
        figures=figures,
        asked=asked,
        sums=collect(sums, asked, background, is_exact=is_exact),
        levels=_levels(levels, asked, periods, list(buckets), background),
    )


def spanning(periods: Iterable[Scope]) -> Scope:
    """From the first day of all periods to the last."""
    listed = list(periods)
    return listed[0].between(min(one.start for one in listed), max(one.end for one in listed))


def _levels(
    figures: list[Figure],
    asked: Question,
    periods: Iterable[Scope],
    buckets: Iterable[Bucket],
    background: Background,
) -> Tallies:
    """Levels at the ends of the steps, and, as the backlog was taken, at those of the periods."""
    if not figures:
        return new_tallies()
    listed = list(periods)
    steps = (steps_of(period, bucket) for period in listed for bucket in buckets)
    taken = frozenset(level_day(period) for period in listed)
    days = taken.union(end for found in steps for _, end in found)
    at_end = Question(asked.scope, asked.terms, Grouping(by_day=True, days=days), taken)
    return collect(figures, at_end, background)
