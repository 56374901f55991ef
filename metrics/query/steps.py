"""The steps of a series: days, weeks from Monday, or months, cut to the period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from metrics.query.held import instant_of
from metrics.query.scope import Scope
from metrics.query.tally import Group, Named, Tallies, figure_value, merge, new_tallies, regroup
from metrics.query.values import Point
from metrics.query.waiting import WaitingBy, Waits, waiting_in
from metrics.registry import Figure, Kind
from metrics.zone import days_between, end_of
from tickets.errors import InvalidInput

Bucket = Literal["day", "week", "month"]


def bucket_starts(scope: Scope, bucket: str) -> dict[date, date]:
    """For each day of the scope, the first day of its bucket that lies in the scope."""
    found: dict[date, date] = {}
    for day in days_between(scope.start, scope.end):
        match bucket:
            case "day":
                start = day
            case "week":
                start = day - timedelta(days=day.weekday())
            case "month":
                start = day.replace(day=1)
            case _:
                raise InvalidInput(f"“{bucket}” is no bucket; choose from day, week, month.")
        found[day] = max(start, scope.start)
    return found


def steps_of(scope: Scope, bucket: str) -> list[tuple[date, date]]:
    """The first and last day of each step."""
    return list({start: day for day, start in bucket_starts(scope, bucket).items()}.items())


def at_ends(by_day: Tallies, scope: Scope, bucket: str) -> Tallies:
    """A level of a step is that of its last day."""
    firsts = {end: start for start, end in steps_of(scope, bucket)}
    found = new_tallies()
    for group, named in by_day.items():
        if group.day in firsts:
            merge(found, {Group(firsts[group.day], group.segment): named})
    return found


def in_steps(figure: Figure, by_day: Tallies, scope: Scope, bucket: str) -> Tallies:
    """Put the days of a figure together, by the first day of each step."""
    if figure.kind == Kind.LEVEL:
        return at_ends(by_day, scope, bucket)
    return regroup(by_day, bucket_starts(scope, bucket))


def points(
    figure: Figure,
    scope: Scope,
    found: Tallies,
    *,
    bucket: str,
    segment: str | None = None,
    waits: Waits | None = None,
) -> dict[str, list[Point]]:
    """Write out every step of each variant, also those without anything counted. `waits` says who
    still waits, by day."""
    steps = [
        _step(figure, scope.between(start, end), found.get(Group(start, segment), {}), wait)
        for start, end in steps_of(scope, bucket)
        for wait in [waiting_in(waits or {}, scope.between(start, end), segment=segment or "")]
    ]
    return {variant: [step[variant] for step in steps] for variant in figure.measures}


def _step(figure: Figure, step: Scope, named: Named, waiting: WaitingBy) -> dict[str, Point]:
    """The point of each variant."""
    at = instant_of(step.end, step.as_of)
    answer = figure_value(figure, named, waiting=waiting, at=at)
    is_running = end_of(step.end) > step.as_of
    return {
        variant: Point(step.start, step.end, value, is_running or bool(value.undecided))
        for variant, value in answer.variants.items()
    }
