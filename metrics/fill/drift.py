"""Finds facts that fell behind something that no ledger tells: the tier of an organization."""

from __future__ import annotations

from django.db.models import F

from metrics.models import TicketFacts
from tickets.services.touching import touch_tickets


def follow_tiers() -> int:
    """Touch every ticket whose organization has another tier than its facts say; return how many.

    One query over all facts, so it is asked every few minutes rather than at each fill.
    """
    moved = TicketFacts.objects.filter(ticket__organization__isnull=False).exclude(
        tier=F("ticket__organization__tier")
    )
    return touch_tickets(list(moved.order_by("pk").values_list("pk", flat=True)))
