"""Figures over the API: definitions, answers, series, breakdown and the tickets behind them.

Everything is asked of metrics.query, as the metrics page does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, Literal

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from metrics import query
from metrics.api.filters import BehindFilter
from metrics.api.question import QuestionSerializer, read_question
from metrics.api.serializers import (
    AnswerSerializer,
    BreakdownSerializer,
    DefinitionSerializer,
    SeriesSerializer,
)
from metrics.fill.rollup import known
from metrics.policy import Policy
from metrics.query import Scope, Segment
from metrics.registry import all_figures, get_figure
from metrics.segments import read_by
from metrics.zone import reporting_zone
from tickets.api.pagination import NewestFirst
from tickets.api.permissions import IsStaff
from tickets.api.serializers.tickets import TicketSerializer
from tickets.errors import InvalidInput, NotThere
from tickets.models import Ticket

Bucket = Literal["day", "week", "month"]
BUCKETS: Final[tuple[Bucket, ...]] = ("day", "week", "month")
KEY = OpenApiParameter(
    "key", str, OpenApiParameter.PATH, enum=[figure.key for figure in all_figures()]
)
VARIANT = OpenApiParameter(
    "variant",
    str,
    enum=sorted({name for figure in all_figures() for name in figure.measures if name}),
    description="One that the figure has; without it, its main one.",
)
PART = OpenApiParameter(
    "part",
    str,
    required=True,
    enum=sorted({part for figure in all_figures() for part in query.parts_of(figure)}),
    description="One that the figure has; what was asked wrongly is told which those are.",
)


def answer(scope: Scope, policy: Policy, figures: dict[str, Any]) -> dict[str, Any]:
    """The frame around figures: what was asked, and up to when what was recorded is counted."""
    return {
        "from": scope.start.isoformat(),
        "to": scope.end.isoformat(),
        "zone": str(reporting_zone()),
        "as_of": known(scope.as_of).until,
        "policy": policy.as_texts(),
        "figures": figures,
    }


def _payloads(found: Mapping[str, query.FigureValue]) -> dict[str, Any]:
    """Figures as plain values, each followed by what stands beside it."""
    shown: dict[str, Any] = {}
    for key, value in found.items():
        shown |= {key: query.payload(value), **query.beside(value)}
    return shown


def find_figure(key: str) -> Any:
    """Return a figure of the address. Raises NotThere."""
    try:
        return get_figure(key)
    except InvalidInput as error:
        raise NotThere(error.message) from None


def _bucket(text: str) -> Bucket:
    for each in BUCKETS:
        if each == text:
            return each
    raise InvalidInput("Choose day, week or month.", fields={"bucket": "Unknown."})


class StaffView(APIView):
    """Figures are for the desk's staff."""

    permission_classes = (IsStaff,)


class Definitions(StaffView):
    """What each figure means."""

    @extend_schema(
        summary="List the definitions of all figures",
        operation_id="metrics_definitions",
        responses={200: DefinitionSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        """All of them, in their order."""
        return Response(DefinitionSerializer(all_figures(), many=True).data)


class Figures(StaffView):
    """All figures of a period."""

    @extend_schema(
        summary="Ask for all figures of a period",
        operation_id="metrics_figures",
        parameters=[QuestionSerializer],
        responses={200: AnswerSerializer},
    )
    def get(self, request: Request) -> Response:
        """Rates, distributions and counts in one answer."""
        scope, policy = read_question(request)
        found = query.figures(query.told_keys(scope), scope, policy)
        found |= query.next_issue_of_any(found, scope, policy)
        return Response(answer(scope, policy, _payloads(found)))


class OneFigure(StaffView):
    """One figure of a period."""

    @extend_schema(
        summary="Ask for one figure",
        operation_id="metrics_figure",
        parameters=[KEY, QuestionSerializer],
        responses={200: AnswerSerializer},
    )
    def get(self, request: Request, key: str) -> Response:
        """The same shape as for all, with one figure in it."""
        find_figure(key)
        scope, policy = read_question(request)
        found = query.figures([key], scope, policy)
        found |= query.next_issue_of_any(found, scope, policy)
        return Response(answer(scope, policy, _payloads(found)))


class Series(StaffView):
    """A figure over time."""

    @extend_schema(
        summary="Ask for a figure over time",
        operation_id="metrics_series",
        parameters=[
            KEY,
            QuestionSerializer,
            VARIANT,
            OpenApiParameter("bucket", str, enum=BUCKETS, default="day"),
        ],
        responses={200: SeriesSerializer},
    )
    def get(self, request: Request, key: str) -> Response:
        """A point per day, week or month."""
        find_figure(key)
        scope, policy = read_question(request)
        bucket = _bucket(request.query_params.get("bucket", "day"))
        variant = request.query_params.get("variant", "")
        points = query.series(key, scope, policy, bucket=bucket, variant=variant)
        shown = [
            {
                "start": point.start,
                "end": point.end,
                "is_provisional": point.is_provisional,
                "value": {"value": point.value.value, **asdict(point.value)},
            }
            for point in points
        ]
        return Response({"bucket": bucket, "points": shown})


class Breakdown(StaffView):
    """A figure by segment."""

    @extend_schema(
        summary="Ask for a figure by segment",
        operation_id="metrics_breakdown",
        parameters=[
            KEY,
            QuestionSerializer,
            OpenApiParameter(
                "by",
                str,
                enum=Segment.values,
                many=True,
                required=True,
                description="Given twice (or as one, with a comma between), the two are crossed.",
            ),
        ],
        responses={200: BreakdownSerializer},
    )
    def get(self, request: Request, key: str) -> Response:
        """A value per segment value, or pair of values, that occurs."""
        find_figure(key)
        scope, policy = read_question(request)
        by = read_by(*request.query_params.getlist("by"))
        found = query.breakdown(key, scope, policy, by=by)
        shown = [
            {"value": each.value, "label": each.label, "figure": query.payload(each.figure)}
            for each in found
        ]
        return Response({"by": by, "segments": shown})


class FigureTickets(GenericAPIView[Ticket]):
    """The tickets behind a part of a figure, within the caller's rights."""

    queryset = Ticket.objects.none()
    permission_classes = (IsStaff,)
    serializer_class = TicketSerializer
    pagination_class = NewestFirst
    filterset_class = BehindFilter

    @extend_schema(
        summary="Open a figure to its tickets",
        operation_id="metrics_tickets",
        parameters=[
            KEY,
            QuestionSerializer,
            VARIANT,
            PART,
        ],
        responses={200: TicketSerializer(many=True)},
    )
    def get(self, request: Request, key: str) -> Response:
        """Exactly those that were counted, newest first."""
        find_figure(key)
        scope, policy = read_question(request)
        rows = query.tickets(
            key,
            scope,
            policy,
            part=request.query_params.get("part", ""),
            user=request.user,
            variant=request.query_params.get("variant", ""),
        )
        around = rows.select_related("customer", "assignee").prefetch_related("tags")
        shown = self.filter_queryset(around)
        page = self.paginate_queryset(shown)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
