"""The addresses of acts: a GET shows the dialog, a POST does it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tickets import access, lifecycle
from tickets.errors import DeskError, NotThere, WrongState
from tickets.models import Ticket
from tickets.services.seeing import require_seen
from tickets.web.act import Act
from tickets.web.act_forms import ActForm
from tickets.web.acts import BY_SLUG, filled
from tickets.web.guards import go_back, reader, staff_page
from tickets.web.presence import seq_in
from tickets.web.sending import Sent, send_once
from tickets.web.stepping import onward
from tickets.web.ticket import ticket_page
from tickets.web.undo import steps_of, tell


@require_http_methods(["GET", "POST"])
@staff_page
def act_view(request: HttpRequest, number: int, slug: str) -> HttpResponseBase:
    """Show an act's dialog, or do it; what was typed is kept where it is refused."""
    act = BY_SLUG.get(slug)
    if act is None:
        raise Http404(f"There is no act “{slug}”.")
    if request.method == "POST":
        return _do(request, number, act)
    user = reader(request)
    ticket = access.get_ticket(user, number)
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


def _do(request: HttpRequest, number: int, act: Act) -> HttpResponseBase:
    sent = send_once(request, reader(request), send=lambda: _act(request, number, act))
    if isinstance(sent, Sent) and sent.is_stale:
        sent = _act(request, number, act)
    if isinstance(sent, HttpResponseBase):
        return sent
    if sent.is_again:  # the first time, it was said with an offer to undo it
        messages.success(request, sent.words)
    return _after(request, number, act)


def _act(request: HttpRequest, number: int, act: Act) -> Sent | HttpResponse:
    ticket = access.get_ticket(reader(request), number)
    form = act.form(request.POST, ticket=ticket, user=reader(request))
    if not form.is_valid():
        return _show(request, ticket, act, form, status=422)
    try:
        with transaction.atomic():
            _check_seen(request, ticket, act, form)
            result = act.run(ticket, reader(request), form.cleaned_data)
    except NotThere:
        raise
    except DeskError as error:
        if not act.title:
            raise
        form.take(error)
        return _show(request, access.get_ticket(reader(request), number), act, form, status=422)
    steps = steps_of(ticket, result, user=reader(request))
    words = filled(act.done, ticket) + _elsewhere(ticket, result)
    tell(request, words, steps=steps)
    return Sent(ticket=number, words=words, seq=ticket.ledger_seq)


def _elsewhere(ticket: Ticket, result: object) -> str:
    """Say on which other ticket the result is: a follow-up, or the one it was merged into."""
    number = result.pk if isinstance(result, Ticket) else getattr(result, "ticket_id", ticket.pk)
    return "" if number == ticket.pk else f" See #{number}."


def _check_seen(request: HttpRequest, ticket: Ticket, act: Act, form: ActForm) -> None:
    """Raise Unseen where the customer would be answered over something that came meanwhile."""
    seq = seq_in(request.POST.get("seen")) if act.is_answer else None
    if seq is not None:
        body = form.cleaned_data.get("reply", "")
        require_seen(ticket, seq=seq, reader=reader(request), body=body)


def _show(
    request: HttpRequest, ticket: Ticket, act: Act, form: ActForm, *, status: int = 200
) -> HttpResponse:
    """Draw the dialog alone for a page that is there already, else with its ticket behind it.

    Its form carries what the page behind it showed last; once it was refused, what there is now.
    """
    seen = seq_in(request.GET.get("seen")) if request.method == "GET" else None
    dialog = {
        "act": act,
        "form": form,
        "ticket": ticket,
        "seen": ticket.ledger_seq if seen is None else seen,
        "title": filled(act.title, ticket),
        "lead": filled(act.lead, ticket),
    }
    if getattr(request, "htmx", False):
        return render(request, "tickets/_act_dialog.html", dialog, status=status)
    return ticket_page(request, ticket, dialog=dialog, status=status)


def _after(request: HttpRequest, number: int, act: Act) -> HttpResponse:
    """Go where the act leads: back to the ticket, on to the next, or to the list where it left the
    reader's hands or sight."""
    is_seen = Ticket.objects.visible_to(reader(request)).filter(pk=number).exists()
    return onward(request, number, is_end=act.ends, is_here=is_seen and not act.leaves)
