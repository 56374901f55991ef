"""The registry: each figure is declared once, in metrics/definitions/.

From one declaration come the query of a tile, its series and segments, the drill-down, the
snapshots, the recount of verify_metrics, the API's words and docs/metrics.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable

from metrics.segments import crossed
from metrics.terms import Terms
from tickets.errors import InvalidInput


class Kind(models.TextChoices):
    """How a figure is built."""

    RATE = "rate", "Rate"
    DISTRIBUTION = "distribution", "Distribution"
    COUNT = "count", "Count"
    TOTAL = "total", "Sum and mean"
    LEVEL = "level", "Level"
    INDEX = "index", "Index"


class Better(models.TextChoices):
    """Which direction is good news."""

    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"
    NEITHER = "neither", "Neither: read it with others"


Predicate = Callable[[Terms], Q]
Expression = Callable[[Terms], Combinable]


def always(**lookups: Any) -> Predicate:
    """A predicate that no policy changes."""
    found = Q(**lookups)
    return lambda terms: found


def nothing(terms: Terms) -> Q:
    """No row at all."""
    return Q(pk__in=())


def value_of(name: str) -> Expression:
    """A stored measure, whatever the policy."""
    return lambda terms: F(name)


@dataclass(frozen=True, slots=True)
class Source:
    """The rows that figures are counted from, and the day that each counts on.

    `facts` is the path from a row to its ticket's facts ("" where the row is the facts).
    `segments`: segment → path. `noun` is what one row is.
    """

    model: type[models.Model]
    day: str
    segments: Mapping[str, str]
    facts: str = ""
    noun: str = "tickets"

    def tells(self, by: str) -> bool:
        """Whether rows have every segment of what is broken down by; "" is told of any."""
        return self.segments.keys() >= {*crossed(by)}


@dataclass(frozen=True, slots=True)
class Maturing:
    """Rows that time alone will decide: which, and when each is decided. `fields` are what `at`
    is called with, after the terms."""

    rows: Predicate
    fields: tuple[str, ...]
    at: Callable[..., datetime]


@dataclass(frozen=True, slots=True)
class RateOf:
    """A rate's parts: predicates over the rows of the source, all inside `denominator`'s set or
    beside it. `events` is a field that is summed over the denominator; `score` one that people
    gave: the rate is then of a sample, with a mean score and bounds beside it."""

    numerator: Predicate
    denominator: Predicate
    undecided: Predicate = nothing
    unmeasured: Predicate = nothing
    events: str = ""
    score: str = ""
    maturing: Maturing | None = None


@dataclass(frozen=True, slots=True)
class IndexOf:
    """The share of one part of the denominator less that of another: −100 to +100. `score` is the
    field that people gave."""

    promoters: Predicate
    detractors: Predicate
    denominator: Predicate
    score: str


@dataclass(frozen=True, slots=True)
class WaitingOf:
    """Rows that have no value yet, because they still wait since the field `since`."""

    rows: Predicate
    since: str


@dataclass(frozen=True, slots=True)
class ValueOf:
    """A duration per row, for a distribution or a sum; rows without it do not count. Those that
    will have one (`waiting`) stand beside it."""

    value: Expression
    rows: Predicate
    waiting: WaitingOf | None = None


@dataclass(frozen=True, slots=True)
class CountOf:
    """Rows that are counted."""

    rows: Predicate


@dataclass(frozen=True, slots=True)
class HeldOf:
    """Stays in some statuses: their number at the end of a day, or their length within it."""

    statuses: frozenset[str]
    is_business: bool = False


@dataclass(frozen=True, slots=True)
class AgreedOf:
    """The agreed time of services less their outages, in seconds (see metrics/availability.py)."""


Measure = RateOf | IndexOf | ValueOf | CountOf | HeldOf | AgreedOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: what it is in words, and how it is counted.

    `measures`: variant → measure; the first is the main one. `split_by`: what the other variants of
    a count tell apart, in a word. `version` rises when the meaning
    changes; snapshots of an older version are redone.
    """

    key: str
    name: str
    sentence: str
    unit: str
    kind: Kind
    better: Better
    source: Source
    measures: Mapping[str, Measure]
    counted_on: str
    population: str
    parts: Mapping[str, str] = field(default_factory=dict)
    maturity: str = "Final once its day has passed, unless history is corrected."
    empty: str = "None, shown as a dash, where nothing was counted."
    origin: str = "docs/definitions.md, “The figures”."
    policies: tuple[str, ...] = ()
    variant_names: Mapping[str, str] = field(default_factory=dict)
    split_by: str = ""
    version: int = 1

    @property
    def segments(self) -> tuple[str, ...]:
        """What it can be narrowed to and broken down by."""
        return tuple(self.source.segments)

    @property
    def waiting(self) -> Mapping[str, WaitingOf]:
        """Who waits, by variant; empty where nobody can."""
        values = {name: one for name, one in self.measures.items() if isinstance(one, ValueOf)}
        return {name: one.waiting for name, one in values.items() if one.waiting}

    @property
    def is_of_services(self) -> bool:
        """Whether it counts the time of services rather than tickets."""
        return any(isinstance(measure, AgreedOf) for measure in self.measures.values())

    def variant(self, name: str) -> str:
        """The variant that a name means; "" is the main one. Raises InvalidInput for another."""
        if name in self.measures:
            return name
        if name:
            known = ", ".join(self.measures)
            raise InvalidInput(f"“{self.key}” has no variant “{name}”; choose from {known}.")
        return next(iter(self.measures))

    def showing(self, variants: Iterable[str]) -> Figure:
        """The same figure with some of its variants alone, in its own order; "" is the main one.

        Raises InvalidInput for one that it has not.
        """
        wanted = {self.variant(name) for name in variants}
        measures = {name: one for name, one in self.measures.items() if name in wanted}
        return replace(self, measures=measures)


_figures: dict[str, Figure] = {}


def register(figure: Figure) -> Figure:
    """Add a figure. Raises ValueError where its key is taken."""
    if figure.key in _figures:
        raise ValueError(f"The figure {figure.key} is declared twice.")
    _figures[figure.key] = figure
    return figure


def all_figures() -> tuple[Figure, ...]:
    """Every figure, in the order of docs/definitions.md."""
    _load()
    return tuple(_figures.values())


def get_figure(key: str) -> Figure:
    """Return a figure. Raises InvalidInput for an unknown key."""
    _load()
    if key not in _figures:
        raise InvalidInput(f"“{key}” is no figure; choose from {', '.join(_figures)}.")
    return _figures[key]


def _load() -> None:
    """Declarations register themselves when they are imported."""
    import metrics.definitions  # noqa: F401, PLC0415  # declarations import this module
