"""Celery tasks of tickets. Each does what is due, so that one lost or doubled changes nothing."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from tickets.notifications import outbox
from tickets.services import states

log = structlog.get_logger(__name__)


@shared_task
def deliver_notices() -> None:
    """Send what is in the outbox. Nudged by commands, and the sweep when called by the beat."""
    delivery = outbox.deliver_due()
    if delivery.sent or delivery.failed or delivery.dropped:
        log.info(
            "notices_delivered",
            sent=delivery.sent,
            failed=delivery.failed,
            dropped=delivery.dropped,
        )


@shared_task
def close_by_time() -> None:
    """Close tickets that have been resolved for `CLOSE_AFTER_DAYS`."""
    states.close_resolved(at=timezone.now(), days=settings.CLOSE_AFTER_DAYS)
