"""Pages of customers that change while they are open: they ask every few seconds, and name by a
mark what they show. A mark is made of what their reader sees, and of nothing else: notes and moves
inside the desk change none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha1

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tickets.models import Ticket
from tickets.selectors.incidents import Known, ServiceState
from tickets.selectors.portal import TicketList
from tickets.selectors.portal_marks import beside

FRAGMENT = "portal/fragment.html"
NOTHING_NEW = 204
# Words that go by the clock (the desk has closed, three days left) are written anew this often.
WORDS_LAST_SECONDS = 300


def mark_of(ticket: Ticket, known: Sequence[Known], *, now: datetime) -> str:
    """Return the mark of a ticket's page, under what is out beside it. One query."""
    seen = (
        ticket.subject,
        ticket.status,
        ticket.status_since,
        ticket.assignee_id,
        ticket.last_spoke_at,
        ticket.organization_id,
        ticket.merged_into_id,
        ticket.unconfirmed_since,
        ticket.parent_id,
        *beside(ticket),
        _out(known),
    )
    return _mark(seen, now=now)


def mark_of_list(found: TicketList, known: Sequence[Known], *, now: datetime) -> str:
    """Return the mark of a page of the list, under what is out and known."""
    rows = [(row.pk, row.subject, row.status, row.assignee_id) for row in found.tickets]
    counts = [count for _, _, count in found.tabs]
    return _mark((rows, counts, _out(known)), now=now)


def mark_of_services(states: Sequence[ServiceState], *, now: datetime) -> str:
    """Return the mark of the page of services."""
    seen = [
        (
            each.service.pk,
            _out(each.running),
            [(gone.pk, gone.impact, gone.ended_at, gone.told_at) for gone in each.recent],
        )
        for each in states
    ]
    return _mark(seen, now=now)


def show_live(
    request: HttpRequest, template: str, context: Mapping[str, object], *, frame: str, mark: str
) -> HttpResponse:
    """Show a page in its frame; nothing where an open one asks for news that it has already."""
    if frame == FRAGMENT and request.GET.get("have") == mark:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, template, {**context, "frame": frame, "mark": mark})


def _out(known: Sequence[Known]) -> list[tuple[object, ...]]:
    return [
        (each.outage.pk, each.outage.impact, each.outage.told_at, each.own and each.own.pk)
        for each in known
    ]


def _mark(seen: object, *, now: datetime) -> str:
    span = int(now.timestamp()) // WORDS_LAST_SECONDS
    return sha1(f"{seen}{span}".encode(), usedforsecurity=False).hexdigest()[:12]
