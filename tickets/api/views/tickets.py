"""Tickets: list, open, show, change what they are about."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from tickets import access
from tickets.api.caller import caller
from tickets.api.filters.tickets import TicketFilter
from tickets.api.idempotency import HEADER, once
from tickets.api.pagination import NewestFirst
from tickets.api.serializers.tickets import (
    OpenTicketSerializer,
    TicketPropertiesSerializer,
    TicketSerializer,
)
from tickets.choices import Source
from tickets.models import Ticket
from tickets.services.opening import open_ticket
from tickets.services.properties import change_properties

IDEMPOTENCY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, description="Send again safely: one key, one effect."
)
NUMBER = OpenApiParameter(
    "number", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, OpenApiParameter.PATH
)


@extend_schema_view(list=extend_schema(summary="List tickets that you may see, newest first"))
class TicketViewSet(mixins.ListModelMixin, GenericViewSet[Ticket]):
    """Tickets. Status, level, team and assignee change by their verbs alone."""

    queryset = Ticket.objects.none()
    serializer_class = TicketSerializer
    pagination_class = NewestFirst
    filterset_class = TicketFilter
    lookup_field = "pk"
    lookup_url_kwarg = "number"
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Ticket]:
        """Only what the caller may see, with what a row shows."""
        shown = Ticket.objects.visible_to(self.request.user)
        return shown.select_related("customer", "assignee").prefetch_related("tags")

    @extend_schema(
        summary="Open a ticket",
        parameters=[IDEMPOTENCY],
        request=OpenTicketSerializer,
        responses={201: TicketSerializer},
    )
    def create(self, request: Request) -> Response:
        """Open a ticket: customers for themselves, staff for a customer."""
        return once(request, lambda: self._open(request))

    def _open(self, request: Request) -> Response:
        serializer = OpenTicketSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        ticket = open_ticket(
            **serializer.validated_data,
            actor=caller(request),
            source=Source.API,
            has_asked_fields=True,
        )
        # As it was opened, also for a confidential team whose tickets the caller does not see.
        data: dict[str, Any] = self.get_serializer(Ticket.objects.get(pk=ticket.pk)).data
        return Response(data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Show a ticket", parameters=[NUMBER])
    def retrieve(self, request: Request, number: str) -> Response:
        """Show one ticket."""
        return self._show(int(number))

    @extend_schema(
        summary="Change what a ticket is about",
        parameters=[NUMBER],
        request=TicketPropertiesSerializer,
        responses={200: TicketSerializer},
    )
    def partial_update(self, request: Request, number: str) -> Response:
        """Change properties; a field that was not sent stays. Unknown fields are refused."""
        ticket = access.get_ticket(request.user, int(number))
        serializer = TicketPropertiesSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        change_properties(
            ticket, actor=caller(request), source=Source.API, changes=serializer.validated_data
        )
        return self._show(ticket.pk)

    def _show(self, number: int) -> Response:
        ticket = access.get_ticket(self.request.user, number)
        data: dict[str, Any] = self.get_serializer(ticket).data
        return Response(data)
