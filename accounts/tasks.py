"""Celery tasks of accounts. Each does what is due, so that one lost or doubled changes nothing."""

from __future__ import annotations

import structlog
from celery import shared_task

from accounts.mails import deliver_mails as deliver

log = structlog.get_logger(__name__)


@shared_task
def deliver_mails() -> None:
    """Send codes and links for signing in. Nudged by whatever asks for one."""
    sent = deliver()
    if sent:
        log.info("account_mails_sent", sent=sent)
