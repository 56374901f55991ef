"""The way an agent goes through a list: which it was, and where in it each ticket stood.

Both are in cookies of the session, so that the way is kept through acts that change the ticket or
take it out of the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse

from tickets.models import Ticket
from tickets.selectors import views
from tickets.selectors.sorting import Sort
from tickets.web.addresses import QueueAddress, view_and_sort

LIST = "trail"
PLACES = "places"
MOST_PLACES = 8
LONGEST = 1800
"""Characters of a cookie that every browser keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The list that a ticket was opened from: its address and how it is called."""

    query: str
    label: str

    @property
    def url(self) -> str:
        """Where the list is."""
        return f"{reverse('queue')}?{self.query}" if self.query else reverse("queue")

    @property
    def sort(self) -> Sort:
        """The order of the list."""
        return view_and_sort(QueryDict(self.query))[1]

    @property
    def address(self) -> QueueAddress:
        """What the list holds, and in which order."""
        return QueueAddress.read(QueryDict(self.query))


def read(request: HttpRequest) -> Trail:
    """Return the list that the reader came from; without one the view that opens by itself."""
    kept = dict(parse_qsl(request.COOKIES.get(LIST, "")))
    label = kept.get("label", "") or views.DEFAULT_VIEW.label
    return Trail(query=kept.get("query", ""), label=label)


def lay(response: HttpResponseBase, address: QueueAddress, *, label: str) -> None:
    """Remember the list that its reader may open a ticket from."""
    query = urlencode(address.pairs)
    if len(query) > LONGEST:
        query, label = urlencode([("view", address.view.key)]), address.view.label
    _set(response, LIST, urlencode({"query": query, "label": label}))


def place_of(request: HttpRequest, number: int, *, sort: Sort) -> str:
    """Return the cursor of a ticket as it stood when it was opened; empty where none is known."""
    kept = dict(parse_qsl(request.COOKIES.get(PLACES, ""))).get(str(number), "")
    key, _, cursor = kept.partition(" ")
    return cursor if key == sort.key else ""


def mark(request: HttpRequest, response: HttpResponseBase, ticket: Ticket, *, sort: Sort) -> None:
    """Remember where a ticket stands now, before anything is done with it."""
    kept = dict(parse_qsl(request.COOKIES.get(PLACES, "")))
    kept.pop(str(ticket.pk), None)
    others = list(kept.items())[-(MOST_PLACES - 1) :]
    here = (str(ticket.pk), f"{sort.key} {sort.cursor(ticket)}")
    _set(response, PLACES, urlencode([*others, here]))


def goes_on(request: HttpRequest) -> bool:
    """Answer whether the reader wishes to come to the next ticket after an act that ends one."""
    return request.COOKIES.get("onward") == "1"


def is_from_list(request: HttpRequest) -> bool:
    """Answer whether a page was opened from the list itself: its place there is the one to keep."""
    return urlsplit(request.headers.get("Referer", "")).path == reverse("queue")


def _set(response: HttpResponseBase, name: str, value: str) -> None:
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(name, value, samesite="Lax", httponly=True, secure=secure)
