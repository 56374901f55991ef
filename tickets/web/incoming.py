"""Mail to decide: what nobody could place safely, in a list; and one mail, with what may become of
it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from tickets import access
from tickets.errors import DeskError, InvalidInput
from tickets.models import InboundMail
from tickets.search.words import number_in
from tickets.selectors.incoming import (
    LABELS,
    Shown,
    also_to,
    count_to_decide,
    get_mail,
    mails_page,
    words_of,
)
from tickets.services import held_mail
from tickets.web import offers
from tickets.web.guards import reader, staff_page
from tickets.web.offers import OfMail


@require_safe
@staff_page
def mails(request: HttpRequest) -> HttpResponse:
    """Show one page of mails."""
    user, asked = reader(request), request.GET
    shown = Shown(asked["show"]) if asked.get("show") in [*Shown] else Shown.DECIDE
    before = asked.get("before", "")
    context = {
        "section": "queue",
        "shown": shown,
        "tabs": LABELS.items(),
        "number": count_to_decide(user),
        "found": mails_page(user, shown, before=int(before) if _is_key(before) else None),
    }
    return render(request, "tickets/incoming.html", context)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@require_safe
@staff_page
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mail, whatever became of it."""
    return _page(request, get_mail(reader(request), pk))


def _page(
    request: HttpRequest, shown: InboundMail, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "section": "queue",
        "mail": shown,
        "words": words_of(shown),
        "also_to": also_to(shown),
        "may_come_in": shown.outcome in held_mail.MAY_COME_IN
        and shown.kind not in held_mail.NOBODYS,
        "is_undecided": shown.outcome in held_mail.UNDECIDED,
        "number": request.POST.get("number", "") or shown.ticket_id,
        "error": error,
    }
    return render(request, "tickets/incoming_mail.html", context, status=status)


@require_POST
@staff_page
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what a button says; on the same page, with what was typed, where it is refused."""
    user = reader(request)
    shown = get_mail(user, pk)
    act = ACTS.get(request.POST.get("act", ""))
    try:
        if act is None:
            raise InvalidInput("Choose what becomes of the mail.")
        return act(request, shown, user)
    except DeskError as refusal:
        return _page(request, get_mail(user, pk), error=refusal.message, status=422)


def _open(request: HttpRequest, shown: InboundMail, user: User) -> HttpResponse:
    done = held_mail.admit(shown, actor=user)
    messages.success(request, f"The mail is ticket #{done.ticket_id} now.")
    return redirect("ticket", number=done.ticket_id)


def _join(request: HttpRequest, shown: InboundMail, user: User) -> HttpResponse:
    ticket = access.get_ticket(user, _number(request))
    done = held_mail.admit(shown, actor=user, ticket=ticket)
    messages.success(request, f"The mail is a message of #{done.ticket_id} now.")
    return redirect("ticket", number=done.ticket_id)


def _number(request: HttpRequest) -> int:
    number = number_in(request.POST.get("number", ""))
    if number is None:
        raise InvalidInput("Write the number of the ticket that it belongs to.")
    return number


def _drop(request: HttpRequest, shown: InboundMail, user: User) -> HttpResponse:
    held_mail.discard(shown, actor=user)
    offers.make(request, "The mail is dropped.", steps=[OfMail(shown.pk)])
    return redirect("incoming")


def _read(request: HttpRequest, shown: InboundMail, user: User) -> HttpResponse:
    held_mail.read_once_more(shown, actor=user)
    messages.success(request, "It is read again within seconds.")
    return redirect("incoming")


def _bring_back(request: HttpRequest, shown: InboundMail, user: User) -> HttpResponse:
    held_mail.bring_back(shown, actor=user)
    messages.success(request, "The mail waits again.")
    return redirect("incoming_mail", pk=shown.pk)


ACTS: Final[dict[str, Callable[[HttpRequest, InboundMail, User], HttpResponse]]] = {
    "open": _open,
    "join": _join,
    "drop": _drop,
    "read": _read,
    "back": _bring_back,
}
