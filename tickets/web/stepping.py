"""To the next or the previous ticket of the list that one came from."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_safe

from tickets import access
from tickets.search.words import number_in
from tickets.selectors.sorting import Sort
from tickets.web import trail
from tickets.web.guards import go_back, go_to, reader, staff_page
from tickets.web.listing import tickets_at


@require_safe
@staff_page
def next_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """Lead to the ticket after this one; from the last, to the list."""
    return _step(request, number, is_back=False)


@require_safe
@staff_page
def previous_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """Lead to the ticket before this one; from the first, to the list."""
    return _step(request, number, is_back=True)


def onward(
    request: HttpRequest, number: int, *, is_end: bool, is_here: bool = True
) -> HttpResponse:
    """Go back to a ticket after an act, or to the list where it is not here any more. Where the act
    ends it for its agent, and they go on after each, go to the next ticket instead."""
    if is_end and trail.goes_on(request):
        return go_to(request, reverse("next_ticket", kwargs={"number": number}))
    return go_back(request, number if is_here else None)


def _step(request: HttpRequest, number: int, *, is_back: bool) -> HttpResponse:
    """Find the ticket beside the place where this one stood when it was opened: it may stand
    elsewhere by now, or have left the list and its reader's sight."""
    user, way = reader(request), trail.read(request)
    address = way.address
    found = address.sort.beside(
        tickets_at(address, user),
        place=_place(request, number, address.sort),
        is_back=is_back,
        first=number_in(address.search),
    )
    if found is None:
        messages.info(request, f"That was the {'first' if is_back else 'last'} of “{way.label}”.")
        return redirect(way.url)
    look = "?look=1" if request.GET.get("look") == "1" else ""
    response = redirect(f"{resolve_url('ticket', number=found.pk)}{look}")
    trail.mark(request, response, found, sort=address.sort)
    return response


def _place(request: HttpRequest, number: int, sort: Sort) -> str:
    known = trail.place_of(request, number, sort=sort)
    return known or sort.cursor(access.get_ticket(reader(request), number))
