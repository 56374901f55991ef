"""The customer's list of tickets, and asking something new."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tickets.choices import Channel
from tickets.errors import DeskError
from tickets.models import Ticket
from tickets.selectors.portal import Question, Shown, list_tickets
from tickets.services.opening import open_ticket
from tickets.web.guards import reader
from tickets.web.portal_doors import customers_only
from tickets.web.portal_files import attach_all
from tickets.web.portal_forms import NewTicketForm

MAX_WORDS = 100


@require_safe
@customers_only
def my_tickets(request: HttpRequest) -> HttpResponse:
    """Show the customer's tickets, and their organization's where they may see them."""
    user = reader(request)
    question = _question(request)
    context = {
        "question": question,
        "found": list_tickets(user, question),
        "may_see_all": user.is_organization_viewer and user.organization_id is not None,
        "is_narrowed": bool(question.words) or question.shown != Shown.ALL,
        "kept": _kept(question),
    }
    return render(request, "portal/list.html", context)


def _question(request: HttpRequest) -> Question:
    shown = request.GET.get("show", "")
    return Question(
        shown=Shown(shown) if shown in set(Shown) else Shown.ALL,
        words=request.GET.get("q", "").replace("\0", "").strip()[:MAX_WORDS],
        is_whole_organization=request.GET.get("whose") == "all",
        cursor=request.GET.get("after", ""),
    )


def _kept(question: Question) -> str:
    """What stays in the address when another tab or page is chosen."""
    whose = {"whose": "all"} if question.is_whole_organization else {}
    words = {"q": question.words} if question.words else {}
    return urlencode(whose | words)


@require_http_methods(["GET", "HEAD", "POST"])
@customers_only
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Show the form for something new, and open a ticket with what it holds."""
    form = NewTicketForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=_first_words(request),
    )
    if request.method == "POST" and form.is_valid():
        ticket = _open(request, form)
        if ticket is not None:
            messages.success(request, f"We have it: ticket #{ticket.pk}. A mail is on its way.")
            return redirect("portal_ticket", number=ticket.pk)
    status = 422 if form.errors else 200
    return render(request, "portal/new.html", {"form": form}, status=status)


def _open(request: HttpRequest, form: NewTicketForm) -> Ticket | None:
    """Open the ticket with its files, all or nothing; a refusal goes back to the form."""
    user = reader(request)
    try:
        with transaction.atomic():
            ticket = open_ticket(
                customer=user, actor=user, channel=Channel.PORTAL, **form.ticket_fields()
            )
            attach_all(ticket.messages.get(), form.cleaned_data["uploads"], actor=user)
    except DeskError as error:
        form.blame(error)
        return None
    return ticket


def _first_words(request: HttpRequest) -> dict[str, str]:
    """What a link to the form may fill in."""
    return {key: request.GET[key][:250] for key in ("subject", "category") if key in request.GET}


@require_safe
@customers_only
def new_ticket_fields(request: HttpRequest) -> HttpResponse:
    """Show the fields that come with a category, as a fragment."""
    form = NewTicketForm(initial={"category": request.GET.get("category", "")})
    return render(request, "portal/_custom_fields.html", {"form": form})
