"""What commands that print figures or facts say of tickets that are not in them yet."""

from __future__ import annotations

from django.core.management.base import OutputWrapper
from django.utils import timezone

from metrics.fill import waiting_tickets


def tell_waiting(stream: OutputWrapper) -> None:
    """Say how many tickets have changed and are not counted yet; nothing where none has."""
    waiting = waiting_tickets(now=timezone.now())
    if waiting:
        stream.write(
            f"Tickets that changed and are not counted yet: {waiting:,}. The worker is at it; "
            "fill_metrics counts them now."
        )
