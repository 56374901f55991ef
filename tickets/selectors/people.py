"""Finding the customer who asks, while an agent types."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q

from accounts.choices import Role
from accounts.models import User
from tickets.choices import OPEN_STATUSES
from tickets.search.people import search_people

MOST = 8


def find_customers(text: str) -> Sequence[User]:
    """Return up to eight customers whose name, address, phone or organization has every word, each
    with `open_tickets`. No words: none."""
    if not text.strip():
        return []
    customers = User.objects.filter(role=Role.CUSTOMER, is_active=True)
    found = search_people(customers.select_related("organization"), text)
    is_open = Q(tickets__status__in=OPEN_STATUSES)
    return list(found.annotate(open_tickets=Count("tickets", filter=is_open))[:MOST])
