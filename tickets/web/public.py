"""Asking without an account. Whoever sends is told the same, whether we know their address or not;
what becomes of it stands behind a link that is mailed there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tickets.api.throttles import seconds_to_wait
from tickets.choices import Source
from tickets.errors import DeskError
from tickets.selectors.portal import desk_opens_at
from tickets.services.public_requests import receive_request, sender_of_request
from tickets.services.stored_files import stored_together
from tickets.web.public_forms import PublicTicketForm
from tickets.web.sending import Sent, send_once

log = structlog.get_logger(__name__)

View = Callable[[HttpRequest], HttpResponseBase]


def strangers_page(view: View) -> View:
    """Let in whom we do not know; those who are signed in have a page of their own."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if not settings.PUBLIC_FORM:
            raise Http404("This desk takes requests from people with an account.")
        if request.user.is_authenticated:
            return redirect("new_ticket" if request.user.is_agent else "portal_new")
        return view(request)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@strangers_page
def ask(request: HttpRequest) -> HttpResponseBase:
    """Show the form, and open a ticket with what it holds."""
    if request.method != "POST":
        return _show(request, PublicTicketForm())
    form = PublicTicketForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, status=422)
    if form.is_of_a_program:
        log.info("request_of_a_program")
        return redirect("ask_sent")
    wait = seconds_to_wait(request, address=form.cleaned_data["email"])
    if wait:
        form.add_error(None, _too_many(wait))
        return _show(request, form, status=429, wait=wait)
    try:
        _receive(request, form)
    except DeskError as error:
        form.blame(error)
        return _show(request, form, status=422)
    return redirect("ask_sent")


def _receive(request: HttpRequest, form: PublicTicketForm) -> None:
    """Open the ticket with its files, all or nothing, and once however often it is sent."""
    sender = form.cleaned_data
    with stored_together():
        person = sender_of_request(name=sender["name"], email=sender["email"])

        def send() -> Sent:
            ticket = receive_request(
                person, source=Source.WEB, uploads=sender["uploads"], **form.ticket_fields()
            )
            return Sent(ticket=ticket.pk, words="")

        send_once(request, person, send=send)


def _too_many(wait: int) -> str:
    minutes = -(-wait // 60)
    return ngettext(
        "Too many requests came from here. Send it again in a minute.",
        "Too many requests came from here. Send it again in %(n)s minutes.",
        minutes,
    ) % {"n": minutes}


def _show(
    request: HttpRequest, form: PublicTicketForm, *, status: int = 200, wait: int = 0
) -> HttpResponse:
    context = {"form": form, "opens_at": desk_opens_at(now=timezone.now())}
    response = render(request, "portal/ask.html", context, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


@require_safe
@strangers_page
def ask_fields(request: HttpRequest) -> HttpResponse:
    """Show the fields that come with a category, as a fragment."""
    form = PublicTicketForm(initial={"category": request.GET.get("category", "")})
    return render(request, "components/_custom_fields.html", {"form": form})


@require_safe
@strangers_page
def ask_sent(request: HttpRequest) -> HttpResponse:
    """Say that it is received, and what comes next: the same to everybody."""
    return render(request, "portal/ask_sent.html")
