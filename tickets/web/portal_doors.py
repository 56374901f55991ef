"""The two doors to a customer's pages: signed in, or by a signed link that opens one ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from accounts.languages import locale_of
from accounts.models import User
from accounts.zones import zone_of
from tickets import access
from tickets.errors import NotThere
from tickets.models import Ticket
from tickets.portal_links import LinkExpired, LinkInvalid, open_link, portal_url
from tickets.web.guards import reader

Page = Callable[..., HttpResponseBase]
"""A view; those of one ticket take a door after the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How a reader came to a ticket, and as whom they act. A link acts as the ticket's customer, on
    this ticket alone; `token` is empty for those who signed in."""

    reader: User
    ticket: Ticket
    token: str = ""

    @property
    def is_link(self) -> bool:
        """Whether the reader came by a link."""
        return bool(self.token)

    def url(self, page: str = "", *args: object) -> str:
        """Return the address of a page of this ticket ("reply", "file" …; "" is the ticket itself)
        that keeps to the same door."""
        name = f"portal_{'link' if self.is_link else 'ticket'}{f'_{page}' if page else ''}"
        return reverse(name, args=[self.token or self.ticket.pk, *args])

    def url_of(self, other: Ticket) -> str:
        """Return the address of another ticket of the same customer, by the same kind of door."""
        if not self.is_link:
            return reverse("portal_ticket", args=[other.pk])
        return portal_url(other)


def customers_only(view: Page) -> Page:
    """Let signed-in customers in; staff are sent to their own pages."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if reader(request).is_agent:
            return redirect("queue")
        return view(request, *args, **kwargs)

    return guarded


def signed_in(view: Page) -> Page:
    """Open a ticket of the customer who signed in; to others it is not there. Staff are sent to the
    page where they work on it."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, number: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if reader(request).is_agent:
            return redirect("ticket", number=number)
        try:
            ticket = access.get_ticket(reader(request), number)
        except NotThere as error:
            raise Http404 from error
        return view(request, Door(reader=reader(request), ticket=ticket), *args, **kwargs)

    return guarded


@contextmanager
def reading_as(person: User) -> Iterator[None]:
    """Write a page for whoever holds a link of somebody's: nobody is signed in, so the request
    knows neither whose times these are, nor the language that they chose."""
    locale = locale_of(person.language) if person.language else translation.get_language()
    with timezone.override(zone_of(person)), translation.override(locale):
        yield


def by_link(view: Page) -> Page:
    """Open the ticket of a signed link, for whoever holds it, as its customer. Staff who follow a
    customer's link are sent to their own page, so that they never speak as somebody else."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            linked = open_link(token)
            ticket = access.get_ticket(linked.customer, linked.pk)
        except LinkExpired:
            return _closed(request, status=410, is_expired=True)
        except (LinkInvalid, NotThere):
            return _closed(request, status=404, is_expired=False)
        if isinstance(request.user, User) and request.user.is_agent:
            return redirect("ticket", number=ticket.pk)
        with reading_as(ticket.customer):
            response = view(
                request, Door(reader=ticket.customer, ticket=ticket, token=token), *args, **kwargs
            )
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def _closed(request: HttpRequest, *, status: int, is_expired: bool) -> HttpResponse:
    context = {"is_expired": is_expired, "days": settings.PORTAL_LINK_DAYS}
    return render(request, "portal/link_closed.html", context, status=status)
