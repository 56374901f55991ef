"""Sends what commands promised: each notice once, however often and wherever this is run.

1. A notice is claimed in a short transaction of its own; on PostgreSQL others skip it meanwhile.
2. It is rendered and sent outside any transaction.
3. It is marked as sent. A failure gives the claim back, to be tried again after a growing pause;
   what a mail server refuses for good is tried no more, and who wrote it is told.

Killed between 1 and 3, the claim runs out (NOTICE_LEASE_SECONDS) and the next run sends the notice.
If the mail had gone out already, the repeat has its Message-ID: nothing is sent twice knowingly.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tickets.models import Notice, NoticeKind, Survey, Ticket
from tickets.notifications.refusals import in_words, is_final
from tickets.notifications.rendering import compose
from tickets.notifications.surveys import asked_survey
from tickets.notifications.watching import needless_watch
from tickets.services.undelivered import follow_mails, tell_undelivered

log = structlog.get_logger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
RUN_SECONDS = 120


@dataclass(slots=True)
class Delivery:
    """What one run did."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0
    is_server_away: bool = False


def deliver_due() -> Delivery:
    """Send every notice that is due, oldest first, for at most `RUN_SECONDS`.

    Safe to call from many workers at once and any number of times. A mail that fails waits for its
    next try, the others go on; a mail server that is away ends the run, and no notice loses a try.
    """
    delivery = Delivery()
    deadline = time.monotonic() + RUN_SECONDS
    if not due(timezone.now()).exists():
        return delivery
    mail = get_connection()
    try:
        while time.monotonic() < deadline and _is_open(mail, delivery):
            notice = _claim(timezone.now())
            if notice is None:
                break
            _deliver(notice, mail, delivery)
    finally:
        mail.close()
    return delivery


def _is_open(mail: BaseEmailBackend, delivery: Delivery) -> bool:
    """Connect where there is no connection yet; say whether there is one now."""
    try:
        mail.open()
    except OSError as error:  # smtplib's errors are OSErrors too
        log.warning("mail_server_is_away", error=f"{type(error).__name__}: {error}")
        delivery.is_server_away = True
    return not delivery.is_server_away


def due(now: datetime) -> QuerySet[Notice]:
    """Return the notices to send at `now`, oldest first: unsent, and claimed by nobody alive."""
    lease = timedelta(seconds=settings.NOTICE_LEASE_SECONDS)
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=now - lease)
    unsent = Notice.objects.unsent().filter(send_after__lte=now)
    return unsent.filter(is_free).order_by("send_after", "pk")


def _claim(now: datetime) -> Notice | None:
    """Take the next notice, so that nobody else does. None where there is none."""
    with transaction.atomic():
        notice = (
            due(now)
            .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .first()
        )
        if notice:
            notice.claimed_at = now
            notice.attempts += 1
            notice.save(update_fields=["claimed_at", "attempts"])
    return notice


def _deliver(notice: Notice, mail: BaseEmailBackend, delivery: Delivery) -> None:
    obstacle = _obstacle(notice)
    if obstacle:
        with transaction.atomic():
            if _settle(notice, is_needless=True, last_error=obstacle) and notice.survey_id:
                follow_mails([notice], now=timezone.now())
        delivery.dropped += 1
        return
    try:
        mail.send_messages([compose(notice)])
    except Exception as error:  # whatever is wrong with one mail, the next may be fine
        _postpone(notice, error)
        mail.close()
        delivery.failed += 1
    else:
        _settle(notice, sent_at=timezone.now(), last_error="", address=notice.sent_to)
        delivery.sent += 1


def _obstacle(notice: Notice) -> str:
    """Say why the notice must not go out any more; empty where it may."""
    if not notice.recipient.is_active:
        return "The recipient's account is switched off."
    if not Ticket.objects.visible_to(notice.recipient).filter(pk=notice.ticket_id).exists():
        return "The recipient may not see the ticket any more."
    survey = asked_survey(notice)
    if survey and notice.kind == NoticeKind.SURVEY_REMINDER and not notice.ticket.is_done:
        return "The ticket is open again."
    return _needless(survey) if survey else needless_watch(notice)


def _needless(survey: Survey) -> str:
    """Say why a customer need not be asked any more; empty where they are to be."""
    if survey.withdrawn_at is not None:
        return "The survey was taken back."
    if survey.response_id is not None:
        return "The customer has answered already."
    return "" if survey.customer.wants_surveys else "The customer wants no surveys."


def _postpone(notice: Notice, error: Exception) -> None:
    reason = in_words(error)[:2000]
    is_last = is_final(error) or notice.attempts > len(PAUSES)
    log.warning(
        "notice_not_sent",
        notice=notice.pk,
        attempts=notice.attempts,
        gives_up=is_last,
        error=reason,
    )
    if is_last:
        with transaction.atomic():
            if _settle(notice, is_given_up=True, last_error=reason, address=notice.sent_to):
                tell_undelivered(notice, now=timezone.now())
    else:
        pause = PAUSES[notice.attempts - 1]
        _settle(notice, claimed_at=None, send_after=timezone.now() + pause, last_error=reason)


def _settle(notice: Notice, **values: object) -> bool:
    """Write the outcome, unless the claim ran out and somebody else has it now. Returns whether."""
    ours = Notice.objects.filter(pk=notice.pk, claimed_at=notice.claimed_at, sent_at=None)
    return bool(ours.update(**values))


def retry(notices: QuerySet[Notice]) -> int:
    """Give notices that were given up another round, now. Returns how many; for the admin."""
    now = timezone.now()
    with transaction.atomic():
        again = list(notices.filter(is_given_up=True, sent_at=None).select_for_update(of=("self",)))
        Notice.objects.filter(pk__in=[notice.pk for notice in again]).update(
            is_given_up=False, attempts=0, claimed_at=None, send_after=now
        )
        follow_mails(again, now=now)
    return len(again)
