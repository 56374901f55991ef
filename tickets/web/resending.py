"""Sending a mail to a customer again, also to another address."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from tickets import access
from tickets.errors import DeskError, NotThere
from tickets.lifecycle import Verb
from tickets.models import Notice, Ticket
from tickets.selectors.deliveries import delivery_of, mails_of
from tickets.services.undelivered import send_again
from tickets.web.act_forms import ActForm
from tickets.web.guards import go_back, reader, staff_page
from tickets.web.sending import Sent, send_once
from tickets.web.ticket import ticket_page


class AgainForm(ActForm):
    """Where to."""

    address = forms.EmailField(
        label="To",
        help_text="Another address is used for this mail alone; the customer keeps theirs.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@staff_page
def again(request: HttpRequest, number: int, pk: int) -> HttpResponseBase:
    """Show the dialog, or send; a refusal keeps what was typed."""
    user = reader(request)
    ticket = access.get_ticket(user, number)
    access.require(user, Verb.REPLY, ticket)
    mail = mails_of(ticket).filter(pk=pk).first()
    if mail is None:
        raise NotThere("There is no such mail.")
    if request.method == "POST":
        return _send(request, ticket, mail, user)
    form = AgainForm(ticket=ticket, user=user, initial={"address": mail.sent_to})
    return _show(request, ticket, mail, form)


def _send(request: HttpRequest, ticket: Ticket, mail: Notice, user: User) -> HttpResponseBase:
    form = AgainForm(request.POST, ticket=ticket, user=user)
    if not form.is_valid():
        return _show(request, ticket, mail, form, status=422)

    def send() -> Sent:
        send_again(mail, actor=user, address=form.cleaned_data["address"])
        words = f"It goes to {form.cleaned_data['address']} within seconds."
        return Sent(ticket=ticket.pk, words=words, seq=ticket.ledger_seq)

    try:
        sent = send_once(request, user, send=send)
    except DeskError as error:
        form.take(error)
        return _show(request, ticket, mail, form, status=422)
    if isinstance(sent, HttpResponseBase):
        return sent
    messages.success(request, sent.words)
    return go_back(request, ticket.pk)


def _show(
    request: HttpRequest, ticket: Ticket, mail: Notice, form: AgainForm, *, status: int = 200
) -> HttpResponse:
    """Draw the dialog alone for a page that is there already, else with its ticket behind it."""
    dialog = {"again": delivery_of(mail), "form": form, "ticket": ticket}
    if getattr(request, "htmx", False):
        return render(request, "tickets/_again_dialog.html", dialog, status=status)
    return ticket_page(request, ticket, dialog=dialog, status=status)
