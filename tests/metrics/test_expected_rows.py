"""What PostgreSQL is told about stays, so that it expects as many as there are."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from metrics.models import Stay
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.choices import OPEN_STATUSES, Status

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no such statistics"),
]

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_open_tickets_are_expected_to_be_few_where_most_are_closed(cast: Cast) -> None:
    """A ticket's last stay never ends: whether one is of an open ticket is seen by its status."""
    ticket = new_ticket(cast)
    moments = [START + timedelta(minutes=number) for number in range(2_000)]
    over = [_stay(ticket.pk, Status.IN_PROGRESS, at, at + timedelta(seconds=30)) for at in moments]
    closed = [_stay(ticket.pk, Status.CLOSED, at) for at in moments]
    running = [_stay(ticket.pk, Status.IN_PROGRESS, at) for at in moments[:40]]
    Stay.objects.bulk_create([*over, *closed, *running])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE metrics_stay")
    open_now = Stay.objects.filter(ended_at__isnull=True, status__in=sorted(OPEN_STATUSES))
    (plan,) = json.loads(open_now.order_by().explain(format="json"))
    assert 20 <= plan["Plan"]["Plan Rows"] <= 80


def _stay(ticket: int, status: str, at: datetime, ended_at: datetime | None = None) -> Stay:
    return Stay(ticket_id=ticket, started_at=at, ended_at=ended_at, status=status, level=1)
