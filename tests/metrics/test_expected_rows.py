"""What PostgreSQL is told about rows, so that it reads no more than it needs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics.models import Stay
from metrics.query.late import learned_since
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


def test_what_was_entered_late_is_found_without_all_the_rest(cast: Cast) -> None:
    new_ticket(cast)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        assert not list(learned_since(START, before=START))
        plans = []
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in list(asked):
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans.append("".join(line for (line,) in cursor.fetchall()))
    for plan, table in zip(plans, ("transition", "escalation", "assignment"), strict=False):
        assert f"{table}_late" in plan


def _stay(ticket: int, status: str, at: datetime, ended_at: datetime | None = None) -> Stay:
    return Stay(ticket_id=ticket, started_at=at, ended_at=ended_at, status=status, level=1)
