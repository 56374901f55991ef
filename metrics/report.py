"""The report of a period: every figure as plain values, with exact percentiles, and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.conf import settings

from metrics.cells import cell
from metrics.fill.rollup import known
from metrics.policy import Policy
from metrics.query import (
    ANY_ISSUE,
    FigureValue,
    Level,
    Point,
    Rate,
    Scope,
    beside,
    breakdown,
    breakdowns,
    figures,
    next_issue_of_any,
    payload,
    series,
    series_by,
    told_keys,
)
from metrics.query.tally import figure_value
from metrics.query.waiting import nobody_waits
from metrics.registry import Kind, get_figure
from metrics.segments import read_by

Row = tuple[str, str, str, str, Any]
"""(segment value, its label, figure, part, value): one line of the table."""

HEADINGS: Final = ("segment", "figure", "part", "value", "segment_value")


def report(scope: Scope, policy: Policy, *, by: str | None = None) -> dict[str, Any]:
    """Answer every figure for a period, both days included, as JSON has it.

    With `by` the figures stand under each value of the segment; with two that are crossed
    ("category,agent") under each pair of values. `as_of` is the moment up to which
    all that was recorded is counted: now, unless changed tickets wait to be measured. Raises
    InvalidInput for a segment that is none.
    """
    keys = told_keys(scope)
    by = None if by is None else read_by(by)
    found: dict[str, Any] = {
        "from": scope.start.isoformat(),
        "to": scope.end.isoformat(),
        "zone": settings.REPORTING_TIME_ZONE,
        "as_of": known(scope.as_of).until.isoformat(),
        "policy": policy.as_texts(),
    }
    if by is None:
        answers = figures(keys, scope, policy, is_exact=True)
        answers |= next_issue_of_any(answers, scope, policy)
        levels = {key: series(key, scope) for key in keys if _is_level(key)}
        return {**found, "figures": _payloads(answers, levels)}
    return {**found, "by": by, "segments": _segments(keys, scope, policy, by)}


def _segments(keys: list[str], scope: Scope, policy: Policy, by: str) -> dict[str, Any]:
    """The figures of each segment value that anything was counted for."""
    listed = breakdowns(keys, scope, policy, by=by, is_exact=True)
    if "nia" in listed:
        listed[ANY_ISSUE] = breakdown("nia", scope, policy.in_any_category, by=by)
    labels = {one.value: one.label for found in listed.values() for one in found}
    answers = {key: {one.value: one.figure for one in found} for key, found in listed.items()}
    levels = {key: series_by(key, scope, by=by) for key in keys if _is_level(key)}
    never = {key: [_none_of(point) for point in series(key, scope)] for key in levels}
    segments = {}
    for value in sorted(labels, key=lambda one: (one in ("", "0"), labels[one], len(one), one)):
        of_value = {name: found.get(value) or _nothing(name) for name, found in answers.items()}
        days = {key: found.get(value, never[key]) for key, found in levels.items()}
        segments[value] = {"label": labels[value], "figures": _payloads(of_value, days)}
    return segments


def _nothing(name: str) -> FigureValue:
    """The answer where nothing was counted."""
    figure = get_figure("nia" if name == ANY_ISSUE else name)
    return figure_value(figure, {}, waiting=nobody_waits(figure))


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
        found |= beside(answer)
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
        yield from _lines("", "", found["figures"])
    for value, segment in found.get("segments", {}).items():
        yield from _lines(value, segment["label"], segment["figures"])


def _lines(segment: str, label: str, answers: Mapping[str, Any]) -> Iterator[Row]:
    for key, answer in answers.items():
        for part, value in _parts(answer):
            yield segment, label, key, part, value


def _parts(answer: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if not isinstance(answer, dict):
        yield ".".join(path), answer
        return
    for name, inner in answer.items():
        yield from _parts(inner, (*path, name))


def cells(row: Row) -> list[str]:
    """A line as cells of a file, in the order of `HEADINGS`."""
    segment, label, key, part, value = row
    return [cell(one) for one in (label, key, part, value, segment)]


def aligned(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of text, columns below each other; a dash stands for no value. Labels that two segment
    values share are told apart by the values."""
    listed = list(rows)
    labels = _told_apart({segment: label for segment, label, *_ in listed})
    texts = [("segment", "figure", "part", "value")]
    texts += [(labels[segment], key, part, _text(one)) for segment, _, key, part, one in listed]
    if not any(labels.values()):
        texts = [("", *row[1:]) for row in texts]
    widths = [max(len(row[i]) for row in texts) for i in range(3)]
    for *columns, value in texts:
        padded = [text.ljust(width) for text, width in zip(columns, widths, strict=True) if width]
        yield "  ".join([*padded, value])


def _told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    often = Counter(labels.values())
    return {
        value: f"{label} ({value})" if often[label] > 1 else label
        for value, label in labels.items()
    }


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.3f}" if isinstance(value, float) else str(value)
