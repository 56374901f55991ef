"""Promises about time: the targets of tickets, and the policies that made them. To read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.generics import ListAPIView

from tickets import access
from tickets.api.filters.promises import SlaPolicyFilter, TargetFilter
from tickets.api.pagination import ByPosition, InOrder
from tickets.api.permissions import IsStaff
from tickets.api.serializers.sla import SlaPolicySerializer, TargetSerializer
from tickets.models import SlaPolicy, SlaTarget, Ticket


class Targets(ListAPIView[Any]):
    """How promises stand, of the tickets that the caller may see; of one ticket where the address
    names it. `due_at` is null while the clock stands still."""

    queryset = SlaTarget.objects.none()
    serializer_class = TargetSerializer
    permission_classes = (IsStaff,)
    filterset_class = TargetFilter
    pagination_class = InOrder

    def get_queryset(self) -> QuerySet[SlaTarget]:
        """Rights are checked where rows are fetched."""
        number = self.kwargs.get("number")
        if number is not None:
            ticket = access.get_ticket(self.request.user, int(number))
            return SlaTarget.objects.filter(ticket=ticket)
        return SlaTarget.objects.filter(ticket__in=Ticket.objects.visible_to(self.request.user))


class SlaPolicyViewSet(viewsets.ReadOnlyModelViewSet[SlaPolicy]):
    """Service level policies, in the order in which they are asked."""

    queryset = SlaPolicy.objects.prefetch_related(
        "organizations", "categories", "products", "targets"
    )
    serializer_class = SlaPolicySerializer
    permission_classes = (IsStaff,)
    pagination_class = ByPosition
    filterset_class = SlaPolicyFilter
