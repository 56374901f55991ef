"""Paths and the labels under a time axis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from metrics.charts.parts import Label

Place = tuple[float, float]
_STRIDES = {"day": (1, 2, 7, 14, 28, 56), "week": (1, 2, 4, 8, 13, 26), "month": (1, 2, 3, 6, 12)}


def short(number: float) -> str:
    """Write a coordinate with two decimals at most."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def line(points: Iterable[Place]) -> str:
    """Return a path through the points; fewer than two draw nothing."""
    return "M" + "L".join(f"{short(x)},{short(y)}" for x, y in points)


def area(upper: Sequence[Place], lower: Sequence[Place]) -> str:
    """Return the closed path between two edges, both from left to right."""
    return line(upper) + "L" + line(reversed(lower))[1:] + "Z"


def runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of each unbroken stretch of true flags, ascending."""
    start: int | None = None
    for i, flag in enumerate((*flags, False)):
        if flag and start is None:
            start = i
        elif not flag and start is not None:
            yield start, i - 1
            start = None


def date_labels(starts: Sequence[dt.date], *, bucket: str) -> tuple[Label, ...]:
    """Choose at most seven dates that fall on pleasant places; every other one may be secondary.

    `starts` are the buckets' first days, ascending, each taking the same room. Days are labelled on
    Mondays once not all of them fit; longer than a year, months and years are written.
    """
    if not starts:
        return ()
    number, is_long = len(starts), (starts[-1] - starts[0]).days > 366
    most = 6 if is_long or bucket == "month" else 7
    stride = next((s for s in _STRIDES[bucket] if number / s <= most), -(-number // most))
    first = _first(starts, bucket=bucket, stride=stride)
    labels = (
        Label(
            x=round(100 * (i + 0.5) / number, 2),
            text=_text(
                starts[i], has_year=is_long or (bucket == "month" and place == 0), bucket=bucket
            ),
            is_secondary=number / stride > 4 and place % 2 == 1,
        )
        for place, i in enumerate(range(first, number, stride))
    )
    return tuple(label for label in labels if label.x <= 96 or number == 1)


def _first(starts: Sequence[dt.date], *, bucket: str, stride: int) -> int:
    if bucket == "day" and stride >= 7:
        return next((i for i, day in enumerate(starts) if day.weekday() == 0), 0)
    if bucket == "month" and stride > 1:
        return next((i for i, day in enumerate(starts) if day.month % stride == 1 % stride), 0)
    return 0


def _text(day: dt.date, *, bucket: str, has_year: bool) -> str:
    if has_year or (bucket == "month" and day.month == 1):
        return f"{day:%b %Y}"
    return f"{day:%b}" if bucket == "month" else f"{day.day} {day:%b}"
