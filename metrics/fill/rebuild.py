"""Asking for everything to be made anew: marks alone; the ordinary fill then does the work."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from metrics.models import DayState, DirtyDay
from metrics.zone import day_of, days_between
from tickets.models import LedgerTouch, Ticket

CHUNK = 2_000


def ask_for_rebuild() -> int:
    """Mark every ticket and every day since the first, backlogs included; return how many tickets.

    Nothing is thrown away before it is redone, so a rebuild that is killed goes on with the next
    fill. One transaction; safe to call twice.
    """
    now = timezone.now()
    with transaction.atomic():
        keys = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        LedgerTouch.objects.bulk_create(
            (LedgerTouch(ticket_id=key, touched_at=now) for key in keys), batch_size=CHUNK
        )
        DirtyDay.objects.bulk_create(
            (DirtyDay(day=day, needs_backlog=True) for day in days_to_rebuild(now)),
            batch_size=CHUNK,
        )
    return len(keys)


def days_to_rebuild(now: datetime) -> list[date]:
    """Every day since the first ticket, and every other that was ever filled, ascending."""
    first = Ticket.objects.aggregate(first=Min("received_at"))["first"]
    days = set(DayState.objects.values_list("day", flat=True))
    if first is not None:
        days.update(days_between(day_of(first), day_of(now)))
    return sorted(days)
