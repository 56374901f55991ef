"""What the figures say about one ticket, asked the way a reader asks: through the query service."""

from __future__ import annotations

from datetime import UTC, datetime

from metrics.fill import fill_touched
from metrics.models import TicketFacts
from metrics.policy import DEFAULT, Policy
from metrics.query import Scope, tickets
from metrics.zone import day_of
from tests.cast import Cast
from tickets.models import Ticket

# Long after everything in these tests: every window has ended.
LONG_AFTER = datetime(2026, 6, 1, tzinfo=UTC)


def facts_of(ticket: Ticket) -> TicketFacts:
    """The ticket's facts, brought up to date."""
    fill_touched()
    return TicketFacts.objects.get(pk=ticket.pk)


def verdict(
    cast: Cast,
    ticket: Ticket,
    key: str,
    *,
    policy: Policy = DEFAULT,
    as_of: datetime = LONG_AFTER,
) -> str:
    """In which part of a rate the ticket stands: yes, no, undecided, unmeasured or neither."""
    facts = facts_of(ticket)
    day = facts.received_on if key == "fcr" else facts.last_resolved_on
    if day is None:
        return "neither"
    scope = Scope(start=day, end=day_of(as_of), as_of=as_of)
    for part, word in (
        ("numerator", "yes"),
        ("missed", "no"),
        ("undecided", "undecided"),
        ("unmeasured", "unmeasured"),
    ):
        found = tickets(key, scope, policy, part=part, user=cast.manager)
        if found.filter(pk=ticket.pk).exists():
            return word
    return "neither"
