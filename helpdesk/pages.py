"""Answers to what went wrong: they depend on nothing that may be what failed."""

from __future__ import annotations

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string

from helpdesk.errors import CODE_OF, body_of


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer with the number under which the logs tell what happened; programs in their words."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    if request.path_info.startswith("/api/"):
        words = f"Something failed on our side. Our logs tell what, as request {request_id}."
        return JsonResponse(body_of(CODE_OF[500], words), status=500)
    context = {"request_id": request_id}
    return HttpResponseServerError(render_to_string("500.html", context))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read, or is too much at once: there the browser has kept the text."""
    is_too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    page, status = ("413.html", 413) if is_too_much else ("400.html", 400)
    return HttpResponse(render_to_string(page), status=status)
