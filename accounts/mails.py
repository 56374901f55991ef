"""Sends mails about accounts, each once: stored with what asked for them, sent by the worker.

1. A mail is claimed in a short transaction: it is not due again before the lease runs out.
2. It is sent outside any transaction, under a Message-ID of its own that a repeat has too.
3. Its row is deleted, since what it says opens doors. A failure leaves it, for a later turn.

A page that asks for a mail takes as long for an address that nobody has: no mail server is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AccountMail

log = structlog.get_logger(__name__)

PAUSE = timedelta(seconds=30)
"""After a failure, times the number of tries."""

_listeners: list[Callable[[], object]] = []


def on_mail(listener: Callable[[], object]) -> None:
    """Call `listener` after each commit that stored a mail. Registering twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)


def keep_mail(message: EmailMessage, *, lasts: timedelta) -> None:
    """Store a mail to one person, to be sent soon; after `lasts` it is of no use and dropped."""
    now = timezone.now()
    html = [str(part[0]) for part in getattr(message, "alternatives", ())]
    AccountMail.objects.create(
        address=message.to[0],
        subject=str(message.subject),
        body=str(message.body),
        html=html[0] if html else "",
        created_at=now,
        send_after=now,
        expires_at=now + lasts,
    )
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    for listener in tuple(_listeners):
        listener()


def deliver_mails() -> int:
    """Send what is due, oldest first, and return how many went out. Safe to run many times at
    once; while the mail server is away, everything waits."""
    AccountMail.objects.filter(expires_at__lte=timezone.now()).delete()
    if not due(timezone.now()).exists():
        return 0
    server, sent = get_connection(), 0
    try:
        while _is_open(server) and (mail := _claim(timezone.now())) is not None:
            sent += _send(mail, server)
    finally:
        server.close()
    return sent


def due(now: datetime) -> QuerySet[AccountMail]:
    """Return the mails to send at `now`, oldest first."""
    return AccountMail.objects.filter(send_after__lte=now).order_by("send_after", "pk")


def _is_open(server: BaseEmailBackend) -> bool:
    try:
        server.open()
    except OSError as error:  # smtplib's errors are OSErrors too
        log.warning("mail_server_is_away", error=f"{type(error).__name__}: {error}")
        return False
    return True


@transaction.atomic
def _claim(now: datetime) -> AccountMail | None:
    """Take the next mail, so that nobody else does before the lease runs out."""
    can_skip = connection.features.has_select_for_update_skip_locked
    mail = due(now).select_for_update(skip_locked=can_skip).first()
    if mail is not None:
        mail.send_after = now + timedelta(seconds=settings.NOTICE_LEASE_SECONDS)
        mail.attempts += 1
        mail.save(update_fields=["send_after", "attempts"])
    return mail


def _send(mail: AccountMail, server: BaseEmailBackend) -> int:
    try:
        server.send_messages([_compose(mail)])
    except Exception as error:  # whatever is wrong with one mail, the next may be fine
        log.warning("account_mail_not_sent", error=f"{type(error).__name__}: {error}"[:500])
        later = timezone.now() + PAUSE * mail.attempts
        AccountMail.objects.filter(pk=mail.pk).update(send_after=later)
        server.close()
        return 0
    mail.delete()
    return 1


def _compose(mail: AccountMail) -> EmailMultiAlternatives:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{mail.key}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Helpdesk": host,
    }
    message = EmailMultiAlternatives(
        mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.address], headers=headers
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message
