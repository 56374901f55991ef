"""Surveys and their answers: of all tickets that the caller may see, or of one. To read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView

from tickets import access
from tickets.api.filters.ledger import SurveyResponseFilter
from tickets.api.filters.surveys import SurveyFilter
from tickets.api.pagination import InOrder
from tickets.api.permissions import IsStaff
from tickets.api.serializers.surveys import SurveyResponseSerializer, SurveySerializer
from tickets.api.views.history import LedgerList
from tickets.models import Survey, SurveyResponse, Ticket


class Surveys(ListAPIView[Any]):
    """What customers were asked, with the answer that counts; of one ticket where the address names
    it."""

    queryset = Survey.objects.none()
    serializer_class = SurveySerializer
    permission_classes = (IsStaff,)
    filterset_class = SurveyFilter
    pagination_class = InOrder

    def get_queryset(self) -> QuerySet[Survey]:
        """Rights are checked where rows are fetched."""
        rows = Survey.objects.select_related("response")
        number = self.kwargs.get("number")
        if number is not None:
            return rows.filter(ticket=access.get_ticket(self.request.user, int(number)))
        return rows.filter(ticket__in=Ticket.objects.visible_to(self.request.user))


class SurveyResponses(LedgerList):
    """Every answer, also those that were changed afterwards."""

    model = SurveyResponse
    queryset = SurveyResponse.objects.none()
    serializer_class = SurveyResponseSerializer
    permission_classes = (IsStaff,)
    filterset_class = SurveyResponseFilter
