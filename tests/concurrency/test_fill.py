"""Workers that fill facts at once, or are killed: it ends in the same rows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from metrics.fill import facts as filling
from metrics.fill import fill_touched
from metrics.models import TicketFacts
from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.metrics.fill.rows import all_facts, forget_facts
from tests.metrics.fill.test_neighbours import Desk
from tests.tickets.scenes import new_ticket
from tickets.models import LedgerTouch
from tickets.services.picking import pick_up

ROOT = Path(__file__).resolve().parents[2]


def _play(cast: Cast, now: datetime, *, seed: int = 7, acts: int = 60) -> None:
    desk = Desk(cast, seed=seed, start=now)
    for _ in range(acts):
        desk.act()


@pytest.mark.parametrize("attempt", range(3))
def test_three_workers_at_once(
    cast: Cast, now: datetime, race: Race, monkeypatch: pytest.MonkeyPatch, attempt: int
) -> None:
    _play(cast, now, seed=attempt)
    fill_touched()
    alone = all_facts()
    forget_facts()
    monkeypatch.setattr(filling, "BATCH", 3)  # many small batches, so that they meet
    results = race(fill_touched, fill_touched, fill_touched)
    assert all(isinstance(result, int) for result in results), results
    fill_touched()
    assert all_facts() == alone
    assert not LedgerTouch.objects.exists()


def test_a_command_that_commits_meanwhile_is_not_lost(
    cast: Cast, now: datetime, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [new_ticket(cast, at=now) for _ in range(12)]
    monkeypatch.setattr(filling, "BATCH", 2)

    def work() -> None:
        for ticket in tickets:
            pick_up(ticket, actor=cast.agent, at=now + timedelta(hours=1))

    results = race(work, fill_touched, fill_touched)
    assert not [result for result in results if isinstance(result, Exception)], results
    fill_touched()
    assert TicketFacts.objects.filter(picked_up_at=now + timedelta(hours=1)).count() == 12
    as_it_happened = all_facts()
    forget_facts()
    fill_touched()
    assert all_facts() == as_it_happened


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3])
def test_killed_in_the_middle(cast: Cast, now: datetime, seconds: float) -> None:
    _play(cast, now)
    fill_touched()
    alone = all_facts()
    forget_facts()
    worker = _start_worker()
    _wait_for_work()
    time.sleep(seconds)  # the instant of the kill is what varies; nothing is waited for
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)
    _wait_for_end_of_its_transactions()
    fill_touched()
    assert all_facts() == alone
    assert not LedgerTouch.objects.exists()


# What PostgreSQL calls the worker's connections.
WORKER = "worker to be killed"

# One ticket a batch, again and again, so that a kill is likely to fall into one.
SCRIPT = """
import django
django.setup()
from metrics.fill import fill_touched
print("ready", flush=True)
while True:
    fill_touched(limit=1)
"""


def _start_worker() -> subprocess.Popen[str]:
    settings = connection.settings_dict
    login = f"{settings['USER']}:{settings['PASSWORD']}@" if settings["USER"] else ""
    url = f"postgres://{login}{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "PGAPPNAME": WORKER,
    }
    worker = subprocess.Popen(  # noqa: S603  # our own interpreter and script
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "ready"
    return worker


def _wait_for_work(patience: float = 20) -> None:
    end = time.monotonic() + patience
    while not TicketFacts.objects.exists():
        assert time.monotonic() < end, "the worker did not begin"
        time.sleep(0.01)


def _wait_for_end_of_its_transactions(patience: float = 20) -> None:
    """PostgreSQL notices that a client is gone when it next speaks to it."""
    its_own = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = %s"
    )
    end = time.monotonic() + patience
    while True:
        with connection.cursor() as cursor:
            cursor.execute(its_own, [WORKER])
            if cursor.fetchone() == (0,):
                return
        assert time.monotonic() < end, "a connection stayed open"
        time.sleep(0.05)
