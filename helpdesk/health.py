"""Whether the desk is alive (/healthz), ready (/readyz), and how it does (/monitoring).

`/healthz` says that the process answers. `/readyz` asks the database, the broker, the outbox and
the age of the figures, and is 503 while the database is away. `/monitoring` has the same as numbers
for Prometheus, for readers on this machine or with `MONITORING_TOKEN`.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from helpdesk.celery import app
from metrics.models import DirtyDay
from tickets.models import LedgerTouch, Notice

NOTICE_LATE_SECONDS = 300
FIGURES_LATE_SECONDS = 900
LOOPBACK = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. Ages in seconds, None where nothing waits or it could not be asked."""

    has_database: bool
    has_broker: bool
    oldest_notice_seconds: float | None
    notices_waiting: int | None
    notices_given_up: int | None
    oldest_touch_seconds: float | None
    dirty_days: int | None

    @property
    def is_ready(self) -> bool:
        """Whether pages can be served. Late notices and figures are told, and are no reason to
        take the web server away: it would not make them earlier."""
        return self.has_database


def examine(*, now: datetime) -> Health:
    """Ask everything once. A few indexed counts; safe to call every second."""
    has_broker = _has_broker()
    try:
        unsent = Notice.objects.filter(sent_at=None, is_given_up=False, send_after__lte=now)
        return Health(
            has_database=_has_database(),
            has_broker=has_broker,
            oldest_notice_seconds=_age(unsent.aggregate(at=Min("send_after"))["at"], now),
            notices_waiting=unsent.count(),
            notices_given_up=Notice.objects.filter(is_given_up=True).count(),
            oldest_touch_seconds=_age(
                LedgerTouch.objects.aggregate(at=Min("touched_at"))["at"], now
            ),
            dirty_days=DirtyDay.objects.values("day").distinct().count(),
        )
    except DatabaseError:
        return Health(False, has_broker, None, None, None, None, None)


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
    if (health.oldest_touch_seconds or 0) > FIGURES_LATE_SECONDS:
        found.append("The figures are more than fifteen minutes behind the ledger.")
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
