"""Wakes the worker when a command has stored something. Only speed depends on it: see jobs.py."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from celery.exceptions import OperationalError

from accounts.mails import on_mail
from helpdesk.celery import app
from tickets.services import nudge

log = structlog.get_logger(__name__)

WOKEN = (
    "tickets.tasks.deliver_notices",
    "tickets.tasks.run_broadcasts",
    "tickets.tasks.read_mail",
    "metrics.tasks.fill",
)
WOKEN_BY_ACCOUNTS = ("accounts.tasks.deliver_mails",)
EXPIRES_SECONDS = 60
QUIET_SECONDS = 5

_quiet_until = 0.0


def register() -> None:
    """Have commands call `wake` after each commit that stored something."""
    nudge.register(wake)
    on_mail(wake_for_accounts)


def wake_for_accounts() -> None:
    """Send the task that sends mails about accounts."""
    wake(WOKEN_BY_ACCOUNTS)


def wake(tasks: Sequence[str] = WOKEN) -> None:
    """Send the tasks that look for new work.

    While the broker is away nothing is sent for some seconds after a failed try, so that not every
    request waits for one; what was not sent is found by the next nudge or by the beat.
    """
    global _quiet_until  # noqa: PLW0603  # one breaker for the process; a race costs one short try
    if time.monotonic() < _quiet_until:
        return
    try:
        for name in tasks:
            app.send_task(name, expires=EXPIRES_SECONDS)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("broker_is_away", error=str(error))
