"""Services and outages over the API: to read for whom they concern; a customer can join one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from tickets.api.caller import caller
from tickets.api.filters.services import OutageFilter, ServiceFilter
from tickets.api.idempotency import once
from tickets.api.pagination import ByName, NewestFirst
from tickets.api.serializers.services import OutageSerializer, ServiceSerializer
from tickets.api.serializers.tickets import TicketSerializer
from tickets.api.views.people import KEY_PATTERN
from tickets.api.views.tickets import IDEMPOTENCY
from tickets.choices import Source
from tickets.errors import NotAllowed
from tickets.models import Outage, Service, Ticket
from tickets.services.joining import join_outage


@extend_schema_view(
    list=extend_schema(summary="List services"), retrieve=extend_schema(summary="Show a service")
)
class ServiceViewSet(ReadOnlyModelViewSet[Service]):
    """Services: customers read of those that they use and that are in use."""

    queryset = Service.objects.none()
    serializer_class = ServiceSerializer
    pagination_class = ByName
    filterset_class = ServiceFilter
    lookup_value_regex = KEY_PATTERN

    def get_queryset(self) -> QuerySet[Service]:
        """Rights are checked where rows are fetched."""
        found = Service.objects.visible_to(self.request.user)
        if not caller(self.request).is_agent:
            return found.in_use(timezone.localdate())
        return found.prefetch_related("organizations", "products", "categories", "agreements")


@extend_schema_view(
    list=extend_schema(summary="List outages"), retrieve=extend_schema(summary="Show an outage")
)
class OutageViewSet(ReadOnlyModelViewSet[Outage]):
    """Outages of the services that the caller may read of, newest first."""

    queryset = Outage.objects.none()
    serializer_class = OutageSerializer
    pagination_class = NewestFirst
    filterset_class = OutageFilter
    lookup_value_regex = KEY_PATTERN

    def get_queryset(self) -> QuerySet[Outage]:
        """Rights are checked where rows are fetched; those that were none are left out."""
        seen = Ticket.objects.visible_to(self.request.user).filter(pk=OuterRef("ticket"))
        found = Outage.objects.visible_to(self.request.user).filter(is_void=False)
        return found.annotate(is_ticket_seen=Exists(seen))

    @extend_schema(
        summary="This concerns me too (customer)",
        description="Opens a ticket that is part of the outage's major incident, or answers with "
        "the open one that the caller has already.",
        parameters=[IDEMPOTENCY],
        request=None,
        responses={200: TicketSerializer},
    )
    @action(detail=True, methods=["post"])
    def join(self, request: Request, pk: str) -> Response:
        """Open it, or show it."""
        return once(request, lambda: self._join(request))

    def _join(self, request: Request) -> Response:
        outage = self.get_object()
        user = caller(request)
        if user.is_agent:
            raise NotAllowed("This is for customers: link a ticket to the major incident instead.")
        ticket = join_outage(outage, actor=user, source=Source.API)
        return Response(TicketSerializer(ticket, context={"request": request}).data)
