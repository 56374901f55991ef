"""A worker outlives its connection to the queue."""

from __future__ import annotations

from typing import Any

from celery.worker import WorkController
from celery.worker.consumer import consumer as celerys

from helpdesk.celery import Consumer, app


def test_a_lost_connection_that_cannot_be_closed_does_not_end_the_worker(monkeypatch):
    worker: Any = WorkController(app=app, pool_cls="solo", without_gossip=True)
    mine: Any = worker.consumer
    assert type(mine) is Consumer

    def fail(*args: object) -> None:
        raise AttributeError("'NoneType' object has no attribute 'hostname'")

    monkeypatch.setattr(celerys, "bound_open_broker_sockets", lambda *args: None)
    monkeypatch.setattr(celerys, "ignore_errors", fail)  # closes the connection
    lost: Any = object()
    mine.connection = lost
    mine.on_connection_error_after_connected(ConnectionError("gone"))
    assert mine.connection is None  # a new one is made
