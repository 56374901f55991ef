"""Handing out attachments to staff."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tickets import access
from tickets.web.guards import reader, staff_page
from tickets.web.portal_files import serve


@require_safe
@staff_page
def attachment(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Hand out a file to those who may see its ticket."""
    return serve(access.get_attachment(reader(request), key))
