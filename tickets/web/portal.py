"""The customer's list of tickets, and asking something new."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tickets.choices import Channel
from tickets.errors import DeskError
from tickets.selectors.incidents import known_outages
from tickets.selectors.portal import Question, Shown, desk_opens_at, list_tickets
from tickets.services.opening import open_ticket
from tickets.services.stored_files import stored_together
from tickets.web.guards import reader
from tickets.web.portal_doors import customers_only
from tickets.web.portal_files import attach_all
from tickets.web.portal_forms import NewTicketForm
from tickets.web.portal_live import FRAGMENT, mark_of_list, show_live
from tickets.web.sending import Sent, send_once

MAX_WORDS = 100


@require_safe
@customers_only
def my_tickets(request: HttpRequest) -> HttpResponse:
    """Show the customer's tickets, and their organization's where they may see them."""
    return _list(request, frame="portal/layout.html")


@require_safe
@customers_only
def list_news(request: HttpRequest) -> HttpResponse:
    """Answer a list that is open: with itself as it is now, or with nothing."""
    return _list(request, frame=FRAGMENT)


def _list(request: HttpRequest, *, frame: str) -> HttpResponse:
    user = reader(request)
    question = _question(request)
    found = list_tickets(user, question)
    known = known_outages(user)
    mark = mark_of_list(found, known, now=timezone.now())
    context = {
        "asked": _asked(request),
        "question": question,
        "found": found,
        "may_see_all": user.is_organization_viewer and user.organization_id is not None,
        "is_narrowed": bool(question.words) or question.shown != Shown.ALL,
        "kept": _kept(question),
        "known": known,
    }
    return show_live(request, "portal/list.html", context, frame=frame, mark=mark)


def _question(request: HttpRequest) -> Question:
    shown = request.GET.get("show", "")
    return Question(
        shown=Shown(shown) if shown in set(Shown) else Shown.ALL,
        words=request.GET.get("q", "").replace("\0", "").strip()[:MAX_WORDS],
        is_whole_organization=request.GET.get("whose") == "all",
        cursor=request.GET.get("after", ""),
    )


def _asked(request: HttpRequest) -> str:
    """The question as it stands in the address, for the page to ask again."""
    asked = request.GET.copy()
    asked.pop("have", None)
    return asked.urlencode()


def _kept(question: Question) -> str:
    """What stays in the address when another tab or page is chosen."""
    whose = {"whose": "all"} if question.is_whole_organization else {}
    words = {"q": question.words} if question.words else {}
    return urlencode(whose | words)


@require_http_methods(["GET", "HEAD", "POST"])
@customers_only
def new_ticket(request: HttpRequest) -> HttpResponseBase:
    """Show the form for something new, and open a ticket with what it holds."""
    if request.method != "POST":
        form = NewTicketForm(initial=_first_words(request))
        return _show_form(request, form)
    sent = send_once(request, reader(request), send=lambda: _open(request))
    if isinstance(sent, HttpResponseBase):
        return sent
    messages.success(request, sent.words)
    return redirect("portal_ticket", number=sent.ticket)


def _open(request: HttpRequest) -> Sent | HttpResponse:
    """Open the ticket with its files, all or nothing; a refusal goes back to the form."""
    user, form = reader(request), NewTicketForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_form(request, form, status=422)
    try:
        with stored_together():
            ticket = open_ticket(
                customer=user,
                actor=user,
                channel=Channel.PORTAL,
                has_asked_fields=True,
                **form.ticket_fields(),
            )
            attach_all(ticket.messages.get(), form.cleaned_data["uploads"], actor=user)
    except DeskError as error:
        form.blame(error)
        return _show_form(request, form, status=422)
    words = _("We have it: ticket #%(number)s. A mail is on its way.") % {"number": ticket.pk}
    return Sent(ticket=ticket.pk, words=words)


def _show_form(request: HttpRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    """The form, under what is out and known already, and when the desk opens again."""
    context = {
        "form": form,
        "known": known_outages(reader(request)),
        "opens_at": desk_opens_at(now=timezone.now()),
    }
    return render(request, "portal/new.html", context, status=status)


def _first_words(request: HttpRequest) -> dict[str, str]:
    """What a link to the form may fill in."""
    return {key: request.GET[key][:250] for key in ("subject", "category") if key in request.GET}


@require_safe
@customers_only
def new_ticket_fields(request: HttpRequest) -> HttpResponse:
    """Show the fields that come with a category, as a fragment."""
    form = NewTicketForm(initial={"category": request.GET.get("category", "")})
    return render(request, "components/_custom_fields.html", {"form": form})
