"""Workers that follow one edit, and rebuilds, at once: figures end as if one had done it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from metrics.fill import fill_touched, following
from metrics.fill.following import follow_settings, unfollowed
from metrics.fill.rebuild import ask_for_rebuild
from metrics.fill.rollup import fill_days
from metrics.models import DirtyDay, FollowedSetting
from metrics.verify import verify
from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.metrics.desk import RandomDesk, all_snapshots
from tests.metrics.fill.rows import all_facts
from tests.tickets.scenes import new_ticket
from tickets.models import Holiday, LedgerTouch

START = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.fixture
def desk(cast: Cast) -> RandomDesk:
    """A desk that was filled under the settings of now."""
    found = RandomDesk(cast, seed=3, start=START)
    follow_settings()
    found.play(40)
    found.fill()
    return found


def _settled(desk: RandomDesk) -> None:
    """Everything asked for is done, and right."""
    desk.fill()
    assert not LedgerTouch.objects.exists()
    assert not DirtyDay.objects.exists()
    assert not FollowedSetting.objects.filter(touched_to__isnull=False).exists()
    with time_machine.travel(desk.now, tick=False):
        assert (unfollowed(), verify().differences) == ([], ())


def test_three_workers_follow_one_edit(
    cast: Cast, desk: RandomDesk, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ticket is touched by one of them, while commands go on."""
    monkeypatch.setattr(following, "CHUNK", 3)
    Holiday.objects.create(calendar=cast.calendar, on_date=date(2026, 3, 24), name="Fair")

    def work() -> None:
        for _ in range(5):
            new_ticket(cast)
            fill_touched()

    with time_machine.travel(desk.now, tick=False):
        before = len(desk.tickets)
        *touched, _ = race(follow_settings, follow_settings, follow_settings, work)
    assert all(isinstance(each, int) for each in touched), touched
    assert before <= sum(each for each in touched if isinstance(each, int)) <= before + 5
    _settled(desk)


def test_two_rebuilds_at_once(desk: RandomDesk, race: Race) -> None:
    before = all_facts(), [row for row in all_snapshots() if row[0] != "backlog"]

    def rebuild() -> None:
        ask_for_rebuild()
        fill_touched()
        fill_days(now=desk.now)

    with time_machine.travel(desk.now, tick=False):
        results = race(rebuild, rebuild)
    assert results == [None, None], results
    _settled(desk)
    assert (all_facts(), [row for row in all_snapshots() if row[0] != "backlog"]) == before
