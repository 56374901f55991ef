"""Workers that fill days at once: each day is redone once, and ends in the same rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from metrics.fill import fill_touched, rollup
from metrics.fill.rollup import fill_days
from metrics.models import DayState, DirtyDay, Snapshot
from metrics.verify import verify
from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.metrics.desk import RandomDesk, all_snapshots
from tests.tickets.scenes import new_ticket

START = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize("attempt", range(3))
def test_three_workers_at_once(
    cast: Cast, race: Race, monkeypatch: pytest.MonkeyPatch, attempt: int
) -> None:
    monkeypatch.setattr(rollup, "MOST_DAYS", 2)  # many small batches, so that they meet
    desk = RandomDesk(cast, seed=attempt, start=START)
    desk.play(30)
    desk.fill()
    alone = all_snapshots()
    Snapshot.objects.all().delete()
    days = DayState.objects.values_list("day", flat=True)
    DirtyDay.objects.bulk_create(DirtyDay(day=day, needs_backlog=True) for day in days)
    DayState.objects.all().delete()
    results = race(*[lambda: fill_days(now=desk.now)] * 3)
    assert all(isinstance(result, int) for result in results), results
    assert all_snapshots() == alone
    assert not DirtyDay.objects.exists()
    assert verify().differences == ()


def test_facts_that_change_meanwhile_are_counted_in_the_end(cast: Cast, race: Race) -> None:
    desk = RandomDesk(cast, seed=9, start=START)
    desk.play(20)
    desk.fill()

    def work() -> None:
        for _ in range(8):
            new_ticket(cast)
            fill_touched()

    def fill() -> None:
        for _ in range(8):
            fill_days(now=desk.now)

    with time_machine.travel(desk.now, tick=False):
        results = race(work, fill, fill)
    assert results == [None, None, None], results
    fill_days(now=desk.now)
    assert not DirtyDay.objects.exists()
    assert verify().differences == ()
