"""Handing out attachments to staff."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tickets import access
from tickets.errors import NotThere
from tickets.models import Attachment
from tickets.web.guards import reader, staff_page
from tickets.web.portal_files import serve


@require_safe
@staff_page
def attachment(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Hand out a file to those who may see its ticket."""
    found = Attachment.objects.select_related("message__ticket__team").filter(key=key).first()
    if found is None or not access.may_see(reader(request), found.message.ticket):
        raise NotThere("There is no such file, or it is not yours to see.")
    return serve(found)
