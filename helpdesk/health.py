"""Whether the desk is alive (/healthz), ready (/readyz), and how it does (/monitoring).

`/healthz` says that the process answers. `/readyz` asks the database, the broker, the outbox and
the age of the figures, and is 503 while the database is away. `/monitoring` has the same as numbers
for Prometheus, for readers on this machine or with `MONITORING_TOKEN`.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from accounts.models import AccountMail
from helpdesk.celery import app
from metrics.fill.unmeasured import awaited, given_up
from metrics.models import DirtyDay
from tickets.choices import MailOutcome
from tickets.models import InboundMail, Mailbox, Notice

NOTICE_LATE_SECONDS = 300
FIGURES_LATE_SECONDS = 900
LOOPBACK = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. Ages in seconds, None where nothing waits or it could not be asked."""

    has_database: bool
    has_broker: bool
    oldest_notice_seconds: float | None = None
    notices_waiting: int | None = None
    notices_given_up: int | None = None
    oldest_account_mail_seconds: float | None = None
    oldest_mail_seconds: float | None = None
    mails_held: int | None = None
    mails_failed: int | None = None
    oldest_mailbox_check_seconds: float | None = None
    mailboxes_failing: int | None = None
    oldest_touch_seconds: float | None = None
    unmeasured_tickets: int | None = None
    dirty_days: int | None = None

    @property
    def is_ready(self) -> bool:
        """Whether pages can be served. Late notices and figures are told, and are no reason to
        take the web server away: it would not make them earlier."""
        return self.has_database


def examine(*, now: datetime) -> Health:
    """Ask everything once. A few indexed counts; safe to call every second."""
    has_broker = _has_broker()
    try:
        unsent = Notice.objects.unsent().filter(send_after__lte=now)
        return Health(
            has_database=_has_database(),
            has_broker=has_broker,
            oldest_notice_seconds=_age(unsent.aggregate(at=Min("send_after"))["at"], now),
            notices_waiting=unsent.count(),
            notices_given_up=Notice.objects.filter(is_given_up=True).count(),
            oldest_account_mail_seconds=_age(
                AccountMail.objects.aggregate(at=Min("created_at"))["at"], now
            ),
            **_mail(now),
            oldest_touch_seconds=_age(awaited(now).aggregate(at=Min("touched_at"))["at"], now),
            unmeasured_tickets=given_up(now).count(),
            dirty_days=DirtyDay.objects.values("day").distinct().count(),
        )
    except DatabaseError:
        return Health(has_database=False, has_broker=has_broker)


def _mail(now: datetime) -> dict[str, Any]:
    """How mail that comes in does: what is due to be read, what waits for a person, and when each
    mailbox was asked last."""
    due = InboundMail.objects.filter(outcome=MailOutcome.PENDING, try_after__lte=now)
    waits = InboundMail.objects.to_decide().values_list("outcome").annotate(number=Count("pk"))
    numbers = dict(waits.order_by())
    polled = Mailbox.objects.filter(is_active=True).exclude(host="")
    return {
        "oldest_mail_seconds": _age(due.aggregate(at=Min("try_after"))["at"], now),
        "mails_held": numbers.get(MailOutcome.HELD, 0),
        "mails_failed": numbers.get(MailOutcome.FAILED, 0),
        "oldest_mailbox_check_seconds": _age(polled.aggregate(at=Min("checked_at"))["at"], now),
        "mailboxes_failing": polled.exclude(last_error="").count(),
    }


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where pages can be served, else 503, and list what is late or away."""
    health = examine(now=timezone.now())
    found = asdict(health) | {"late": late(health)}
    status = 200 if health.is_ready else 503
    return JsonResponse(
        {"status": "ready" if health.is_ready else "not ready", **found}, status=status
    )


def late(health: Health) -> list[str]:
    """Return a sentence for each thing that somebody should look at."""
    found = []
    if not health.has_broker:
        found.append("The broker does not answer: jobs wait for the sweep.")
    if (health.oldest_notice_seconds or 0) > NOTICE_LATE_SECONDS:
        found.append("A notice waits longer than five minutes.")
    if (health.oldest_account_mail_seconds or 0) > NOTICE_LATE_SECONDS:
        found.append("A sign-in mail waits longer than five minutes.")
    found += _late_mail(health)
    if (health.oldest_touch_seconds or 0) > FIGURES_LATE_SECONDS:
        found.append("The figures are more than fifteen minutes behind the ledger.")
    if health.unmeasured_tickets:
        found.append("Figures lack tickets that cannot be measured: the administration lists them.")
    return found


def _late_mail(health: Health) -> list[str]:
    found = []
    if (health.oldest_mail_seconds or 0) > NOTICE_LATE_SECONDS:
        found.append("A mail that came in waits longer than five minutes to be read.")
    if health.mails_failed:
        found.append("A mail could not be read: see “Mail to decide”.")
    if health.mailboxes_failing:
        found.append("A mailbox cannot be read: the administration says which, and why.")
    if (health.oldest_mailbox_check_seconds or 0) > NOTICE_LATE_SECONDS:
        found.append("A mailbox was not asked for new mail for five minutes.")
    return found


def monitoring(request: HttpRequest) -> HttpResponse:
    """Answer the same as gauges. To others than this machine and the token's holders: not there."""
    if not _may_monitor(request):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    for name, value in asdict(examine(now=timezone.now())).items():
        gauge = Gauge(f"helpdesk_{name}", name.replace("_", " ").capitalize(), registry=registry)
        gauge.set(float(value or 0))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_monitor(request: HttpRequest) -> bool:
    expected = settings.MONITORING_TOKEN
    if not expected:
        return request.META.get("REMOTE_ADDR") in LOOPBACK and not settings.ENV.trusts_proxy
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return secrets.compare_digest(given.encode(), expected.encode())


def _has_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _has_broker() -> bool:
    if not settings.REDIS_URL:
        return True  # The queue is in this process.
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    except app.connection_for_write().recoverable_connection_errors:
        return False
    return True


def _age(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max((now - at) / timedelta(seconds=1), 0.0)
