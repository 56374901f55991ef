"""The ledger of one ticket and of the desk: messages, contacts, transitions, escalations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.choices import Role
from accounts.models import User
from tickets import access
from tickets.api.caller import caller
from tickets.api.filters.contacts import ContactSpanFilter, SpanBackend
from tickets.api.filters.ledger import (
    AssignmentFilter,
    ContactFilter,
    EscalationFilter,
    LinkFilter,
    MessageFilter,
    TransitionFilter,
)
from tickets.api.idempotency import once
from tickets.api.pagination import InOrder, Numbered
from tickets.api.permissions import IsStaff
from tickets.api.serializers.commands import WriteInput
from tickets.api.serializers.ledger import (
    AssignmentSerializer,
    ContactSerializer,
    ContactSpanSerializer,
    EscalationSerializer,
    LinkSerializer,
    MessageSerializer,
    TransitionSerializer,
)
from tickets.api.views.tickets import IDEMPOTENCY, NUMBER
from tickets.choices import Source, Visibility
from tickets.errors import InvalidInput
from tickets.lifecycle import Verb
from tickets.models import (
    Assignment,
    Contact,
    Escalation,
    LedgerRow,
    Link,
    Message,
    Ticket,
    Transition,
)
from tickets.selectors.contacts import contacts_of, with_endings
from tickets.services import talking


class LedgerList(ListAPIView[Any]):
    """Rows of one kind, of the tickets that the caller may see, newest first; of one ticket, from
    its beginning, where the address names it."""

    model: type[LedgerRow]
    pagination_class = InOrder

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


class Escalations(LedgerList):
    """Escalations, their answers, de-escalations."""

    model = Escalation
    queryset = Escalation.objects.none()
    serializer_class = EscalationSerializer
    permission_classes = (IsStaff,)
    filterset_class = EscalationFilter


class Assignments(LedgerList):
    """Changes of hands."""

    model = Assignment
    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    permission_classes = (IsStaff,)
    filterset_class = AssignmentFilter


class Messages(LedgerList):
    """Messages; customers never get private notes."""

    model = Message
    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    filterset_class = MessageFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Only what the reader may read."""
        rows = super().get_queryset().prefetch_related("attachments")
        if caller(self.request).role == Role.CUSTOMER:
            return rows.filter(visibility=Visibility.PUBLIC)
        return rows


class TicketMessages(Messages):
    """The messages of one ticket; writing adds one."""

    @extend_schema(
        summary="Write a public reply or a private note",
        parameters=[NUMBER, IDEMPOTENCY],
        request=WriteInput,
        responses={201: MessageSerializer},
    )
    def post(self, request: Request, number: int) -> Response:
        """Write as whoever calls: an agent's reply or note, or the customer's message; staff also
        enter what the customer wrote elsewhere."""
        return once(request, lambda: self._write(request, number))

    def _write(self, request: Request, number: int) -> Response:
        ticket = access.get_ticket(request.user, number)
        serializer = WriteInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        message = write(ticket, actor=caller(request), **serializer.validated_data)
        return Response(self.get_serializer(message).data, status=status.HTTP_201_CREATED)


def write(
    ticket: Ticket,
    *,
    actor: User,
    body: str,
    visibility: str,
    as_customer: bool,
    then: str | None = None,
    at: datetime | None = None,
    **theirs: Any,
) -> Message:
    """Call the command that fits: note, reply, or the customer's message. A message on a ticket
    closed for too long lands on a follow-up ticket; the first message there is returned. `theirs`
    is what goes with the customer's words: channel, is_acknowledgement."""
    is_note = visibility == Visibility.PRIVATE
    is_customer = actor.role == Role.CUSTOMER
    if is_customer and (is_note or then is not None or as_customer):
        raise InvalidInput("Customers write public messages.")
    is_theirs = as_customer or is_customer
    verb = Verb.CUSTOMER_REPLY if is_theirs else Verb.ADD_NOTE if is_note else Verb.REPLY
    access.require_dating(actor, verb, at=at)
    common: dict[str, Any] = {"body": body, "actor": actor, "source": Source.API, "at": at}
    if is_theirs:
        written = talking.reply_as_customer(ticket, **common, **theirs)
        return written if isinstance(written, Message) else written.messages.earliest("seq")
    if is_note:
        return talking.add_note(ticket, **common)
    return talking.reply(ticket, then=then, **common)


class Contacts(LedgerList):
    """Live contacts; written ones are derived from messages and stand below their ticket."""

    model = Contact
    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    permission_classes = (IsStaff,)
    filterset_class = ContactFilter

    def get_queryset(self) -> QuerySet[Any]:
        """With how each ended."""
        return with_endings(super().get_queryset())


@extend_schema_view(get=extend_schema(summary="List the contacts of a ticket", parameters=[NUMBER]))
class TicketContacts(ListAPIView[Any]):
    """The contacts of one ticket, live and written, numbered as figures count them."""

    queryset = Contact.objects.none()
    serializer_class = ContactSpanSerializer
    permission_classes = (IsStaff,)
    filter_backends = (SpanBackend,)
    filterset_class = ContactSpanFilter
    pagination_class = Numbered

    def get_queryset(self) -> Any:
        """Derived from the ticket's rows: a sequence, in order of their numbers."""
        return contacts_of(access.get_ticket(self.request.user, int(self.kwargs["number"])))


class Links(LedgerList):
    """Links that were not taken back, from or to a ticket, where both ends are the caller's to
    see."""

    model = Link
    queryset = Link.objects.none()
    serializer_class = LinkSerializer
    permission_classes = (IsStaff,)
    filterset_class = LinkFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Rights are checked where rows are fetched."""
        seen = Ticket.objects.visible_to(self.request.user)
        links = Link.objects.filter(corrections__isnull=True, ticket__in=seen, other__in=seen)
        number = self.kwargs.get("number")
        if number is None:
            return links
        ticket = access.get_ticket(self.request.user, int(number))
        return links.filter(Q(ticket=ticket) | Q(other=ticket))
