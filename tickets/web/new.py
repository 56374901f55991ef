"""A new ticket, opened by an agent: a call that is logged while it runs, or something written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.people import AddressTaken, register_customer
from tickets.access import require_dating_opening
from tickets.errors import DeskError, InvalidInput
from tickets.models import Ticket
from tickets.selectors import people
from tickets.services.opening import open_ticket
from tickets.services.stored_files import stored_together
from tickets.services.talking import add_note
from tickets.web.guards import go_back, reader, staff_page
from tickets.web.new_forms import NewTicketForm
from tickets.web.portal_files import attach_all
from tickets.web.sending import Sent, send_once

IN_ADDRESS = ("customer", "subject", "channel", "category")
WITH_FILES = "Files that came with the call."


@require_http_methods(["GET", "POST"])
@staff_page
def new_ticket(request: HttpRequest) -> HttpResponseBase:
    """Show the form, or open the ticket; what was typed is kept where something is missing."""
    if request.method != "POST":
        return _show(request, NewTicketForm(initial=_initial(request), user=reader(request)))
    user = reader(request)
    sent = send_once(request, user, send=lambda: _send(request))
    if isinstance(sent, HttpResponseBase):
        return sent
    messages.success(request, sent.words)
    is_theirs = Ticket.objects.visible_to(user).filter(pk=sent.ticket).exists()
    return go_back(request, sent.ticket if is_theirs else None)


@require_safe
@staff_page
def find_customers(request: HttpRequest) -> HttpResponse:
    """Return the customers that fit what is being typed, as a fragment."""
    text = request.GET.get("customer_search", "")
    context = {"hits": people.find_customers(text), "text": text}
    return render(request, "tickets/_customer_hits.html", context)


@require_safe
@staff_page
def new_ticket_fields(request: HttpRequest) -> HttpResponse:
    """Show the desk's own fields of a category, as a fragment."""
    form = NewTicketForm(
        initial={"category": request.GET.get("category", "")}, user=reader(request)
    )
    return render(request, "components/_custom_fields.html", {"form": form})


def _initial(request: HttpRequest) -> dict[str, Any]:
    """An address may fill some fields in beforehand."""
    known = {key: request.GET.get(key, "") for key in IN_ADDRESS}
    return {key: value for key, value in known.items() if value}


def _show(request: HttpRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    context = {"section": "new", "form": form, "hits": form.hits}
    return render(request, "tickets/new.html", context, status=status)


def _send(request: HttpRequest) -> Sent | HttpResponse:
    form = NewTicketForm(request.POST, request.FILES, user=reader(request))
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        ticket = _open(form, actor=reader(request))
    except DeskError as error:
        form.take(error)
        return _show(request, form, status=422)
    return Sent(ticket=ticket.pk, words=f"#{ticket.pk} is open.")


@stored_together()
def _open(form: NewTicketForm, *, actor: User) -> Ticket:
    """Open the ticket, make its customer first where they are new, and keep its files; all or
    nothing."""
    values = form.cleaned_data
    require_dating_opening(actor, started_at=values.get("started_at"))
    ticket = open_ticket(
        customer=values["customer"] or _register(values),
        actor=actor,
        has_asked_fields=True,
        **form.ticket_fields(),
    )
    if values["uploads"]:
        # Nothing was written during a call: its files are for colleagues, with a note.
        said = ticket.messages.first() or add_note(ticket, body=WITH_FILES, actor=actor)
        attach_all(said, values["uploads"], actor=actor)
    return ticket


def _register(values: dict[str, Any]) -> User:
    try:
        return register_customer(
            name=values["new_name"], email=values["new_email"], phone=values["new_phone"]
        )
    except AddressTaken as error:
        words = f"This is the address of {error.person.name}: search for them above."
        raise InvalidInput(words, fields={"new_email": words}) from error
