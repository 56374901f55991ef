"""Where tallies come from: snapshots where these can answer, else facts.

Both give the same: a day whose snapshot is missing or out of date is counted from facts, so that a
tile, a chart and the tickets behind them never disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from metrics.policy import Policy
from metrics.query.available import add_available
from metrics.query.counting import Question, count, is_narrowed
from metrics.query.levels import add_levels
from metrics.query.scope import Scope
from metrics.query.snapshots import Kept, dimension_of, is_default, kept_days, read, wanted_days
from metrics.query.tally import Tallies, merge
from metrics.query.work import add_work
from metrics.registry import Figure, HeldOf, Kind
from metrics.terms import Terms


@dataclass(frozen=True)
class Background:
    """What the questions about a period share, each looked up once and when first needed: business
    calendars, and the days that snapshots answer for. `scope` holds every day that is asked for."""

    scope: Scope
    policy: Policy

    @cached_property
    def terms(self) -> Terms:
        """The policy at the instant of the questions."""
        return Terms(self.policy, self.scope.as_of)

    @cached_property
    def kept(self) -> Kept:
        """Three queries."""
        return kept_days(self.scope)


def collect(
    wanted: Collection[Figure], asked: Question, background: Background, *, is_exact: bool = False
) -> Tallies:
    """Count figures in the groups asked for, from snapshots and facts together. One that lacks a
    segment that is asked for has nothing counted."""
    wanted = [figure for figure in wanted if is_told(figure, asked)]
    dimension = dimension_of(asked.scope, asked.grouping.by)
    kept = [one for one in wanted if _is_kept(one, background.policy, is_exact=is_exact)]
    if dimension is None or not kept:
        return from_facts(wanted, asked)
    found = from_facts([figure for figure in wanted if figure not in kept], asked)
    for is_level in (True, False):
        listed = [figure for figure in kept if (figure.kind == Kind.LEVEL) is is_level]
        if listed:
            merge(found, _from_both(listed, asked, background.kept, dimension))
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
    days = wanted_days(wanted[0], asked)
    known = days & kept.of(wanted[0])
    if not known:
        return from_facts(wanted, asked)
    found = read(wanted, asked, known, dimension)
    missing = days - known
    if missing:
        rest = replace(
            asked,
            scope=asked.scope.between(min(missing), max(missing)),
            grouping=replace(asked.grouping, days=missing),
            taken=frozenset(),  # of a backlog that was taken there is a snapshot
        )
        merge(found, from_facts(wanted, rest))
    return found


def from_facts(wanted: Iterable[Figure], asked: Question) -> Tallies:
    """Count figures of every kind from facts alone."""
    listed = [figure for figure in wanted if is_told(figure, asked)]
    held = [figure for figure in listed if _is_held(figure)]
    agreed = [figure for figure in listed if figure.is_of_services]
    found = count([figure for figure in listed if figure not in (*held, *agreed)], asked)
    for figure in held:
        adding = add_levels if figure.kind == Kind.LEVEL else add_work
        adding(found, figure, asked.cut_by(figure.source))
    if agreed:
        add_available(found, agreed, asked)
    return found


def is_told(figure: Figure, asked: Question) -> bool:
    """Whether the figure has every segment that is asked for. Raises InvalidInput where tickets are
    asked of a service."""
    return is_narrowed(figure, asked.scope) and figure.source.tells(asked.grouping.by or "")


def _is_held(figure: Figure) -> bool:
    return any(isinstance(measure, HeldOf) for measure in figure.measures.values())
