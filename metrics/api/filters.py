"""What the tickets behind a figure can be narrowed by further."""

from __future__ import annotations

from tickets.api.filters.tickets import TicketFilter
from tickets.models import Ticket


class BehindFilter(TicketFilter):
    """As lists of tickets, by what they are now. What the question itself narrows by is left to it:
    a figure's team is that of the moment which it counts, not today's."""

    level = priority = channel = type = tier = None
    team = organization = category = product = None  # type: ignore[assignment]  # leaves them out

    class Meta:
        model = Ticket
        fields = ()
