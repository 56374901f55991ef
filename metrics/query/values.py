"""What an answer looks like: rate, distribution, count, total or level, and how sure it is.

Every value says by `n` how many it stands on, and by `undecided` how many can still change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Those that a distribution does not hold yet, as they still wait: how many, since when."""

    n: int = 0
    oldest_s: float | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What stands beside a figure of answers: their mean score, and the bounds between which the
    figure would lie, with 95 % confidence, had everybody answered. None without answers."""

    mean: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Numerator ÷ denominator. Undecided and unmeasured tickets stand in neither.

    `events` counts what the numerator's tickets had of it (reopens), where the figure shows both;
    `opinion` is there for figures of answers that people gave.
    """

    numerator: int = 0
    denominator: int = 0
    undecided: int = 0
    unmeasured: int = 0
    events: int | None = None
    opinion: Opinion | None = None

    @property
    def value(self) -> float | None:
        """In per cent; None where the denominator is 0."""
        return 100 * self.numerator / self.denominator if self.denominator else None

    @property
    def missed(self) -> int:
        """What stands in the denominator alone."""
        return self.denominator - self.numerator

    @property
    def n(self) -> int:
        """The sample."""
        return self.denominator


@dataclass(frozen=True, slots=True)
class Index:
    """The per cent of promoters less that of detractors, among all answers."""

    promoters: int = 0
    detractors: int = 0
    denominator: int = 0
    opinion: Opinion = Opinion()
    undecided: int = 0

    @property
    def value(self) -> float | None:
        """From −100 to +100; None without answers."""
        difference = self.promoters - self.detractors
        return 100 * difference / self.denominator if self.denominator else None

    @property
    def passives(self) -> int:
        """Those in between."""
        return self.denominator - self.promoters - self.detractors

    @property
    def n(self) -> int:
        """The sample."""
        return self.denominator


@dataclass(frozen=True, slots=True)
class Distribution:
    """How durations spread, in seconds; everything is None where `n` is 0.

    `is_exact` False: percentiles come from a histogram and are right to 1 %.
    """

    n: int = 0
    mean: float | None = None
    median: float | None = None
    p90: float | None = None
    p95: float | None = None
    waiting: Waiting | None = None
    is_exact: bool = True

    @property
    def value(self) -> float | None:
        """The one number that stands for it: the median."""
        return self.median

    @property
    def undecided(self) -> int:
        """How many are still to come."""
        return self.waiting.n if self.waiting else 0


@dataclass(frozen=True, slots=True)
class Count:
    """How many; 0 is counted, and none."""

    value: int = 0

    @property
    def n(self) -> int:
        """The sample: itself."""
        return self.value

    @property
    def undecided(self) -> int:
        """A count is what it is."""
        return 0


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over `n`, and its mean; both None where nothing was there to add."""

    n: int = 0
    total: float | None = None

    @property
    def value(self) -> float | None:
        """The sum."""
        return self.total

    @property
    def mean(self) -> float | None:
        """The sum ÷ n."""
        return self.total / self.n if self.n and self.total is not None else None

    @property
    def undecided(self) -> int:
        """A sum is what it is."""
        return 0


@dataclass(frozen=True, slots=True)
class Level:
    """A state at the instant `at`; `value` None where that instant has not come yet.

    The median age of what is counted, in seconds, is right to 1 %.
    """

    value: int | None = None
    at: datetime | None = None
    median_age_s: float | None = None
    oldest_age_s: float | None = None
    undecided: int = 0

    @property
    def n(self) -> int:
        """The sample: itself."""
        return self.value or 0


Value = Rate | Index | Distribution | Count | Total | Level


@dataclass(frozen=True, slots=True)
class FigureValue:
    """The answer to one figure: a value per variant ("" where it has one), the main one first."""

    key: str
    variants: Mapping[str, Value]

    @property
    def main(self) -> Value:
        """The variant that a tile shows."""
        return next(iter(self.variants.values()))

    def __getitem__(self, variant: str) -> Value:
        """The value of a variant; "" is the main one."""
        return self.variants[variant] if variant in self.variants or variant else self.main

    @property
    def is_provisional(self) -> bool:
        """Whether time alone can still change it."""
        return any(value.undecided for value in self.variants.values())


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a series; both days are included. `is_provisional`: it can still change, for
    undecided tickets or because the period is not over."""

    start: date
    end: date
    value: Value
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class SegmentValue:
    """A figure of one segment value; `value` is what a filter takes, `label` what people read."""

    value: str
    label: str
    figure: FigureValue


@dataclass(frozen=True, slots=True)
class Flow:
    """Tickets that came in at one level and were resolved at another."""

    entry_level: int
    resolving_level: int
    n: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Tickets received by local weekday (Monday is 0) and hour."""

    counts: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        """All of them."""
        return sum(map(sum, self.counts))


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """Open tickets not older than `to_seconds` (None: any age), by level."""

    label: str
    from_seconds: float
    to_seconds: float | None
    levels: Mapping[int, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """All levels together."""
        return sum(self.levels.values())
