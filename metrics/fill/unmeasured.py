"""Tickets that cannot be measured: noted with the reason, waited for, and after a while no longer.

A backlog is taken once everything recorded by then is in the facts. For a history that nothing can
be made of, that would be never: after `PATIENCE` days are taken without such tickets. One that is
mended later is news to these days, and their backlogs are taken again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from metrics.models import UnmeasuredTicket
from tickets.models import LedgerTouch

PATIENCE: Final = timedelta(hours=1)
"""How long backlogs wait for a ticket since its measuring first failed."""


def given_up(now: datetime) -> QuerySet[UnmeasuredTicket]:
    """Tickets that nothing waits for any more."""
    return UnmeasuredTicket.objects.filter(failed_since__lte=now - PATIENCE)


def awaited(now: datetime) -> QuerySet[LedgerTouch]:
    """Touches that are still to be read, but for those of tickets that nothing waits for."""
    return LedgerTouch.objects.order_by().exclude(ticket_id__in=given_up(now).values("pk"))


def waiting_tickets(*, now: datetime) -> int:
    """Return how many tickets have changed and will be measured soon. One query."""
    return awaited(now).values("ticket_id").distinct().count()


def note_unmeasured(errors: Mapping[int, str], *, now: datetime) -> None:
    """Store which tickets could not be measured and why; since when is kept. Safe to call twice."""
    UnmeasuredTicket.objects.bulk_create(
        (
            UnmeasuredTicket(ticket_id=key, failed_since=now, error=error[:200])
            for key, error in errors.items()
        ),
        update_conflicts=True,
        unique_fields=["ticket"],
        update_fields=["error"],
    )


def forget_measured(keys: Collection[int], *, now: datetime) -> frozenset[int]:
    """Take out what was measured now; return those without which backlogs were taken."""
    mended = UnmeasuredTicket.objects.filter(pk__in=keys)
    since = dict(mended.values_list("pk", "failed_since"))
    if since:
        mended.delete()
    return frozenset(key for key, moment in since.items() if moment <= now - PATIENCE)
