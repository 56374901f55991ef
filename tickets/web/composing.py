"""The composer: a public reply or a private note, with files and the status that follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from tickets import access
from tickets.choices import Status
from tickets.errors import DeskError
from tickets.lifecycle import WAITING
from tickets.models import Message, Ticket
from tickets.services import files, talking
from tickets.services.seeing import Unseen, require_seen
from tickets.services.stored_files import stored_together
from tickets.web.acts import BY_SLUG, filled
from tickets.web.guards import go_back, reader, staff_page
from tickets.web.portal_forms import FilesField
from tickets.web.presence import seq_in
from tickets.web.sending import Sent, send_once
from tickets.web.stepping import onward
from tickets.web.ticket import ticket_page

RESOLVE = "resolve"


class ComposeForm(forms.Form):
    """What an agent writes on a ticket."""

    kind = forms.ChoiceField(choices=[("reply", "Public reply"), ("note", "Private note")])
    body = forms.CharField(
        max_length=50_000,
        error_messages={"required": "Write something first; nothing was sent."},
    )
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
def compose(request: HttpRequest, number: int) -> HttpResponseBase:
    """Send what was written, or show the ticket again with the text kept and the reason above."""
    user = reader(request)
    ticket = access.get_ticket(user, number)
    if request.method != "POST":  # a page that was sent back is reloaded by its address
        return go_back(request, number)
    sent = send_once(request, user, send=lambda: _compose(request, ticket))
    if isinstance(sent, HttpResponseBase):
        return sent
    messages.success(request, sent.words)
    is_reply = request.POST.get("kind") == "reply"
    return onward(request, number, is_end=is_reply and request.POST.get("then") in WAITING)


def _compose(request: HttpRequest, ticket: Ticket) -> Sent | HttpResponse:
    number = ticket.pk
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
        unseen = error.row if isinstance(error, Unseen) else None
        ticket = access.get_ticket(reader(request), number)
        return ticket_page(request, ticket, compose=form, unseen=unseen, status=422)
    is_note = values["kind"] == "note"
    return Sent(
        ticket=number, words="Note added." if is_note else f"Sent to {ticket.customer.name}."
    )


@stored_together()
def _send(request: HttpRequest, ticket: Ticket, values: dict[str, Any]) -> Message:
    """Write the message and keep its files; one refused file stops both."""
    user = reader(request)
    if values["kind"] == "note":
        message = talking.add_note(ticket, actor=user, body=values["body"])
    else:
        _check_seen(request, ticket, values["body"])
        then = values["then"] or None
        message = talking.reply(ticket, actor=user, body=values["body"], then=then)
    for upload in values["uploads"]:
        files.attach(message, upload=upload, actor=user)
    return message


def _check_seen(request: HttpRequest, ticket: Ticket, body: str) -> None:
    """Raise Unseen where something came that the writer's page did not show. The page that is sent
    back shows it, so that it is asked once."""
    seq = seq_in(request.POST.get("seen"))
    if seq is not None:
        require_seen(ticket, seq=seq, reader=reader(request), body=body)


def _ask_how(request: HttpRequest, ticket: Ticket, form: ComposeForm) -> HttpResponse:
    """Open the dialog of resolving with the text as the last words to the customer."""
    act = BY_SLUG["resolve"]
    initial = {"reply": form.cleaned_data["body"]}
    dialog = {
        "act": act,
        "form": act.form(ticket=ticket, user=reader(request), initial=initial),
        "ticket": ticket,
        # The page behind the dialog is new; what its writer has seen is not.
        "seen": seq_in(request.POST.get("seen")) or ticket.ledger_seq,
        "title": filled(act.title, ticket),
        "lead": filled(act.lead, ticket),
    }
    return ticket_page(request, ticket, compose=form, dialog=dialog)
