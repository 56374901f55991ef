"""The queue: a view of tickets, narrowed and sorted by its address; and acts on several at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import STAFF_ROLES, User
from tickets import access
from tickets.errors import DeskError, InvalidInput
from tickets.models import Ticket
from tickets.search.tickets import search_tickets
from tickets.search.words import number_in
from tickets.selectors import filters, sorting, views
from tickets.selectors import queue as rows
from tickets.services import holding
from tickets.web.addresses import QueueAddress
from tickets.web.guards import reader, staff_page

MOST_AT_ONCE = 200


@require_safe
@staff_page
def queue(request: HttpRequest) -> HttpResponse:
    """Show one page of a view. A search looks through all tickets, whatever the view."""
    user = reader(request)
    address = QueueAddress.read(request.GET)
    tickets = Ticket.objects.visible_to(user).filter(
        address.view.condition(user), filters.condition(address.filters, user)
    )
    if address.search:
        tickets = search_tickets(tickets, address.search, reader=user)
    now = timezone.now()
    context = {
        "section": "queue",
        "address": address,
        "page": rows.page(
            tickets,
            sort=address.sort,
            first=number_in(address.search),
            after=address.after,
            now=now,
        ),
        "views": views.VIEWS,
        "counts": views.counts(user),
        "sorts": sorting.SORTS,
        "agents": User.objects.filter(role__in=STAFF_ROLES, is_active=True),
        "now": now,
    }
    response = render(request, "tickets/queue.html", context)
    # The ticket's page leads back to the view that its reader came from.
    response.set_cookie("view", address.view.key, samesite="Lax", httponly=True)
    return response


@require_http_methods(["GET", "POST"])
@staff_page
def bulk(request: HttpRequest) -> HttpResponse:
    """Take, or give to somebody, all chosen tickets; each is a command of its own, and those that
    refuse say why."""
    if request.method != "POST":  # after a new sign-in, say
        return redirect("queue")
    user = reader(request)
    numbers = [int(each) for each in request.POST.getlist("ticket") if _is_key(each)]
    if not numbers:
        messages.error(request, "No ticket was chosen: mark some first.")
        return _back(request)
    to = _chosen_agent(request, user)
    done, refused = 0, []
    for number in numbers[:MOST_AT_ONCE]:
        try:
            ticket = access.get_ticket(user, number)
            if to == user:
                holding.take(ticket, actor=user)
            else:
                holding.assign(ticket, actor=user, assignee=to)
            done += 1
        except DeskError as error:
            refused.append(f"#{number}: {error.message}")
    _tell(request, done=done, to=to, refused=refused)
    return _back(request)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _chosen_agent(request: HttpRequest, user: User) -> User | None:
    """Return who gets the tickets; None is nobody. Raises InvalidInput where nobody was named."""
    chosen = "me" if request.POST.get("to") == "me" else request.POST.get("agent", "")
    if chosen == "me":
        return user
    if chosen == "nobody":
        return None
    people = User.objects.filter(role__in=STAFF_ROLES, is_active=True)
    agent = people.filter(pk=chosen).first() if _is_key(chosen) else None
    if agent is None:
        raise InvalidInput("Choose who gets the tickets.")
    return agent


def _tell(request: HttpRequest, *, done: int, to: User | None, refused: list[str]) -> None:
    if done:
        noun = "ticket" if done == 1 else "tickets"
        receiver = f"assigned to {to.name}" if to else "given back to the list"
        messages.success(request, f"{done} {noun} {receiver}.")
    for sentence in refused[:3]:
        messages.error(request, sentence)
    if refused[3:]:
        messages.error(request, f"{len(refused) - 3} more were refused for the like.")


def _back(request: HttpRequest) -> HttpResponse:
    """Go back to the same page of the queue, never to another site."""
    came_from = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect("queue")
