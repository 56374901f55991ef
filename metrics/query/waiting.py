"""Those that a distribution does not hold yet, because they still wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min

from metrics.query.counting import Question, is_narrowed, waiting_rows
from metrics.query.scope import Scope
from metrics.query.values import Waiting
from metrics.registry import Figure
from metrics.segments import crossed, joined

ByDay = Mapping[date, tuple[int, datetime]]
"""By the day that they count on: how many wait, and since when the first of them does."""

Waits = Mapping[str, Mapping[str, ByDay]]
"""By variant and segment value ("" where none is asked for). Variants in which nobody can wait are
absent."""

WaitingBy = Mapping[str, Waiting]
"""By variant: who waits."""


def waiting_on(figure: Figure, asked: Question) -> Waits:
    """Who waits, by the day that they count on and the segment that is asked for. One query; none
    where nobody can wait."""
    if not figure.waiting or not is_narrowed(figure, asked.scope):
        return {}
    by = asked.grouping.by or ""
    if not figure.source.tells(by):
        return {}
    paths = {"day": figure.source.day}
    paths |= {segment: figure.source.segments[segment] for segment in crossed(by)}
    found = waiting_rows(figure, asked).values(
        **{f"group_{name}": F(path) for name, path in paths.items()}
    )
    listed = list(found.annotate(**_columns(figure, asked)))
    return {variant: _by_segment(listed, place, by) for place, variant in enumerate(figure.waiting)}


def _columns(figure: Figure, asked: Question) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for place, waiting in enumerate(figure.waiting.values()):
        condition = waiting.rows(asked.terms)
        columns[f"n_{place}"] = Count("pk", filter=condition)
        columns[f"since_{place}"] = Min(waiting.since, filter=condition)
    return columns


def _by_segment(rows: Iterable[Mapping[str, Any]], place: int, by: str) -> Mapping[str, ByDay]:
    found: dict[str, dict[date, tuple[int, datetime]]] = defaultdict(dict)
    for row in rows:
        if row[f"n_{place}"]:
            by_day = found[joined(row[f"group_{segment}"] for segment in crossed(by))]
            by_day[row["group_day"]] = (row[f"n_{place}"], row[f"since_{place}"])
    return found


def waiting_in(waits: Waits, period: Scope, *, segment: str = "") -> WaitingBy:
    """Those of them that count in a period, of one segment value."""
    return {variant: _waiting(found.get(segment, {}), period) for variant, found in waits.items()}


def _waiting(by_day: ByDay, period: Scope) -> Waiting:
    found = [each for day, each in by_day.items() if period.start <= day <= period.end]
    if not found:
        return Waiting()
    oldest = min(since for _, since in found)
    return Waiting(sum(n for n, _ in found), (period.as_of - oldest).total_seconds())


def segments_of(waits: Waits) -> set[str]:
    """The segment values of those that wait."""
    return {value for found in waits.values() for value in found}


def nobody_waits(figure: Figure) -> WaitingBy:
    """What is said where nobody waits; nothing where nobody can."""
    return dict.fromkeys(figure.waiting, Waiting())
