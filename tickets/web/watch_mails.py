"""What somebody who watches a ticket is mailed of it: chosen by the link in each such mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tickets.choices import WatchMode
from tickets.errors import InvalidInput
from tickets.models import Watcher
from tickets.portal_links import LinkInvalid
from tickets.services.watchers import choose_mails
from tickets.watch_links import open_watch_link, watch_url
from tickets.web.portal_doors import reading_as

WORDS = {
    WatchMode.EACH: _("Every answer, at once"),
    WatchMode.DIGEST: _("One mail now and then, with all that is new"),
    WatchMode.NONE: _("No mails"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, token: str) -> HttpResponse:
    """Show the choice, and keep what is posted."""
    watcher = _opened(token)
    if watcher is None:
        return render(request, "portal/link_closed.html", status=404)
    if request.method == "POST":
        try:
            choose_mails(watcher, mode=request.POST.get("mode", ""))
        except InvalidInput:
            return _show(request, watcher, status=422)
        return redirect(f"{watch_url(watcher)}?kept=1")
    return _show(request, watcher)


@csrf_exempt  # a mail program posts it without a page (RFC 8058); the signed link is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails by one POST; a GET, which scanners do, only shows the choice."""
    watcher = _opened(token)
    if watcher is None:
        return render(request, "portal/link_closed.html", status=404)
    if request.method == "POST":
        choose_mails(watcher, mode=WatchMode.NONE)
    return _show(request, watcher)


def _opened(token: str) -> Watcher | None:
    try:
        return open_watch_link(token)
    except LinkInvalid:
        return None


def _show(request: HttpRequest, watcher: Watcher, *, status: int = 200) -> HttpResponse:
    context = {
        "watcher": watcher,
        "modes": [(mode.value, words) for mode, words in WORDS.items()],
        "watch_url": watch_url(watcher),
        "is_kept": request.GET.get("kept") == "1" or request.method == "POST",
    }
    with reading_as(watcher.user):
        return render(request, "portal/watch.html", context, status=status)
