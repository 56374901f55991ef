"""The Celery worker and the beat as threads beside the web server, for a desk on one machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import structlog
from celery.beat import Service
from celery.worker import WorkController, state
from django.conf import settings

from helpdesk.celery import app
from helpdesk.nudging import wake
from helpdesk.scheduling import Scheduler

log = structlog.get_logger(__name__)

BEAT_LOOKS_EVERY_SECONDS = 1
STOP_WITHIN_SECONDS = 25
BEGIN_AGAIN_AFTER_SECONDS = 1


class Embedded:
    """One worker and one beat, running from `start()` until `stop()`. Used once.

    Either is begun anew where it ends by itself: a worker may when its Redis goes away.
    """

    def __init__(self) -> None:
        self._is_ending = threading.Event()
        self._beat = Service(app, max_interval=BEAT_LOOKS_EVERY_SECONDS, scheduler_cls=Scheduler)
        self._threads = (
            self._thread("celery-worker", lambda: self._new_worker().start()),
            self._thread("celery-beat", self._beat.start),
        )

    def start(self) -> None:
        """Start both threads, and look at once for work that an earlier process left."""
        for thread in self._threads:
            thread.start()
        wake()

    def stop(self) -> None:
        """Let the running tasks end, then end both threads. What is left waits in the database."""
        self._is_ending.set()
        # Celery's own switch for a worker in a thread: its loop looks at it between two messages.
        state.should_stop = 0  # type: ignore[assignment]  # None until somebody asks
        # Beat's own stop() waits for it without a limit.
        self._beat._is_shutdown.set()  # type: ignore[attr-defined]  # not in the stubs
        for thread in self._threads:
            thread.join(STOP_WITHIN_SECONDS)

    def _new_worker(self) -> WorkController:
        return WorkController(
            app=app,
            hostname=f"embedded@{socket.gethostname()}",
            pool_cls="threads",
            concurrency=settings.WORKER_THREADS,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )

    def _thread(self, name: str, run: Callable[[], object]) -> threading.Thread:
        return threading.Thread(name=name, target=self._keep_running, args=(name, run), daemon=True)

    def _keep_running(self, name: str, run: Callable[[], object]) -> None:
        while not self._is_ending.is_set():
            try:
                run()
            except Exception:
                log.exception("embedded_thread_failed", thread=name)
            if not self._is_ending.wait(BEGIN_AGAIN_AFTER_SECONDS):
                log.warning("embedded_thread_begins_again", thread=name)
