"""Filling the figures while it is killed, repeated and run twice: always the same rows."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.faults.desk import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("faults")]
TICKETS = "240"


def figures(desk: Desk, *, within: int = 0) -> dict[str, Any]:
    """What is filled; waits until all is, for `within` seconds at most."""
    shown = desk.run("tests/faults/show_figures.py", str(within), within=within + 240)
    return dict(json.loads(shown))


def test_killed_anywhere_and_run_twice_it_ends_in_the_same_rows(small_desk: Desk) -> None:
    desk = small_desk
    desk.run("tests/faults/make_history.py", TICKETS)
    for seconds in (1.2, 1.6, 2.0, 2.6):
        fill = desk.start("manage.py", "fill_metrics")
        time.sleep(seconds)
        desk.kill(fill)
    both = [desk.start("manage.py", "fill_metrics") for _ in range(2)]
    assert [fill.wait(timeout=120) for fill in both] == [0, 0], desk.logs()
    filled = figures(desk)
    assert len(filled["TicketFacts"]) == int(TICKETS)
    assert filled["to_do"] == 0
    desk.manage("fill_metrics", "--rebuild")
    assert figures(desk) == filled
    desk.manage("verify_metrics")


def test_a_worker_killed_while_it_fills_loses_nothing(desk: Desk) -> None:
    desk.run("tests/faults/make_history.py", TICKETS)  # its commits nudge the worker to come
    for seconds in (2.5, 3.0, 3.5):  # about when a worker has started and begun to fill
        worker = desk.start_worker()
        time.sleep(seconds)
        desk.kill(worker)
    desk.start_worker()
    filled = figures(desk, within=240)
    assert filled["to_do"] == 0, desk.logs()
    assert len(filled["TicketFacts"]) == int(TICKETS)
    desk.manage("verify_metrics")
