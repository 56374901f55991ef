"""The beat while its queue is away."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import pytest
from celery.beat import ScheduleEntry
from celery.exceptions import OperationalError
from celery.schedules import schedule

from helpdesk.celery import app
from helpdesk.jobs import beat_scheduler
from helpdesk.scheduling import Scheduler

Turns = Callable[[int], None]


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """What sends a job to the queue."""
    sent = Mock()
    monkeypatch.setattr(Scheduler, "send_task", sent)
    return sent


@pytest.fixture
def turns() -> Turns:
    """Let one beat have a job due so many times."""
    one = Scheduler(app, lazy=True)
    entry = ScheduleEntry(name="sweep", task="not.known.here", schedule=schedule(10), app=app)

    def run(times: int) -> None:
        for _ in range(times):
            one.apply_entry(entry)

    return run


def test_that_the_queue_is_away_is_said_once_in_a_sentence(
    send: Mock, turns: Turns, caplog: pytest.LogCaptureFixture
) -> None:
    send.side_effect = OperationalError("Connection refused.")
    turns(3)
    assert send.call_count == 3, "it goes on trying"
    [said] = caplog.records
    words = said.getMessage()
    assert words == "The queue is away (Connection refused): what is due is sent when it is back."
    assert (said.levelname, said.exc_info) == ("ERROR", None)
    caplog.clear()
    send.side_effect = None
    turns(2)
    assert [each.getMessage() for each in caplog.records] == ["The queue is back."]
    caplog.clear()
    send.side_effect = OperationalError("Connection refused.")
    turns(1)
    assert "away" in caplog.text


def test_another_fault_is_told_with_all_that_is_known(
    send: Mock, turns: Turns, caplog: pytest.LogCaptureFixture
) -> None:
    send.side_effect = TypeError("no such argument")
    turns(2)
    assert len(caplog.records) == 2
    assert "no such argument" in caplog.text
    assert "Traceback" in caplog.text


def test_it_is_the_scheduler_of_every_beat() -> None:
    assert app.conf.beat_scheduler == beat_scheduler
    assert Scheduler.__module__ + ":" + Scheduler.__name__ == beat_scheduler
