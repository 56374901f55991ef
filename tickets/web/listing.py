"""The tickets that an address of the queue names, for one reader."""

from __future__ import annotations

from accounts.models import User
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet
from tickets.search.tickets import search_tickets
from tickets.selectors import filters
from tickets.web.addresses import QueueAddress


def tickets_at(address: QueueAddress, user: User) -> TicketQuerySet:
    """Return the view's tickets, narrowed by filters and search to what `user` may see; in no
    order yet."""
    tickets = Ticket.objects.visible_to(user).filter(
        address.view.condition(user), filters.condition(address.filters, user)
    )
    return search_tickets(tickets, address.search, reader=user) if address.search else tickets
