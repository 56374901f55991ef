"""Files of messages: to send with a message of one's own, and to fetch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tickets import access
from tickets.api.caller import caller
from tickets.api.idempotency import once
from tickets.api.serializers.ledger import AttachmentSerializer
from tickets.api.views.tickets import IDEMPOTENCY, NUMBER
from tickets.choices import Source
from tickets.errors import InvalidInput, NotThere
from tickets.services.files import attach
from tickets.services.stored_files import stored_together
from tickets.web.portal_files import serve


class MessageAttachments(APIView):
    """Files of one message."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        summary="Attach a file to a message of your own",
        parameters=[NUMBER, IDEMPOTENCY],
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            }
        },
        responses={201: AttachmentSerializer},
    )
    def post(self, request: Request, number: int, message: int) -> Response:
        """Attach the part named `file`."""
        with stored_together():
            return once(request, lambda: self._attach(request, number, message))

    @staticmethod
    def _attach(request: Request, number: int, message: int) -> Response:
        ticket = access.get_ticket(request.user, number)
        found = access.readable_messages(request.user, ticket).filter(pk=message).first()
        if found is None:
            raise NotThere("There is no such message on this ticket.")
        uploads = request.FILES.getlist("file")
        if len(uploads) != 1:
            raise InvalidInput("Send one file, as “file”.", fields={"file": "Send one file."})
        stored = attach(
            found, upload=uploads[0], actor=caller(request), source=Source.API, is_later=True
        )
        shown = AttachmentSerializer(stored, context={"request": request})
        return Response(shown.data, status=status.HTTP_201_CREATED)


class AttachmentFile(APIView):
    """The content of one file, to those who may read its message."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Take every Accept: a file comes as what it is, whatever was hoped for."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="attachments_fetch",
        summary="Fetch a file",
        description="Always to be saved: nothing of it is to be shown inside a page.",
        responses={(200, "*/*"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        """Hand it out."""
        return serve(access.get_attachment(request.user, key))
