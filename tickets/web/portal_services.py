"""Customers' page of services: what is out, what was lately; and "this concerns us too"."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.errors import DeskError, NotThere
from tickets.models import Outage
from tickets.selectors.incidents import service_states
from tickets.services.joining import join_outage
from tickets.web.guards import reader
from tickets.web.portal_doors import customers_only
from tickets.web.portal_live import FRAGMENT, mark_of_services, show_live


@require_safe
@customers_only
def services(request: HttpRequest) -> HttpResponse:
    """Show how the customer's services stand."""
    return _services(request, frame="portal/layout.html")


@require_safe
@customers_only
def services_news(request: HttpRequest) -> HttpResponse:
    """Answer a page of services that is open: with itself as it is now, or with nothing."""
    return _services(request, frame=FRAGMENT)


def _services(request: HttpRequest, *, frame: str) -> HttpResponse:
    now = timezone.now()
    states = service_states(reader(request), now=now)
    mark = mark_of_services(states, now=now)
    return show_live(request, "portal/services.html", {"states": states}, frame=frame, mark=mark)


@require_POST
@customers_only
def join(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open a ticket that is part of the outage, or show the one that there is."""
    outage = Outage.objects.visible_to(reader(request)).filter(pk=pk).first()
    if outage is None:
        raise Http404("There is no such outage.")
    try:
        ticket = join_outage(outage, actor=reader(request))
    except NotThere as error:
        raise Http404(error.message) from error
    except DeskError as error:
        messages.error(request, error.message)
        return redirect("portal_new")
    told = _("You are on the list: ticket #%(number)s. We write to you as soon as it works.")
    messages.success(request, told % {"number": ticket.pk})
    return redirect("portal_ticket", number=ticket.pk)
