"""The part of a ticket's page that tells of its major incident, alone: while parts are answered it
asks for itself anew."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets import access
from tickets.lifecycle import Verb
from tickets.selectors.incidents import incident_of
from tickets.web.guards import reader, staff_page


@require_safe
@staff_page
def incident(request: HttpRequest, number: int) -> HttpResponse:
    """Show how far it is."""
    user = reader(request)
    ticket = access.get_ticket(user, number)
    context = {
        "ticket": ticket,
        "incident": incident_of(ticket, user=user),
        "may_write": access.may(user, Verb.ADD_NOTE, ticket),
    }
    return render(request, "tickets/_incident.html", context)
