"""What has been counted so far of one figure's variant; tallies of days add up to those of periods.

A tally has the columns of a snapshot. For distributions it holds either every value (exact) or a
histogram, and counts those that still wait as undecided where it is made for a snapshot.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from metrics.histogram import Histogram, add, exact_percentiles, histogram, percentiles
from metrics.intervals import Bounds, of_index, of_share
from metrics.query.values import (
    Count,
    Distribution,
    FigureValue,
    Index,
    Level,
    Opinion,
    Rate,
    Total,
    Value,
    Waiting,
)
from metrics.registry import Figure, Kind, RateOf

SHARES = (0.5, 0.9, 0.95)


@dataclass(slots=True)
class Tally:
    """Counts of one figure, variant and group. A rate keeps its events in `count`, an index its
    detractors, and its promoters in `numerator`; both keep the sum of scores in `total`."""

    count: int = 0
    numerator: int = 0
    denominator: int = 0
    undecided: int = 0
    unmeasured: int = 0
    total: float = 0.0
    histogram: Histogram = field(default_factory=dict)
    values: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add what another group or day has counted."""
        self.count += other.count
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.undecided += other.undecided
        self.unmeasured += other.unmeasured
        self.total += other.total
        self.values += other.values
        add(self.histogram, other.histogram)

    def fold(self) -> None:
        """Turn values into a histogram, so that the tally can be stored or added to one."""
        add(self.histogram, histogram(self.values))
        self.values = []


@dataclass(frozen=True, slots=True)
class Group:
    """What a tally is of: one day, or the whole period; one segment value, or everything.

    `dimension` names the segment only where several are counted at once.
    """

    day: date | None = None
    segment: str | None = None
    dimension: str = ""


EVERYTHING = Group()

Named = dict[tuple[str, str], Tally]
"""By (figure key, variant)."""

Tallies = dict[Group, Named]


def new_tallies() -> Tallies:
    """An empty collection that makes groups and tallies as they are named."""
    return defaultdict(lambda: defaultdict(Tally))


def merge(target: Tallies, other: Tallies) -> None:
    """Add every tally of `other` to its own in `target`."""
    for group, tallies in other.items():
        for name, tally in tallies.items():
            target[group][name].add(tally)


def regroup(tallies: Tallies, days: Mapping[date, date]) -> Tallies:
    """Put days together: `days` says which day (the first of its bucket) each belongs to; others
    are left out."""
    found = new_tallies()
    for group, named in tallies.items():
        day = days.get(group.day) if group.day else None
        if day is None:
            continue
        for name, tally in named.items():
            found[Group(day, group.segment, group.dimension)][name].add(tally)
    return found


def value(
    figure: Figure, variant: str, tally: Tally, *, waiting: Waiting | None, at: datetime | None
) -> Value:
    """Turn a tally into an answer. `at` is the instant of a level, None where it is yet to come."""
    match figure.kind:
        case Kind.RATE:
            return rate(figure, variant, tally)
        case Kind.INDEX:
            return _index(tally)
        case Kind.DISTRIBUTION:
            return _distribution(tally, waiting)
        case Kind.COUNT:
            return Count(tally.count)
        case Kind.TOTAL:
            return Total(tally.count, tally.total if tally.count else None)
        case Kind.LEVEL:
            return _level(tally, at)


def rate(figure: Figure, variant: str, tally: Tally) -> Rate:
    """Turn the tally of a rate into an answer."""
    measure = figure.measures[variant]
    has_events = isinstance(measure, RateOf) and bool(measure.events)
    has_scores = isinstance(measure, RateOf) and bool(measure.score)
    bounds = of_share(tally.numerator, tally.denominator)
    return Rate(
        numerator=tally.numerator,
        denominator=tally.denominator,
        undecided=tally.undecided,
        unmeasured=tally.unmeasured,
        events=tally.count if has_events else None,
        opinion=_opinion(tally, bounds) if has_scores else None,
    )


def _index(tally: Tally) -> Index:
    promoters, detractors = tally.numerator, tally.count
    bounds = of_index(promoters, detractors, tally.denominator)
    return Index(
        promoters=promoters,
        detractors=detractors,
        denominator=tally.denominator,
        opinion=_opinion(tally, bounds),
    )


def _opinion(tally: Tally, bounds: Bounds | None) -> Opinion:
    if bounds is None:
        return Opinion()
    return Opinion(tally.total / tally.denominator, *bounds)


def _distribution(tally: Tally, waiting: Waiting | None) -> Distribution:
    if not tally.count:
        return Distribution(waiting=waiting)
    is_exact = not tally.histogram
    if is_exact:
        shares = exact_percentiles(sorted(tally.values), SHARES)
        mean = math.fsum(tally.values) / tally.count
    else:
        tally.fold()
        shares = percentiles(tally.histogram, SHARES)
        mean = tally.total / tally.count
    median, p90, p95 = shares
    return Distribution(
        n=tally.count,
        mean=mean,
        median=median,
        p90=p90,
        p95=p95,
        waiting=waiting,
        is_exact=is_exact,
    )


def _level(tally: Tally, at: datetime | None) -> Level:
    if at is None:
        return Level()
    tally.fold()
    median, oldest = percentiles(tally.histogram, (0.5, 1.0))
    return Level(tally.count, at, median_age_s=median, oldest_age_s=oldest)


def figure_value(
    figure: Figure,
    named: Named,
    *,
    waiting: Mapping[str, Waiting] | None = None,
    at: datetime | None = None,
    variants: Iterable[str] = (),
) -> FigureValue:
    """Answer for all variants of a figure, or the named ones. `waiting` says who waits, by
    variant."""
    wanted = tuple(variants) or tuple(figure.measures)
    return FigureValue(
        figure.key,
        {
            variant: value(
                figure,
                variant,
                named.get((figure.key, variant), Tally()),
                waiting=(waiting or {}).get(variant),
                at=at,
            )
            for variant in wanted
        },
    )
