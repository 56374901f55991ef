"""The ledger of one ticket and of the desk: messages, contacts, transitions, escalations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.choices import Role
from accounts.models import User
from tickets import access
from tickets.api.caller import caller
from tickets.api.filters import (
    AssignmentFilter,
    EscalationFilter,
    MessageFilter,
    TransitionFilter,
)
from tickets.api.idempotency import once
from tickets.api.pagination import NewestFirst, OldestFirst
from tickets.api.permissions import IsStaff
from tickets.api.serializers.commands import WriteInput
from tickets.api.serializers.ledger import (
    AssignmentSerializer,
    AttachmentSerializer,
    ContactSpanSerializer,
    EscalationSerializer,
    MessageSerializer,
    TransitionSerializer,
)
from tickets.api.views.tickets import IDEMPOTENCY, NUMBER
from tickets.choices import Source, Visibility
from tickets.errors import InvalidInput, NotThere
from tickets.models import Assignment, Escalation, LedgerRow, Message, Ticket, Transition
from tickets.selectors.contacts import contacts_of
from tickets.services import talking
from tickets.services.files import attach


class LedgerList(ListAPIView[Any]):
    """Rows of one kind, of the tickets that the caller may see; of one ticket where the address
    names it (oldest first), else of all (newest first)."""

    model: type[LedgerRow]

    def get_queryset(self) -> QuerySet[Any]:
        """Rights are checked where rows are fetched."""
        rows = self.model._default_manager.all()
        number = self.kwargs.get("number")
        if number is not None:
            return rows.filter(ticket=access.get_ticket(self.request.user, int(number)))
        return rows.filter(ticket__in=Ticket.objects.visible_to(self.request.user))


class Transitions(LedgerList):
    """Every change of status."""

    model = Transition
    queryset = Transition.objects.none()
    serializer_class = TransitionSerializer
    permission_classes = (IsStaff,)
    filterset_class = TransitionFilter
    pagination_class = NewestFirst


class Escalations(LedgerList):
    """Escalations, their answers, de-escalations."""

    model = Escalation
    queryset = Escalation.objects.none()
    serializer_class = EscalationSerializer
    permission_classes = (IsStaff,)
    filterset_class = EscalationFilter
    pagination_class = NewestFirst


class Assignments(LedgerList):
    """Changes of hands."""

    model = Assignment
    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    permission_classes = (IsStaff,)
    filterset_class = AssignmentFilter
    pagination_class = NewestFirst


class Messages(LedgerList):
    """Messages; customers never get private notes."""

    model = Message
    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Any]:
        """Only what the reader may read."""
        rows = super().get_queryset().prefetch_related("attachments")
        if caller(self.request).role == Role.CUSTOMER:
            return rows.filter(visibility=Visibility.PUBLIC)
        return rows


class TicketMessages(Messages):
    """The messages of one ticket, oldest first; writing adds one."""

    pagination_class = OldestFirst

    @extend_schema(
        summary="Write a public reply or a private note",
        parameters=[NUMBER, IDEMPOTENCY],
        request=WriteInput,
        responses={201: MessageSerializer},
    )
    def post(self, request: Request, number: int) -> Response:
        """Write as whoever calls: an agent's reply or note, or the customer's message."""
        return once(request, lambda: self._write(request, number))

    def _write(self, request: Request, number: int) -> Response:
        ticket = access.get_ticket(request.user, number)
        serializer = WriteInput(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        message = write(ticket, actor=caller(request), **serializer.validated_data)
        return Response(self.get_serializer(message).data, status=status.HTTP_201_CREATED)


def write(
    ticket: Ticket,
    *,
    actor: User,
    body: str,
    visibility: str,
    then: str | None = None,
    at: datetime | None = None,
) -> Message:
    """Call the command that fits: note, reply, or the customer's message. A message on a ticket
    closed for too long lands on a follow-up ticket; the first message there is returned."""
    common: dict[str, Any] = {"body": body, "actor": actor, "source": Source.API, "at": at}
    if actor.role == Role.CUSTOMER:
        if visibility == Visibility.PRIVATE or then is not None:
            raise InvalidInput("Customers write public messages.")
        written = talking.reply_as_customer(ticket, **common)
        return written if isinstance(written, Message) else written.messages.earliest("seq")
    if visibility == Visibility.PRIVATE:
        return talking.add_note(ticket, **common)
    return talking.reply(ticket, then=then, **common)


class MessageAttachments(APIView):
    """Files of one message."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        summary="Attach a file to a message of your own",
        parameters=[NUMBER],
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
        ticket = access.get_ticket(request.user, number)
        found = access.readable_messages(request.user, ticket).filter(pk=message).first()
        if found is None:
            raise NotThere("There is no such message on this ticket.")
        upload = request.FILES.get("file")
        if upload is None:
            raise InvalidInput("Send the file as “file”.", fields={"file": "Send a file."})
        stored = attach(found, upload=upload, actor=caller(request))
        return Response(AttachmentSerializer(stored).data, status=status.HTTP_201_CREATED)


class TicketContacts(APIView):
    """The contacts of one ticket, live and written, numbered as figures count them."""

    permission_classes = (IsStaff,)

    @extend_schema(
        summary="List the contacts of a ticket",
        parameters=[NUMBER],
        responses={200: ContactSpanSerializer(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """All of them: a ticket has few."""
        ticket = access.get_ticket(request.user, number)
        return Response(ContactSpanSerializer(contacts_of(ticket), many=True).data)
