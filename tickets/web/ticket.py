"""The ticket's page: head, strip, timeline, composer and side panel."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tickets import access
from tickets.lifecycle import Verb
from tickets.models import Ticket
from tickets.selectors.history import load_history
from tickets.selectors.side import around
from tickets.selectors.strip import build_strip
from tickets.selectors.timeline import build_timeline
from tickets.selectors.views import BY_KEY
from tickets.web.guards import reader, staff_page


@require_safe
@staff_page
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """Show a ticket. Reading it changes nothing: the page itself tells the server, with a POST,
    that its reader began to work."""
    return ticket_page(request, access.get_ticket(reader(request), number))


def ticket_page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    compose: Form | None = None,
    dialog: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page, with what was typed into the composer, or a dialog that is open."""
    user, now = reader(request), timezone.now()
    history = load_history(ticket)
    timeline = build_timeline(history)
    context = {
        "section": "queue",
        "ticket": ticket,
        "timeline": timeline,
        "live_number": timeline.number_of(ticket.live_contact),
        "strip": build_strip(history, now=now),
        "side": around(ticket, history, user=user),
        "verbs": {str(verb) for verb in access.verbs_for(user, ticket)},
        "is_opening": access.picks_up_by_opening(user, ticket) and dialog is None,
        "is_looking": request.GET.get("look") == "1",
        "may_write": access.may(user, Verb.ADD_NOTE, ticket),
        "compose": compose,
        "came_from": BY_KEY.get(request.COOKIES.get("view", "")),
        "now": now,
        **(dialog or {}),
    }
    return render(request, "tickets/ticket.html", context, status=status)
