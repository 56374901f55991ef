"""The page for what went wrong inside: it depends on nothing that may be what failed."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer with the number under which the logs tell what happened."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    context = {"request_id": request_id}
    return HttpResponseServerError(render_to_string("500.html", context))
