"""The report of a period: every figure as plain values, with exact percentiles, and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.conf import settings

from metrics.policy import Policy
from metrics.query import (
    FigureValue,
    Level,
    Point,
    Rate,
    Scope,
    Waiting,
    breakdowns,
    figures,
    payload,
    series,
    series_by,
)
from metrics.query.tally import figure_value
from metrics.registry import Kind, all_figures, get_figure

Row = tuple[str, str, str, Any]
"""(segment value's label, figure, part, value): one line of the table."""

HEADINGS: Final = ("segment", "figure", "part", "value")


def report(scope: Scope, policy: Policy, *, by: str | None = None) -> dict[str, Any]:
    """Answer every figure for a period, both days included, as JSON has it.

    With `by` the figures stand under each value of the segment. Raises InvalidInput for a segment
    that is none.
    """
    keys = [figure.key for figure in all_figures()]
    found: dict[str, Any] = {
        "from": scope.start.isoformat(),
        "to": scope.end.isoformat(),
        "zone": settings.REPORTING_TIME_ZONE,
        "as_of": scope.as_of.isoformat(),
        "policy": policy.as_texts(),
    }
    if by is None:
        answers = figures(keys, scope, policy, is_exact=True)
        levels = {key: series(key, scope) for key in keys if _is_level(key)}
        return {**found, "figures": _payloads(answers, levels)}
    return {**found, "by": by, "segments": _segments(keys, scope, policy, by)}


def _segments(keys: list[str], scope: Scope, policy: Policy, by: str) -> dict[str, Any]:
    """The figures of each segment value that anything was counted for."""
    listed = breakdowns(keys, scope, policy, by=by, is_exact=True)
    labels = {one.value: one.label for found in listed.values() for one in found}
    answers = {key: {one.value: one.figure for one in found} for key, found in listed.items()}
    levels = {key: series_by(key, scope, by=by) for key in keys if _is_level(key)}
    never = {key: [_none_of(point) for point in series(key, scope)] for key in levels}
    segments = {}
    for value in sorted(labels, key=lambda one: (one in ("", "0"), labels[one])):
        of_value = {key: answers[key].get(value) or _nothing(key) for key in keys}
        days = {key: found.get(value, never[key]) for key, found in levels.items()}
        segments[value] = {"label": labels[value], "figures": _payloads(of_value, days)}
    return segments


def _nothing(key: str) -> FigureValue:
    """The answer where nothing was counted."""
    figure = get_figure(key)
    return figure_value(figure, {}, waiting=Waiting() if figure.waiting else None)


def _none_of(point: Point) -> Point:
    """The same step of a level with nothing in it; still None where it is yet to come."""
    is_past = isinstance(point.value, Level) and point.value.value is not None
    return replace(point, value=Level(0) if is_past else Level())


def _payloads(
    answers: Mapping[str, FigureValue], levels: Mapping[str, list[Point]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, answer in answers.items():
        found[key] = _by_day(levels[key]) if key in levels else payload(answer)
        if isinstance(answer.main, Rate) and answer.main.events is not None:
            found["reopens"] = answer.main.events
    return found


def _is_level(key: str) -> bool:
    return get_figure(key).kind == Kind.LEVEL


def _by_day(points: Iterable[Point]) -> dict[str, int | None]:
    """The value at the end of each day; so far for the running day, None for days to come."""
    return {
        point.start.isoformat(): point.value.value
        for point in points
        if isinstance(point.value, Level)
    }


def table(found: Mapping[str, Any]) -> Iterator[Row]:
    """A report as lines, in its own order; nested parts are joined with dots."""
    if "figures" in found:
        yield from _lines("", found["figures"])
    for segment in found.get("segments", {}).values():
        yield from _lines(segment["label"], segment["figures"])


def _lines(label: str, answers: Mapping[str, Any]) -> Iterator[Row]:
    for key, answer in answers.items():
        for part, value in _parts(answer):
            yield label, key, part, value


def _parts(answer: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if not isinstance(answer, dict):
        yield ".".join(path), answer
        return
    for name, inner in answer.items():
        yield from _parts(inner, (*path, name))


def aligned(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of text, columns below each other; a dash stands for no value."""
    texts = [HEADINGS, *((label, key, part, _text(value)) for label, key, part, value in rows)]
    widths = [max(len(row[i]) for row in texts) for i in range(len(HEADINGS))]
    if not widths[0] or all(not row[0] for row in texts[1:]):
        texts, widths = [("", *row[1:]) for row in texts], [0, *widths[1:]]
    for label, key, part, value in texts:
        columns = (label.ljust(widths[0]), key.ljust(widths[1]), part.ljust(widths[2]))
        yield f"{'  '.join(columns).lstrip() if not widths[0] else '  '.join(columns)}  {value}"


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.3f}" if isinstance(value, float) else str(value)
