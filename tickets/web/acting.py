"""The addresses of acts: a GET shows the dialog, a POST does it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from tickets import access, lifecycle
from tickets.errors import DeskError, NotThere, WrongState
from tickets.models import Ticket
from tickets.web.act_forms import ActForm
from tickets.web.acts import BY_SLUG, Act, filled
from tickets.web.guards import go_back, reader, staff_page
from tickets.web.ticket import ticket_page


@require_http_methods(["GET", "POST"])
@staff_page
def act_view(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    """Show an act's dialog, or do it; what was typed is kept where it is refused."""
    act = BY_SLUG.get(slug)
    if act is None:
        raise Http404(f"There is no act “{slug}”.")
    user = reader(request)
    ticket = access.get_ticket(user, number)
    if request.method == "POST":
        return _do(request, ticket, act)
    why_not = lifecycle.refusal(act.verb, ticket.status)
    if why_not:
        raise WrongState(why_not)
    access.require(user, act.verb, ticket)
    if not act.title:  # done at once, so there is nothing to show: the ticket has its button
        return go_back(request, number)
    form = act.form(ticket=ticket, user=user, initial=_initial(request.GET))
    return _show(request, ticket, act, form)


def _initial(address: QueryDict) -> dict[str, str]:
    """An address may fill a form in beforehand: ?message=12, ?wait_for=vendor."""
    return {key: value for key, value in address.items() if isinstance(value, str)}


def _do(request: HttpRequest, ticket: Ticket, act: Act) -> HttpResponse:
    form = act.form(request.POST, ticket=ticket, user=reader(request))
    if not form.is_valid():
        return _show(request, ticket, act, form, status=422)
    number = ticket.pk
    try:
        with transaction.atomic():
            act.run(ticket, reader(request), form.cleaned_data)
    except NotThere:
        raise
    except DeskError as error:
        if not act.title:
            raise
        form.take(error)
        return _show(request, access.get_ticket(reader(request), number), act, form, status=422)
    messages.success(request, filled(act.done, ticket))
    return _after(request, number, act)


def _show(
    request: HttpRequest, ticket: Ticket, act: Act, form: ActForm, *, status: int = 200
) -> HttpResponse:
    """Draw the dialog alone for a page that is there already, else with its ticket behind it."""
    dialog = {
        "act": act,
        "form": form,
        "ticket": ticket,
        "title": filled(act.title, ticket),
        "lead": filled(act.lead, ticket),
    }
    if getattr(request, "htmx", False):
        return render(request, "tickets/_act_dialog.html", dialog, status=status)
    return ticket_page(request, ticket, dialog=dialog, status=status)


def _after(request: HttpRequest, number: int, act: Act) -> HttpResponse:
    """Go back to the ticket; to the queue where it left the reader's hands or sight."""
    try:
        access.get_ticket(reader(request), number)
    except NotThere:
        return go_back(request)
    if not act.leaves:
        return go_back(request, number)
    to = redirect("queue")
    is_htmx = getattr(request, "htmx", False)
    return HttpResponseClientRedirect(to.url) if is_htmx else to
