"""Celery tasks of tickets. Each does what is due, so that one lost or doubled changes nothing."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from tickets.fetching import imap
from tickets.notifications import outbox
from tickets.services import broadcasting, once, parts, receiving, states, stored_files, watching
from tickets.services.surveys import asking

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
def run_broadcasts() -> None:
    """Go on with what is done with all parts of major incidents, and take those out of what was
    cancelled. Nudged when the one is begun and the other said."""
    freed = parts.free_parts()
    done = broadcasting.run_broadcasts()
    if freed or done:
        log.info("broadcasts_ran", parts=done, freed=freed)


@shared_task
def close_by_time() -> None:
    """Close tickets that have been resolved for `CLOSE_AFTER_DAYS`."""
    states.close_resolved(at=timezone.now(), days=settings.CLOSE_AFTER_DAYS)


@shared_task
def sweep() -> None:
    """Remove what nobody asks for any more: files that a killed process began to store and that no
    row names, and answers that were kept for requests that come again."""
    files, answers = stored_files.sweep(), once.forget_answers()
    if files or answers:
        log.info("swept", files=files, answers=answers)


@shared_task
def fetch_mail() -> None:
    """Fetch new mail from the desk's mailboxes, and read what waits, whatever became of that."""
    try:
        kept = imap.poll_all()
        if kept:
            log.info("mail_fetched", kept=kept)
    finally:
        read_mail()


@shared_task
def read_mail() -> None:
    """Read the mails that were kept. Nudged whenever one comes in."""
    read = receiving.read_pending()
    if read:
        log.info("mail_read", read=read)


@shared_task
def watch_promises() -> None:
    """Let tickets follow changed policies, tiers and calendars; note targets that came due soon or
    were missed."""
    now = timezone.now()
    followed = watching.follow_changes(now)
    sounded = watching.watch_targets(now)
    if followed or sounded:
        log.info("promises_watched", followed=followed, sounded=sounded)


@shared_task
def ask_customers() -> None:
    """Send the surveys that are due, remind once, and ask for recommendations in turn."""
    now = timezone.now()
    asked = asking.ask_due(now)
    reminded = asking.remind_due(now)
    in_turn = asking.ask_in_turn(now)
    if asked or reminded or in_turn:
        log.info("customers_asked", asked=asked, reminded=reminded, in_turn=in_turn)
