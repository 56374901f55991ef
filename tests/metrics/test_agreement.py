"""Tile, chart, segments, drill-down, report and snapshots say the same of every figure, whatever
was entered late, sorted otherwise, imported or edited since; verify_metrics finds no difference."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metrics.fill import fill_touched
from metrics.fill.following import follow_calendars
from metrics.policy import DEFAULT
from metrics.query import (
    Distribution,
    FigureValue,
    Index,
    Level,
    Point,
    Rate,
    Scope,
    Total,
    Value,
    Waiting,
    backlog_ages,
    breakdowns,
    count_days,
    count_tickets,
    figures,
    parts_of,
    payload,
)
from metrics.query.collecting import from_facts
from metrics.query.counting import Question
from metrics.query.tally import Group, figure_value
from metrics.registry import Kind, all_figures, get_figure
from metrics.report import report
from metrics.segments import Segment
from metrics.terms import Terms
from metrics.verify import verify
from tests.cast import make_cast
from tests.effort import examples
from tests.metrics.busy_desk import BusyDesk
from tests.metrics.desk import alike

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 20, 9, tzinfo=UTC)  # the clocks change on 29 March
FIRST = date(2026, 3, 20)
KEYS: Final = [one.key for one in all_figures() if Segment.SERVICE not in one.segments]
# Whose rows are tickets, each at most once: their number is that of the tickets behind it.
OF_TICKETS: Final = {figure.key for figure in all_figures() if figure.source.noun == "tickets"} - {
    "touch_time"
}
CROSSED: Final = ("category", "priority", "tier", "channel", "level", "type", "product", "team")


@settings(
    max_examples=examples(2),
    phases=(Phase.generate,),  # a smaller seed is no simpler desk
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_all_that_tells_a_figure_tells_the_same(db: None, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        desk = BusyDesk(make_cast(), seed=seed, start=START, folder=Path(folder))
        desk.play(25)
        desk.take_over()
        desk.fill()
        desk.play(12)
        desk.take_over()
        desk.sort_anew()
        desk.fill()
        _agrees(desk, narrowed=(0, 2))
        desk.play(6)
        desk.sort_anew()
        desk.edit_calendar()
        with time_machine.travel(desk.now, tick=False):
            follow_calendars()
            fill_touched()  # days wait to be redone: half snapshots, half facts
        _agrees(desk, narrowed=(1,))
        desk.fill()
        with time_machine.travel(desk.now, tick=False):
            found = verify()
        assert (found.differences, found.waiting_days, found.waiting_tickets) == ((), 0, 0)
        transaction.set_rollback(True)


def _agrees(desk: BusyDesk, *, narrowed: Iterable[int]) -> None:
    """Ask about some periods, narrowed to so many segments each."""
    for number in narrowed:
        start, end = desk.period(FIRST)
        scope = Scope(start=start, end=end, filters=_filters(desk, number), as_of=desk.now)
        told = figures(KEYS, scope)
        _check_drill_down(scope, told)
        _check_series(scope, told)
        _check_segments(scope, told, by=desk.choose(CROSSED))
        _check_facts(scope, told)
        _check_report(scope, told)


def _filters(desk: BusyDesk, number: int) -> dict[str, tuple[str, ...]]:
    """So many segments, each narrowed to a value that something is counted for."""
    found: dict[str, tuple[str, ...]] = {}
    for segment in (desk.choose(CROSSED) for _ in range(number)):
        listed = breakdowns(["created", "backlog"], desk.scope(FIRST), by=segment)
        values = sorted({one.value for answers in listed.values() for one in answers})
        found[segment] = (desk.choose(values),)
    return found


# Each against the tile ----------------------------------------------------------------------


def _check_drill_down(scope: Scope, told: Mapping[str, FigureValue]) -> None:
    for key, answer in told.items():
        figure = get_figure(key)
        for variant, value in answer.variants.items():
            for part in parts_of(figure):
                opened = count_tickets(key, scope, part=part, variant=variant)
                counted = _number_of(value, part)
                where = (key, variant, part, scope)
                if key in OF_TICKETS:
                    assert opened == counted, where
                else:  # several rows may be of one ticket
                    assert opened <= counted, where
                    assert bool(opened) == bool(counted), where
    assert sum(one.n for one in backlog_ages(scope)) == told["backlog"].main.n, scope


def _number_of(value: Value, part: str) -> int:
    match value:
        case Rate() if part == "missed":
            return value.denominator - value.numerator
        case Distribution() if part == "waiting":
            return value.undecided
        case Rate() | Index():
            return int(getattr(value, part))
        case _:
            return value.n


def _check_series(scope: Scope, told: Mapping[str, FigureValue]) -> None:
    shown = {key: tuple(answer.variants) for key, answer in told.items()}
    counted = count_days(shown, [scope], buckets=["day", "week"])
    for key, answer in told.items():
        for bucket in ("day", "week"):
            for variant, points in counted.steps(key, scope, bucket=bucket).items():
                where = (key, variant, bucket, scope)
                _check_steps(points, answer[variant], where)


def _check_steps(points: list[Point], tile: Value, where: object) -> None:
    steps = [point.value for point in points]
    if isinstance(tile, Level):
        assert steps[-1].n == tile.n, where
        return
    for name in ("n", "numerator", "undecided", "unmeasured", "promoters", "events"):
        if getattr(tile, name, None) is not None:
            assert sum(getattr(one, name) for one in steps) == getattr(tile, name), (*where, name)  # type: ignore[misc]
    if isinstance(tile, Total):
        assert sum(one.value or 0 for one in steps) == pytest.approx(tile.value or 0), where


def _check_segments(scope: Scope, told: Mapping[str, FigureValue], *, by: str) -> None:
    """Every row has one value of a segment: together they are the tile."""
    for key, answers in breakdowns(KEYS, scope, by=by).items():
        for variant, tile in told[key].variants.items():
            values = [one.figure[variant] for one in answers]
            for name in ("n", "numerator", "undecided", "unmeasured"):
                if getattr(tile, name, None) is not None:
                    added = sum(getattr(one, name) for one in values)
                    assert added == getattr(tile, name), (key, variant, name, by, scope)


def _check_facts(scope: Scope, told: Mapping[str, FigureValue]) -> None:
    """Levels aside, which are as they were taken."""
    listed = [get_figure(key) for key in KEYS if get_figure(key).kind != Kind.LEVEL]
    counted = from_facts(listed, Question(scope, Terms(DEFAULT, scope.as_of)))
    for figure in listed:
        kept = told[figure.key]
        plain = figure_value(figure, counted[Group()], waiting=_waiting(kept))
        assert alike(kept, plain), (figure.key, scope)


def _waiting(answer: FigureValue) -> dict[str, Waiting]:
    """Who waits is not kept in snapshots."""
    return {
        variant: value.waiting
        for variant, value in answer.variants.items()
        if isinstance(value, Distribution) and value.waiting
    }


def _check_report(scope: Scope, told: Mapping[str, FigureValue]) -> None:
    reported = report(scope, DEFAULT)["figures"]
    for key, answer in told.items():
        if isinstance(answer.main, Level):
            assert list(reported[key].values())[-1] == answer.main.value, (key, scope)
        else:
            assert _whole(reported[key]) == _whole(payload(answer)), (key, scope)


def _whole(found: Any, path: str = "") -> dict[str, Any]:
    """The numbers of a payload that are counted rather than measured, by where they stand."""
    if isinstance(found, dict):
        return {
            name: number
            for key, inner in found.items()
            for name, number in _whole(inner, f"{path}.{key}").items()
        }
    return {path: found} if isinstance(found, int) and not isinstance(found, bool) else {}
