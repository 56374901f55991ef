"""Workers that fill facts at once, or are killed: it ends in the same rows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from metrics.fill import facts as filling
from metrics.fill import fill_touched
from metrics.models import TicketFacts
from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.concurrency.killing import kill_in_the_middle
from tests.metrics.fill.rows import all_facts, forget_facts
from tests.metrics.fill.test_neighbours import Desk
from tests.tickets.scenes import new_ticket
from tickets.models import LedgerTouch
from tickets.services.picking import pick_up


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
    kill_in_the_middle(
        imports="from metrics.fill import fill_touched",
        act="fill_touched(limit=1)",  # one ticket a batch
        has_begun=TicketFacts.objects.exists,
        after=seconds,
    )
    fill_touched()
    assert all_facts() == alone
    assert not LedgerTouch.objects.exists()
