"""Pages about oneself, and the door: the start page sends everybody to their own."""

from __future__ import annotations

from typing import cast

import structlog
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from accounts.forms import ProfileForm
from accounts.models import User

log = structlog.get_logger(__name__)


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send staff to the queue and customers to their tickets."""
    return redirect("queue" if cast("User", request.user).is_agent else "portal")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and store what people may change about themselves."""
    form = ProfileForm(request.POST or None, instance=cast("User", request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@never_cache
def company_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to their company's server, by a page that goes on at once.

    A form of ours may lead to ourselves alone (`form-action`), and browsers hold every redirect
    that follows to it: the company's server, and whatever host that one asks in turn.
    """
    try:
        response: HttpResponse = openid_connect.login(request, provider_id)
    except RequestException as error:
        log.warning("company_sign_in_is_away", error=str(error))
        words = _("Your company's sign-in does not answer. Try again in a minute.")
        messages.error(request, words)
        return redirect("account_login")
    if request.method == "POST" and isinstance(response, HttpResponseRedirectBase):
        return render(request, "account/going_on.html", {"url": response.url})
    return response
