"""Wakes the worker when a command has stored something. Only speed depends on it: see jobs.py."""

from __future__ import annotations

import time

import structlog
from celery.exceptions import OperationalError

from helpdesk.celery import app
from tickets.services import nudge

log = structlog.get_logger(__name__)

WOKEN = ("tickets.tasks.deliver_notices", "metrics.tasks.fill")
EXPIRES_SECONDS = 60
QUIET_SECONDS = 5

_quiet_until = 0.0


def register() -> None:
    """Have commands call `wake` after each commit that stored something."""
    nudge.register(wake)


def wake() -> None:
    """Send the tasks that look for new work.

    While the broker is away nothing is sent for some seconds after a failed try, so that not every
    request waits for one; what was not sent is found by the next nudge or by the beat.
    """
    global _quiet_until  # noqa: PLW0603  # one breaker for the process; a race costs one short try
    if time.monotonic() < _quiet_until:
        return
    try:
        for name in WOKEN:
            app.send_task(name, expires=EXPIRES_SECONDS)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("broker_is_away", error=str(error))
