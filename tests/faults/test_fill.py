"""Filling the figures while it is killed, repeated and run twice: always the same rows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.desk import Desk, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("faults")]
TICKETS = "60"


@pytest.fixture(scope="module")
def migrated(migrated: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk that others are copied from has a history here."""
    desk = Desk(tmp_path_factory.mktemp("history"), like=migrated)
    desk.run("tests/faults/make_history.py", TICKETS)
    yield desk
    desk.close()


def figures(desk: Desk, *, within: int = 0) -> dict[str, Any]:
    """What is filled; waits until all is, for `within` seconds at most."""
    shown = desk.run("tests/faults/show_figures.py", str(within), within=within + 240)
    return dict(json.loads(shown))


def test_killed_anywhere_and_run_twice_it_ends_in_the_same_rows(small_desk: Desk) -> None:
    desk = small_desk
    for seconds in (0.4, 0.7, 1.0, 1.3):
        fill = desk.start("manage.py", "fill_metrics")
        time.sleep(seconds)
        fill.kill()
    both = [desk.start("manage.py", "fill_metrics") for _ in range(2)]
    assert [fill.wait(timeout=120) for fill in both] == [0, 0], desk.logs()
    filled = figures(desk)
    assert len(filled["TicketFacts"]) == int(TICKETS)
    assert filled["to_do"] == 0
    desk.manage("fill_metrics", "--rebuild")
    assert figures(desk) == filled
    desk.manage("verify_metrics")


def test_a_worker_killed_while_it_fills_loses_nothing(desk: Desk) -> None:
    for seconds in (0.1, 0.3, 0.6):
        desk.nudge("metrics.tasks.fill")
        worker = desk.start_worker()
        wait_until(lambda: desk.waiting_tasks() == 0, within=90, what="it has begun to fill")
        time.sleep(seconds)
        worker.kill()
    desk.nudge("metrics.tasks.fill")
    desk.start_worker()
    filled = figures(desk, within=240)
    assert filled["to_do"] == 0, desk.logs()
    assert len(filled["TicketFacts"]) == int(TICKETS)
    desk.manage("verify_metrics")
