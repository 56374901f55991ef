"""Celery tasks of figures. Each does what is due, so that one lost or doubled changes nothing."""

from __future__ import annotations

import structlog
from celery import shared_task

from metrics.fill import fill_touched
from metrics.fill.drift import follow_tiers
from metrics.fill.following import follow_calendars, note_settings
from metrics.fill.following import follow_settings as follow_changed_settings
from metrics.fill.rollup import fill_days

log = structlog.get_logger(__name__)

MOST_TICKETS = 20_000
"""How many tickets one task measures at most: well within its time limit. The next goes on."""


@shared_task
def fill() -> None:
    """Bring facts, then the snapshots of days that they changed, up to date with the ledger.

    Nudged after each command and called by the beat; what one call leaves, the next one does.
    """
    note_settings()
    follow_calendars()
    tickets = fill_touched(MOST_TICKETS)
    days = fill_days()
    if tickets or days:
        log.info("metrics_filled", tickets=tickets, days=days)


@shared_task
def follow_settings() -> None:
    """Have measured and counted anew what another setting, a new release or another tier of an
    organization has changed."""
    tickets = follow_changed_settings() + follow_tiers()
    if tickets:
        log.info("metrics_follow_settings", tickets=tickets)
