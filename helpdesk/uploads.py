"""What requests may bring: files up to a size and a number, other content up to what memory bears.

A file that is too large is not kept while the rest of its form is read, so that the page can come
back with everything that was typed.
"""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http.multipartparser import MultiPartParserError
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class CappedUploads(FileUploadHandler):
    """Lets no more pass on to memory or disk than a form's command would take. In the place of a
    file beyond it stands one without content, with the size that was sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._files = 0
        self._size = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  # Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse an encoding that no text can be read by, such as `hex`."""
        try:
            b"x".decode(encoding or "utf-8")
        except (LookupError, ValueError):
            raise MultiPartParserError("Send forms as UTF-8.") from None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count it; one too many reaches nobody else."""
        super().new_file(*args, **kwargs)
        self._files += 1
        self._size = 0
        if self._is_one_too_many:
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass it on, up to the size that a file may have."""
        self._size += len(raw_data)
        return None if self._is_refused else raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """Put the stand-in where nobody else keeps the file."""
        if not self._is_refused:
            return None
        return UploadedFile(ContentFile(b""), self.file_name, self.content_type, self._size)

    @property
    def _is_one_too_many(self) -> bool:
        return self._files > settings.ATTACHMENT_MAX_FILES

    @property
    def _is_refused(self) -> bool:
        return self._is_one_too_many or self._size > settings.ATTACHMENT_MAX_BYTES


class TooLarge(APIException):
    """More than a program may send at once."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "This is too much for one request: send it in parts."


class CappedJSONParser(JSONParser):
    """Reads JSON in UTF-8, as RFC 8259 has it, and no more of it than forms may hold."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Raise TooLarge, or ParseError for what is none or nested beyond all sense."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLarge
        context = {**(parser_context or {}), "encoding": "utf-8"}
        try:
            return super().parse(io.BytesIO(body), media_type, context)
        except RecursionError:
            raise ParseError("JSON parse error - it is nested too deeply.") from None
