"""One ticket as its customer sees it: read, answer, attach, judge. Each view is reached by both
doors (see portal_doors); a GET never changes anything, so mail scanners may follow links."""

from __future__ import annotations

from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from tickets import access
from tickets.errors import DeskError
from tickets.models import Attachment, Message, Ticket
from tickets.selectors.portal import load_page, public_messages
from tickets.services.states import confirm, reject
from tickets.services.talking import reply_as_customer
from tickets.web.portal_doors import Door, Page, by_link, signed_in
from tickets.web.portal_files import attach_all, serve
from tickets.web.portal_forms import AnswerForm, DeskForm, RejectForm

IT_WORKS = "It works now."


def show(request: HttpRequest, door: Door) -> HttpResponse:
    """Show where the ticket stands, what happens next and what was said."""
    return _render(request, door)


def answer(request: HttpRequest, door: Door) -> HttpResponse:
    """Add the customer's message with its files, and go to where it was added: a late answer begins
    a follow-up ticket."""
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render(request, door, answer_form=form)
    try:
        with transaction.atomic():
            said = reply_as_customer(door.ticket, body=form.cleaned_data["body"], actor=door.reader)
            row = said if isinstance(said, Message) else said.messages.get()
            attach_all(row, form.cleaned_data["uploads"], actor=door.reader)
    except DeskError as error:
        form.blame(error)
        return _render(request, door, answer_form=form)
    if row.ticket_id == door.ticket.pk:
        messages.success(request, "Sent.")
        return redirect(door.url())
    return _go_on_elsewhere(request, door, row.ticket)


def works(request: HttpRequest, door: Door) -> HttpResponse:
    """Close a resolved ticket as confirmed; on one that is still open, tell the desk."""
    try:
        if door.ticket.is_open:
            reply_as_customer(
                door.ticket, body=IT_WORKS, actor=door.reader, is_acknowledgement=True
            )
            messages.success(request, "Good to know. We finish it.")
        else:
            confirm(door.ticket, actor=door.reader)
            messages.success(request, "Good to know. The ticket is closed.")
    except DeskError as error:
        messages.error(request, error.message)
    return redirect(door.url())


def works_not(request: HttpRequest, door: Door) -> HttpResponse:
    """Reopen a resolved ticket with what the customer still sees."""
    form = RejectForm(request.POST, prefix="not")
    if not form.is_valid():
        return _render(request, door, reject_form=form)
    try:
        reject(door.ticket, body=form.cleaned_data["body"], actor=door.reader)
    except DeskError as error:
        form.blame(error)
        return _render(request, door, reject_form=form)
    messages.success(request, "Sent. We look at it again.")
    return redirect(door.url())


def file(request: HttpRequest, door: Door, key: UUID) -> HttpResponseBase:
    """Hand out a file of a public message of this ticket."""
    of_ticket = public_messages(door.reader, door.ticket).values("pk")
    found = Attachment.objects.filter(key=key, message__in=of_ticket).first()
    if found is None:
        raise Http404("There is no such file on this ticket.")
    return serve(found)


def _render(
    request: HttpRequest,
    door: Door,
    *,
    answer_form: DeskForm | None = None,
    reject_form: DeskForm | None = None,
) -> HttpResponse:
    has_failed = bool(answer_form or reject_form)
    # What a command refused may be half changed in memory: the page is read anew.
    ticket = access.get_ticket(door.reader, door.ticket.pk) if has_failed else door.ticket
    context = {
        "door": door,
        "page": load_page(door.reader, ticket),
        "ticket": ticket,
        "answer_form": answer_form or AnswerForm(),
        "reject_form": reject_form or RejectForm(prefix="not"),
        "is_rejecting": reject_form is not None,
        "urls": {name: door.url(name) for name in ("answer", "works", "works_not")},
    }
    return render(request, "portal/ticket.html", context, status=422 if has_failed else 200)


def _go_on_elsewhere(request: HttpRequest, door: Door, other: Ticket) -> HttpResponse:
    messages.success(request, f"Sent. It goes on as ticket #{other.pk}.")
    return redirect(door.url_of(other))


def acting(page: Page) -> Page:
    """Let only a POST act; who reloads the address afterwards is shown the ticket."""

    @wraps(page)
    def guarded(request: HttpRequest, door: Door) -> HttpResponseBase:
        return page(request, door) if request.method == "POST" else redirect(door.url())

    return guarded


PAGES: dict[str, Page] = {
    "": show,
    "answer": acting(answer),
    "works": acting(works),
    "works_not": acting(works_not),
    "file": file,
}
BY_SIGN_IN = {name: signed_in(page) for name, page in PAGES.items()}
BY_LINK = {name: by_link(page) for name, page in PAGES.items()}
