"""Snapshots: they answer as facts do, for every figure and segment, whatever happened and however
often they were filled; a backlog is taken once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.fill import fill_touched, rollup
from metrics.fill.rebuild import ask_for_rebuild
from metrics.fill.rollup import fill_days
from metrics.models import DayState, DirtyDay, Snapshot
from metrics.policy import DEFAULT
from metrics.query import (
    Distribution,
    FigureValue,
    Level,
    Scope,
    Waiting,
    breakdowns,
    figures,
    series,
)
from metrics.query.collecting import from_facts
from metrics.query.counting import Grouping, Question
from metrics.query.tally import Group, figure_value
from metrics.registry import Kind, all_figures, get_figure
from metrics.segments import SNAPSHOT_SEGMENTS
from metrics.terms import Terms
from metrics.verify import verify
from metrics.zone import day_of
from tests.cast import Cast, make_cast
from tests.effort import examples
from tests.kept import kept
from tests.metrics.desk import RandomDesk, alike, all_snapshots
from tests.tickets.scenes import new_ticket
from tickets.services.picking import pick_up
from tickets.services.states import reopen, resolve
from tickets.services.talking import acknowledge, reply_as_customer

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 20, 9, tzinfo=UTC)  # the clocks change on 29 March
FIRST = date(2026, 3, 20)
KEYS = [figure.key for figure in all_figures()]
LEVELS = [figure.key for figure in all_figures() if figure.kind == Kind.LEVEL]
RATES = [figure.key for figure in all_figures() if figure.kind != Kind.LEVEL]


def _check_against_facts(desk: RandomDesk) -> None:
    scope = desk.scope(FIRST)
    kept = figures(RATES, scope)
    asked = Question(scope, Terms(DEFAULT, scope.as_of))
    counted = from_facts([get_figure(key) for key in RATES], asked)
    for key in RATES:
        plain = figure_value(get_figure(key), counted[Group()], waiting=_waiting(kept[key]))
        assert alike(kept[key], plain), key
    for by in SNAPSHOT_SEGMENTS:
        _check_segments(scope, by)


def _waiting(answer: FigureValue) -> dict[str, Waiting]:
    return {
        variant: value.waiting
        for variant, value in answer.variants.items()
        if isinstance(value, Distribution) and value.waiting
    }


def _without_waiting(answer: FigureValue) -> FigureValue:
    """Who waits is not kept in snapshots."""
    return FigureValue(
        answer.key,
        {
            name: replace(value, waiting=None) if isinstance(value, Distribution) else value
            for name, value in answer.variants.items()
        },
    )


def _check_segments(scope: Scope, by: str) -> None:
    asked = Question(scope, Terms(DEFAULT, scope.as_of), Grouping(by=by))
    counted = from_facts([get_figure(key) for key in RATES], asked)
    kept = breakdowns(RATES, scope, by=by)
    for key in RATES:
        found = {one.value: _without_waiting(one.figure) for one in kept[key]}
        named = {g.segment: t for g, t in counted.items() if any(name == key for name, _ in t)}
        assert {segment for segment, one in found.items() if one.main.n} <= named.keys(), (key, by)
        for segment, tallies in named.items():
            assert alike(found[segment or ""], figure_value(get_figure(key), tallies)), (key, by)


@settings(
    max_examples=examples(4),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_snapshots_are_facts_added_up(db: None, seed: int) -> None:
    with transaction.atomic():
        desk = RandomDesk(make_cast(), seed=seed, start=START)
        desk.play(40)
        desk.fill()
        _check_against_facts(desk)
        desk.play(25)
        desk.fill()
        _check_against_facts(desk)
        assert verify().differences == ()
        step_by_step = all_snapshots()
        with time_machine.travel(desk.now, tick=False):
            ask_for_rebuild()
            fill_touched()
            fill_days(now=desk.now)
        levels_aside = [row for row in step_by_step if row[0] not in LEVELS]
        assert [row for row in all_snapshots() if row[0] not in LEVELS] == levels_aside
        transaction.set_rollback(True)


@pytest.fixture
def desk(db: None) -> RandomDesk:
    """A desk that was filled."""
    return kept(_filled)


def _filled() -> RandomDesk:
    desk = RandomDesk(make_cast(), seed=4, start=START)
    desk.play(40)
    desk.fill()
    return desk


def test_filling_twice_changes_nothing(desk: RandomDesk) -> None:
    before = all_snapshots()
    assert fill_days(now=desk.now) == 0
    DirtyDay.objects.bulk_create(DirtyDay(day=state.day) for state in DayState.objects.all())
    assert fill_days(now=desk.now) > 0
    assert all_snapshots() == before


def test_killed_in_the_middle_nothing_is_lost(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = RandomDesk(cast, seed=2, start=START)
    desk.play(30)
    with time_machine.travel(desk.now, tick=False):
        fill_touched()
    marks = set(DirtyDay.objects.values_list("pk", flat=True))

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rollup, "next_changes", killed)
        with pytest.raises(KeyboardInterrupt):
            fill_days(now=desk.now)
    assert not Snapshot.objects.exists()
    assert set(DirtyDay.objects.values_list("pk", flat=True)) == marks
    fill_days(now=desk.now)
    assert Snapshot.objects.exists()
    assert not DirtyDay.objects.exists()


def test_a_mark_that_comes_meanwhile_is_not_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = RandomDesk(cast, seed=3, start=START)
    desk.play(10)
    with time_machine.travel(desk.now, tick=False):
        fill_touched()
    real = rollup.next_changes

    def meanwhile(days: object, now: datetime) -> object:
        DirtyDay.objects.create(day=FIRST)
        return real(days, now)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(rollup, "next_changes", meanwhile)
    fill_days(now=desk.now)
    assert list(DirtyDay.objects.values_list("day", flat=True)) == [FIRST]


def test_cost_follows_change(desk: RandomDesk) -> None:
    with time_machine.travel(desk.now, tick=False):
        pick_up(new_ticket(desk.cast), actor=desk.cast.agent)
        fill_touched()
        assert set(DirtyDay.objects.values_list("day", flat=True)) == {day_of(desk.now)}
        assert fill_days(now=desk.now) == 1


def test_a_day_is_redone_when_a_window_ends(cast: Cast) -> None:
    with time_machine.travel(START, tick=False):
        ticket = new_ticket(cast)
        pick_up(ticket, actor=cast.agent)
        resolve(ticket, resolution_code="solved", reply="Do this.", actor=cast.agent)
        fill_touched()
    fill_days(now=START + timedelta(days=1))
    first = Snapshot.objects.get(figure="fcr", dimension="")
    assert (first.undecided, first.is_provisional) == (1, True)
    ends = START + timedelta(days=7)
    assert DayState.objects.get(day=FIRST).next_change_at == ends
    fill_days(now=ends - timedelta(seconds=1))
    assert Snapshot.objects.get(figure="fcr", dimension="").undecided == 1
    fill_days(now=ends)
    second = Snapshot.objects.get(figure="fcr", dimension="")
    assert (second.numerator, second.denominator, second.undecided) == (1, 1, 0)


def test_a_backlog_is_taken_once(cast: Cast) -> None:
    with time_machine.travel(START, tick=False):
        ticket = new_ticket(cast)
        pick_up(ticket, actor=cast.agent)
        resolve(ticket, resolution_code="solved", reply="Do this.", actor=cast.agent)
    with time_machine.travel(START + timedelta(hours=2), tick=False):
        thanks = reply_as_customer(ticket, body="Thanks!", actor=cast.customer)
        fill_touched()
    next_day = START + timedelta(days=1)
    fill_days(now=next_day)
    scope = Scope(start=FIRST, end=FIRST, as_of=next_day)
    assert figures(["backlog"], scope)["backlog"].main.value == 1
    with time_machine.travel(next_day + timedelta(minutes=1), tick=False):
        acknowledge(ticket, message=thanks, actor=cast.agent)  # type: ignore[arg-type]
        fill_touched()
    fill_days(now=next_day + timedelta(hours=1))
    later = Scope(start=FIRST, end=FIRST, as_of=next_day + timedelta(hours=1))
    assert figures(["backlog"], later)["backlog"].main.value == 1  # as it was taken
    assert figures(["reopen_rate"], later)["reopen_rate"].main.value == 0  # rates follow
    assert verify().differences == ()


def test_a_backlog_waits_for_what_is_still_to_be_read(cast: Cast) -> None:
    with time_machine.travel(START, tick=False):
        ticket = new_ticket(cast)
        fill_touched()
        pick_up(ticket, actor=cast.agent)
    fill_days(now=START + timedelta(days=1))
    assert not DayState.objects.filter(backlog_taken_at__isnull=False).exists()
    fill_touched()
    fill_days(now=START + timedelta(days=1))
    assert DayState.objects.get(day=FIRST).backlog_taken_at is not None


def test_every_quiet_day_has_its_backlog(cast: Cast) -> None:
    with time_machine.travel(START, tick=False):
        new_ticket(cast)
        fill_touched()
    now = START + timedelta(days=30)
    fill_days(now=now)
    points = series("backlog", Scope(start=FIRST, end=now.date(), as_of=now))
    assert [point.value.value for point in points] == [1] * 31
    assert DayState.objects.filter(backlog_taken_at__isnull=False).count() == 30
    last = points[-1].value
    assert isinstance(last, Level)
    assert last.at == now
    assert points[-1].is_provisional


def test_a_rebuild_takes_backlogs_again(desk: RandomDesk) -> None:
    before = all_snapshots()
    Snapshot.objects.filter(figure="backlog").update(count=99)
    with time_machine.travel(desk.now, tick=False):
        call_command("fill_metrics", rebuild=True, verbosity=0)
        assert all_snapshots() == before


def test_reopened_leaves_the_day_of_its_earlier_resolution(cast: Cast) -> None:
    with time_machine.travel(START, tick=False):
        ticket = new_ticket(cast)
        pick_up(ticket, actor=cast.agent)
        resolve(ticket, resolution_code="solved", reply="Do this.", actor=cast.agent)
        fill_touched()
    later = START + timedelta(days=2)
    fill_days(now=START + timedelta(days=1))
    scope = Scope(start=FIRST, end=FIRST, as_of=later)
    assert figures(["resolved"], scope)["resolved"].main.value == 1
    with time_machine.travel(later, tick=False):
        reopen(ticket, reason="Again.", actor=cast.agent)
        fill_touched()
    assert figures(["resolved"], scope)["resolved"].main.value == 0  # before the day is redone
    fill_days(now=later)
    assert figures(["resolved"], scope)["resolved"].main.value == 0  # and after
