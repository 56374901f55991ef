"""Who gets a staff page at all, and the one place where a refusal becomes a message."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from tickets.errors import DeskError, NotThere
from tickets.web import offers

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_page(view: View[P]) -> View[P]:
    """Let in who works for the desk; a customer is shown home, a stranger the sign-in page.

    Inside, "not there" (which is also "not yours") is the page that says so, and any other refusal
    is a message on the page that the reader came from.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not reader(request).is_agent:
            return redirect("home")
        try:
            response = view(request, *args, **kwargs)
        except NotThere as error:
            raise Http404(error.message) from error
        except DeskError as error:
            messages.error(request, error.message)
            return go_back(request, kwargs.get("number"))
        offers.remember(request, response)
        return response

    return cast("View[P]", login_required(guarded))


def reader(request: HttpRequest) -> User:
    """Return who is signed in; the pages here are for signed-in people only."""
    return cast("User", request.user)


def go_back(request: HttpRequest, number: object = None) -> HttpResponse:
    """Go to a ticket's page, or to the queue."""
    return go_to(request, resolve_url("ticket", number=number) if number else resolve_url("queue"))


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Go to a page of ours; a fragment's request moves the whole page."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def back_to(request: HttpRequest, address: str) -> HttpResponse:
    """Go back to the page that a form says it was on, never to another site; else to the queue."""
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return go_to(request, address) if is_ours else go_back(request)
