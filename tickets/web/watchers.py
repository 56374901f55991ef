"""Who follows a ticket: let somebody, or let them no more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from tickets import access
from tickets.models import Ticket
from tickets.services.watchers import end_watch, let_watch
from tickets.web.guards import go_back, go_to, reader, staff_page
from tickets.web.stretches import place_in


@require_http_methods(["GET", "POST"])
@staff_page
def watchers(request: HttpRequest, number: int) -> HttpResponse:
    """Do what the buttons of the panel and of a mail's recipients say, and go back to where they
    are; refusals are told on the ticket."""
    user = reader(request)
    ticket = access.get_ticket(user, number)
    if request.method == "POST":  # a GET comes after a new sign-in
        key = request.POST.get("remove", "")
        if key:
            _remove(request, ticket, user, key)
        else:
            _add(request, ticket, user)
    return _go_back(request, number)


def _go_back(request: HttpRequest, number: int) -> HttpResponse:
    message = place_in(request.POST).message
    if message is None:
        return go_back(request, number)
    return go_to(request, f"{reverse('ticket', args=[number])}?message={message}#m{message}")


def _add(request: HttpRequest, ticket: Ticket, user: User) -> None:
    added = let_watch(ticket, address=request.POST.get("address", ""), actor=user)
    if added is None:
        messages.success(request, "They watch it already.")
    else:
        messages.success(request, f"{added.user.name} watches the ticket from now on.")


def _remove(request: HttpRequest, ticket: Ticket, user: User, key: str) -> None:
    is_key = key.isascii() and key.isdigit() and len(key) < 19
    watcher = ticket.watchers.select_related("user").filter(pk=key).first() if is_key else None
    if watcher is not None:
        end_watch(watcher, actor=user)
        messages.success(request, f"{watcher.user.name} watches the ticket no more.")
