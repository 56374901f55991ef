"""The snapshots of some days, counted from facts under the default policy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from metrics.histogram import to_json
from metrics.models import Snapshot
from metrics.query.counting import Grouping, Question
from metrics.query.scope import Scope
from metrics.query.service import from_facts
from metrics.query.tally import Tallies, Tally
from metrics.registry import Figure, Kind
from metrics.segments import SNAPSHOT_SEGMENTS
from metrics.terms import Terms
from metrics.zone import end_of


def snapshots_of(
    figures: Iterable[Figure],
    days: Collection[date],
    *,
    level_days: Collection[date],
    now: datetime,
) -> list[Snapshot]:
    """Count the figures on the days, as unsaved rows; levels on `level_days` alone.
    Where nothing counted there is no row."""
    listed = list(figures)
    versions = {figure.key: figure.version for figure in listed}
    found: list[Snapshot] = []
    for dimension in ("", *SNAPSHOT_SEGMENTS):
        tallies = _counted(listed, days, level_days, dimension, now)
        for day, segment, key, variant, tally in _rows(tallies):
            found.append(
                Snapshot(
                    figure=key,
                    variant=variant,
                    day=day,
                    dimension=dimension,
                    segment=segment,
                    count=tally.count,
                    numerator=tally.numerator,
                    denominator=tally.denominator,
                    undecided=tally.undecided,
                    unmeasured=tally.unmeasured,
                    total=tally.total,
                    histogram=to_json(tally.histogram),
                    is_provisional=bool(tally.undecided) or end_of(day) > now,
                    definition_version=versions[key],
                    computed_at=now,
                )
            )
    return found


def _counted(
    figures: list[Figure],
    days: Collection[date],
    level_days: Collection[date],
    dimension: str,
    now: datetime,
) -> Iterator[Tallies]:
    levels = [figure for figure in figures if figure.kind == Kind.LEVEL]
    others = [figure for figure in figures if figure.kind != Kind.LEVEL]
    for listed, wanted in ((others, days), (levels, level_days)):
        if wanted:
            scope = Scope(start=min(wanted), end=max(wanted), as_of=now)
            grouping = Grouping(by_day=True, by=dimension or None, days=frozenset(wanted))
            yield from_facts(listed, Question(scope, Terms(as_of=now), grouping))


def _rows(tallies: Iterator[Tallies]) -> Iterator[tuple[date, str, str, str, Tally]]:
    for counted in tallies:
        for group, named in counted.items():
            for (key, variant), tally in named.items():
                tally.fold()
                if group.day is not None and tally != Tally():
                    yield group.day, group.segment or "", key, variant, tally
