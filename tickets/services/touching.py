"""Asking for tickets to be measured anew though their ledger did not grow: something else that they
are measured by has changed, such as the cost of a level or the tier of an organization."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from tickets.models import LedgerTouch, Ticket
from tickets.services.nudge import nudge_on_commit

CHUNK = 2_000


@transaction.atomic
def touch_tickets(ticket_keys: Iterable[int]) -> int:
    """Leave a touch on each ticket and return how many; whoever keeps figures is nudged. Calling
    twice only makes work."""
    now = timezone.now()
    touches = LedgerTouch.objects.bulk_create(
        (LedgerTouch(ticket_id=key, touched_at=now) for key in ticket_keys), batch_size=CHUNK
    )
    if touches:
        nudge_on_commit()
    return len(touches)


def touch_done_tickets() -> int:
    """Have every resolved or closed ticket measured anew: the cost of a level has changed."""
    return touch_tickets(list(Ticket.objects.done().order_by("pk").values_list("pk", flat=True)))
