"""The snapshots of some days, counted from facts under the default policy."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from metrics.fill.inserting import insert_rows
from metrics.histogram import to_json
from metrics.models import Snapshot
from metrics.query.collecting import from_facts
from metrics.query.counting import Grouping, Question
from metrics.query.scope import Scope
from metrics.query.tally import Tallies, Tally
from metrics.registry import Figure, Kind
from metrics.segments import SNAPSHOT_SEGMENTS
from metrics.terms import Terms
from metrics.zone import end_of

Row = tuple[Any, ...]

_NO_HISTOGRAM: Final = json.dumps({})

COLUMNS: Final = (
    "figure",
    "variant",
    "day",
    "dimension",
    "segment",
    "count",
    "numerator",
    "denominator",
    "undecided",
    "unmeasured",
    "total",
    "histogram",
    "is_provisional",
    "definition_version",
    "computed_at",
)


def store_snapshots(
    figures: Iterable[Figure],
    days: Collection[date],
    *,
    level_days: Collection[date],
    now: datetime,
) -> int:
    """Count the figures on the days and insert what was counted; levels on `level_days` alone.

    Where nothing counted there is no row. Returns how many rows were stored.
    """
    listed = list(figures)
    versions = {figure.key: figure.version for figure in listed}
    stored = 0
    for tallies in _counted(listed, days, level_days, now):
        rows = list(_rows(tallies, versions, now))
        insert_rows(Snapshot, COLUMNS, rows)
        stored += len(rows)
    return stored


def _counted(
    figures: list[Figure], days: Collection[date], level_days: Collection[date], now: datetime
) -> Iterator[Tallies]:
    terms = Terms(as_of=now)
    levels = [figure for figure in figures if figure.kind == Kind.LEVEL]
    others = [figure for figure in figures if figure.kind != Kind.LEVEL]
    for listed, wanted in ((others, days), (levels, level_days)):
        if wanted:
            scope = Scope(start=min(wanted), end=max(wanted), as_of=now)
            grouping = Grouping(by_day=True, days=frozenset(wanted), cuts=("", *SNAPSHOT_SEGMENTS))
            yield from_facts(listed, Question(scope, terms, grouping))


def _rows(tallies: Tallies, versions: Mapping[str, int], now: datetime) -> Iterator[Row]:
    """Rows of the table, in the order of `COLUMNS`."""
    for group, named in tallies.items():
        if group.day is None:
            continue
        is_running = end_of(group.day) > now
        place = (group.day, group.dimension, group.segment or "")
        for (key, variant), tally in named.items():
            if tally != Tally():
                counts = (tally.count, tally.numerator, tally.denominator, tally.undecided)
                yield (
                    *(key, variant, *place, *counts, tally.unmeasured, tally.total),
                    json.dumps(to_json(tally.histogram)) if tally.histogram else _NO_HISTOGRAM,
                    is_running or bool(tally.undecided),
                    versions[key],
                    now,
                )
