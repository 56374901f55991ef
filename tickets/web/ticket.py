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
from tickets.models import Message, Ticket
from tickets.selectors.due import load_dues, next_due
from tickets.selectors.history import load_history
from tickets.selectors.incidents import incident_of
from tickets.selectors.incoming import waiting_for
from tickets.selectors.side import around
from tickets.selectors.stretches import NEWEST, Place, read_stretch
from tickets.selectors.strip import build_strip
from tickets.selectors.timeline import build_timeline
from tickets.web import trail
from tickets.web.guards import reader, staff_page
from tickets.web.presence import look_around
from tickets.web.stretches import place_in


@require_safe
@staff_page
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """Show a ticket. Reading it changes nothing: the page itself tells the server, with a POST,
    that its reader began to work."""
    shown, place = access.get_ticket(reader(request), number), place_in(request.GET)
    if getattr(request, "htmx", False) and (place.before or place.after):
        return _stretch(request, shown, place)
    response = ticket_page(request, shown, place=place)
    sort = trail.read(request).sort
    if trail.is_from_list(request) or not trail.place_of(request, number, sort=sort):
        trail.mark(request, response, shown, sort=sort)
    return response


def _stretch(request: HttpRequest, ticket: Ticket, place: Place) -> HttpResponse:
    """Draw further entries of the timeline, to stand where the link to them stood."""
    user = reader(request)
    context = {
        "ticket": ticket,
        "stretch": read_stretch(ticket, build_timeline(load_history(ticket)), place),
        "is_earlier": bool(place.before),
        "is_later": bool(place.after),
        "verbs": {str(verb) for verb in access.verbs_for(user, ticket)},
        "may_write": access.may(user, Verb.ADD_NOTE, ticket),
        "now": timezone.now(),
    }
    return render(request, "tickets/_stretch.html", context)


def ticket_page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    compose: Form | None = None,
    dialog: dict[str, Any] | None = None,
    unseen: Message | None = None,
    place: Place = NEWEST,
    status: int = 200,
) -> HttpResponse:
    """Draw the page, with what was typed into the composer, or a dialog that is open. `unseen`: the
    message that came while it was typed; `place`: which part of a long timeline is shown."""
    user, now = reader(request), timezone.now()
    history = load_history(ticket)
    timeline = build_timeline(history)
    context = {
        "section": "queue",
        "ticket": ticket,
        "timeline": timeline,
        "stretch": read_stretch(ticket, timeline, place),
        "live_number": timeline.number_of(ticket.live_contact),
        "next_due": next_due(ticket, now=now),
        "strip": build_strip(history, now=now, dues=load_dues(ticket, now=now)),
        "ratings": history.ratings,
        "l1_answer": history.l1_answer,
        "incident": incident_of(ticket, user=user),
        "waiting_mails": waiting_for(ticket),
        "side": around(ticket, history, user=user),
        "verbs": {str(verb) for verb in access.verbs_for(user, ticket)},
        "is_opening": access.picks_up_by_opening(user, ticket) and dialog is None,
        "is_looking": request.GET.get("look") == "1",
        "may_write": access.may(user, Verb.ADD_NOTE, ticket),
        "compose": compose,
        "unseen": unseen,
        **look_around(ticket, seq=None, reader=user, now=now),
        "trail": trail.read(request),
        "goes_on": trail.goes_on(request),
        "now": now,
        **(dialog or {}),
    }
    return render(request, "tickets/ticket.html", context, status=status)
