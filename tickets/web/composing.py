"""The composer: a public reply or a private note, with files and the status that follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tickets import access
from tickets.choices import Status
from tickets.errors import DeskError
from tickets.models import Message, Ticket
from tickets.services import files, talking
from tickets.web.acts import BY_SLUG, filled
from tickets.web.guards import go_back, reader, staff_page
from tickets.web.portal_forms import FilesField
from tickets.web.ticket import ticket_page

RESOLVE = "resolve"


class ComposeForm(forms.Form):
    """What an agent writes on a ticket."""

    kind = forms.ChoiceField(choices=[("reply", "Public reply"), ("note", "Private note")])
    body = forms.CharField(error_messages={"required": "Write something first; nothing was sent."})
    then = forms.ChoiceField(
        choices=[
            ("", "as it is"),
            (Status.IN_PROGRESS, "In progress"),
            (Status.WAITING_CUSTOMER, "Waiting on customer"),
            (Status.WAITING_VENDOR, "Waiting on vendor"),
            (Status.ON_HOLD, "On hold"),
            (RESOLVE, "Resolved…"),
        ],
        required=False,
    )
    uploads = FilesField()


@require_http_methods(["GET", "POST"])
@staff_page
def compose(request: HttpRequest, number: int) -> HttpResponse:
    """Send what was written, or show the ticket again with the text kept and the reason above."""
    user = reader(request)
    ticket = access.get_ticket(user, number)
    if request.method != "POST":  # a page that was sent back is reloaded by its address
        return go_back(request, number)
    form = ComposeForm(request.POST, request.FILES)
    if not form.is_valid():
        return ticket_page(request, ticket, compose=form, status=422)
    values = form.cleaned_data
    if values["kind"] == "reply" and values["then"] == RESOLVE:
        if values["uploads"]:
            form.add_error("uploads", "Send the files first, then resolve: they cannot go with it.")
            return ticket_page(request, ticket, compose=form, status=422)
        return _ask_how(request, ticket, form)
    try:
        _send(request, ticket, values)
    except DeskError as error:
        form.add_error(None, error.message)
        return ticket_page(request, access.get_ticket(user, number), compose=form, status=422)
    is_note = values["kind"] == "note"
    messages.success(request, "Note added." if is_note else f"Sent to {ticket.customer.name}.")
    return go_back(request, number)


@transaction.atomic
def _send(request: HttpRequest, ticket: Ticket, values: dict[str, Any]) -> Message:
    """Write the message and keep its files; one refused file stops both."""
    user = reader(request)
    if values["kind"] == "note":
        message = talking.add_note(ticket, actor=user, body=values["body"])
    else:
        then = values["then"] or None
        message = talking.reply(ticket, actor=user, body=values["body"], then=then)
    for upload in values["uploads"]:
        files.attach(message, upload=upload, actor=user)
    return message


def _ask_how(request: HttpRequest, ticket: Ticket, form: ComposeForm) -> HttpResponse:
    """Open the dialog of resolving with the text as the last words to the customer."""
    act = BY_SLUG["resolve"]
    initial = {"reply": form.cleaned_data["body"]}
    dialog = {
        "act": act,
        "form": act.form(ticket=ticket, user=reader(request), initial=initial),
        "ticket": ticket,
        "title": filled(act.title, ticket),
        "lead": filled(act.lead, ticket),
    }
    return ticket_page(request, ticket, compose=form, dialog=dialog)
