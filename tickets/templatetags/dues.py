"""Tag of the pages that list tickets: what falls due next on one, counted down."""

from __future__ import annotations

from django import template
from django.utils import timezone

from tickets.models import Ticket
from tickets.selectors.due import Due, next_due

register = template.Library()


@register.inclusion_tag("tickets/_countdown.html")
def countdown(ticket: Ticket) -> dict[str, Due | bool | None]:
    """Draw a ticket's next target with its name; nothing where none runs. No query."""
    due = next_due(ticket, now=timezone.now()) if ticket.is_open else None
    return {"due": due, "is_named": True}
