"""How much is redone in one transaction, while which SQLite lets nobody else write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from metrics.fill import fill_touched
from metrics.fill.rollup import MOST_DAYS, fill_days
from metrics.models import DirtyDay
from tests.cast import Cast
from tests.tickets.scenes import new_ticket

pytestmark = pytest.mark.django_db

FIRST = date(2025, 3, 3)
DAYS = 2 * MOST_DAYS + 10


def test_a_year_is_not_stored_at_once(cast: Cast) -> None:
    new_ticket(cast, at=datetime(2025, 3, 3, 9, tzinfo=UTC))
    fill_touched()
    DirtyDay.objects.all().delete()
    DirtyDay.objects.bulk_create(DirtyDay(day=FIRST + timedelta(days=n)) for n in range(DAYS))
    steps: list[tuple[int, int]] = []
    evening = datetime(2025, 3, 3, 23, tzinfo=UTC) + timedelta(days=DAYS - 1)
    fill_days(now=evening, progress=lambda done, due: steps.append((done, due)))
    assert steps == [(MOST_DAYS, DAYS), (2 * MOST_DAYS, DAYS), (DAYS, DAYS)]
