"""Waking the worker: what is sent on commit, and what a broker that is away costs."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from celery.exceptions import OperationalError

from helpdesk import nudging
from helpdesk.celery import app
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.models import Notice


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mock]:
    sent = Mock()
    monkeypatch.setattr(app, "send_task", sent)
    monkeypatch.setattr(nudging, "_quiet_until", 0.0)
    return sent


@pytest.mark.django_db(transaction=True)
def test_a_command_wakes_the_worker_after_its_commit(send: Mock, cast: Cast) -> None:
    new_ticket(cast)
    assert {call.args[0] for call in send.call_args_list} == set(nudging.WOKEN)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_stops_no_command(send: Mock, cast: Cast) -> None:
    send.side_effect = OperationalError("refused")
    ticket = new_ticket(cast)
    assert Notice.objects.filter(ticket=ticket, sent_at=None).exists()


def test_after_a_failure_it_is_left_alone_for_a_while(send: Mock) -> None:
    send.side_effect = OperationalError("refused")
    nudging.wake()
    nudging.wake()
    assert send.call_count == 1


def test_every_task_that_is_woken_or_scheduled_exists() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled | set(nudging.WOKEN) <= set(app.tasks)
