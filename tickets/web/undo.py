"""Saying what was done, with the offer to undo it; and undoing it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import User
from tickets import access
from tickets.errors import DeskError, NotThere
from tickets.models import SavedView, Ticket
from tickets.selectors.incoming import get_mail
from tickets.services.held_mail import bring_back
from tickets.services.saved_views import restore_view
from tickets.services.undoing import can_undo
from tickets.services.undoing import undo as take_back
from tickets.web import offers
from tickets.web.guards import back_to, reader, staff_page
from tickets.web.offers import OfMail, OnTicket, Step


def tell(request: HttpRequest, words: str, *, steps: Sequence[Step] = ()) -> None:
    """Say on the next page what was done; with steps, offer to take them back."""
    if steps:
        offers.make(request, words, steps=steps)
    else:
        messages.success(request, words)


def steps_of(ticket: Ticket, result: object, *, user: User) -> list[Step]:
    """Return the step that takes back what a command answered with; none where there is no way
    back, or the ticket has left the user's sight."""
    row = result[0] if isinstance(result, tuple) and result else result
    action_id = getattr(row, "action_id", None)
    if action_id is None or not access.may_see(user, ticket):
        return []
    return [OnTicket(ticket.pk, action_id)] if can_undo(ticket, action_id=action_id) else []


@require_http_methods(["GET", "POST"])
@staff_page
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what an offer names, ticket by ticket, and say what could not be."""
    if request.method != "POST":  # after a new sign-in, say
        return redirect("queue")
    steps = offers.take(reader(request), request.POST.get("key", ""))
    response = back_to(request, request.POST.get("back", ""))
    response.delete_cookie(offers.COOKIE, samesite="Lax")
    if steps is None:
        messages.error(request, "It is too late to undo this: change it back by hand.")
        return response
    refused = _undo_all(steps, actor=reader(request))
    _tell_result(request, done=len(steps) - len(refused), refused=refused)
    return response


def _undo_all(steps: Sequence[Step], *, actor: User) -> list[str]:
    """Undo each step; return the sentences of those that were refused."""
    refused = []
    for step in steps:
        try:
            _undo_one(step, actor=actor)
        except DeskError as error:
            about = f"#{step.number}: " if isinstance(step, OnTicket) else ""
            refused.append(f"{about}{error.message}")
    return refused


def _undo_one(step: Step, *, actor: User) -> None:
    if isinstance(step, OnTicket):
        ticket = access.get_ticket(actor, step.number)
        take_back(ticket, action_id=step.action_id, actor=actor)
        return
    if isinstance(step, OfMail):
        bring_back(get_mail(actor, step.pk), actor=actor)
        return
    view = SavedView.objects.filter(pk=step.pk).first()
    if view is None:
        raise NotThere("This view is gone for good.")
    restore_view(view, actor=actor)


def _tell_result(request: HttpRequest, *, done: int, refused: Sequence[str]) -> None:
    if done:
        is_one = done == 1 and not refused
        words = "it is as before" if is_one else f"{done} tickets are as before"
        messages.success(request, f"Taken back: {words}.")
    for sentence in refused[:3]:
        messages.error(request, sentence)
    if refused[3:]:
        messages.error(request, f"{len(refused) - 3} more could not be taken back.")
