"""A mail as its sender formatted it, on a page of its own that can run, load and send nothing."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from tickets.errors import NotThere
from tickets.selectors.incoming import also_to, clean_version, get_mail
from tickets.web.guards import reader, staff_page

# The HTML is clean when it is stored; should the cleaner ever miss something, it still meets this.
# Its own pictures are files of ours, for which the reader's session is asked: hence our origin.
POLICY: Final = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@require_safe
@staff_page
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the formatted version to those who may see its ticket, or decide about it."""
    mail = get_mail(reader(request), pk)
    clean = mail.html if mail.message_id else clean_version(mail).html
    if not clean:
        raise NotThere("This mail has no formatted version.")
    html = mark_safe(clean)  # noqa: S308  # as it says
    context = {"mail": mail, "also_to": also_to(mail), "html": html}
    response = render(request, "tickets/letter.html", context)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
