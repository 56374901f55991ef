"""A new ticket, opened by an agent: a call that is logged while it runs, or something written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.people import AddressTaken, register_customer
from tickets import access
from tickets.errors import DeskError, InvalidInput
from tickets.models import Ticket
from tickets.selectors import people
from tickets.services.opening import open_ticket
from tickets.web.guards import go_back, reader, staff_page
from tickets.web.new_forms import NewTicketForm


@require_http_methods(["GET", "POST"])
@staff_page
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Show the form, or open the ticket; what was typed is kept where something is missing."""
    if request.method != "POST":
        return _show(request, NewTicketForm(initial=_initial(request)))
    form = NewTicketForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        ticket = _open(form.cleaned_data, actor=reader(request))
    except DeskError as error:
        form.take(error)
        return _show(request, form, status=422)
    messages.success(request, f"#{ticket.pk} is open.")
    return go_back(request, ticket.pk if access.may_see(reader(request), ticket) else None)


@require_safe
@staff_page
def find_customers(request: HttpRequest) -> HttpResponse:
    """Return the customers that fit what is being typed, as a fragment."""
    text = request.GET.get("customer_search", "")
    context = {"hits": people.find_customers(text), "text": text}
    return render(request, "tickets/_customer_hits.html", context)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """An address may name the customer and the subject."""
    known = {key: request.GET.get(key, "") for key in ("customer", "subject", "channel")}
    return {key: value for key, value in known.items() if value}


def _show(request: HttpRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    context = {"section": "new", "form": form, "hits": form.hits}
    return render(request, "tickets/new.html", context, status=status)


@transaction.atomic
def _open(values: dict[str, Any], *, actor: User) -> Ticket:
    """Open the ticket, and make its customer first where they are new; both or neither."""
    return open_ticket(
        customer=values["customer"] or _register(values),
        actor=actor,
        tags=values["tags"].split(","),
        **{
            key: values[key]
            for key in (
                "subject",
                "description",
                "channel",
                "type",
                "category",
                "product",
                "impact",
                "urgency",
                "team",
                "is_live",
            )
        },
    )


def _register(values: dict[str, Any]) -> User:
    try:
        return register_customer(
            name=values["new_name"], email=values["new_email"], phone=values["new_phone"]
        )
    except AddressTaken as error:
        words = f"This is the address of {error.person.name}: search for them above."
        raise InvalidInput(words, fields={"new_email": words}) from error
