"""Files on the customer's pages: those that come with a form, and those that are read again."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from django.core.files.base import File
from django.http import FileResponse, Http404

from accounts.models import User
from tickets.models import Attachment, Message
from tickets.services.files import attach

log = structlog.get_logger(__name__)


def attach_all(message: Message, uploads: Iterable[File[bytes]], *, actor: User) -> None:
    """Attach each file to the message. Call it in one `stored_together` with the message, so that
    a refused file leaves nothing behind. Raises InvalidInput."""
    for upload in uploads:
        attach(message, upload=upload, actor=actor)


def serve(attachment: Attachment) -> FileResponse:
    """Hand out a file to be saved: never shown inside the site, whatever it says it is. Raises
    Http404 where the disk has lost it."""
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        log.error("file_is_lost", file=attachment.file.name)
        raise Http404("This file is not there any more.") from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
