"""The question in an API address: period, filters and policy, read once for every endpoint."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from metrics.policy import DEFAULT, Policy
from metrics.query import Scope, Segment
from metrics.zone import day_of

LONGEST_PERIOD_DAYS = 3_660
EARLIEST, LATEST = date(1970, 1, 2), date(9990, 1, 1)


class QuestionSerializer(serializers.Serializer[Any]):
    """`from` and `to` are days in the reporting zone, both included; without them, the last 30.
    Segments are repeated for several values; policies are words, as docs/metrics.md lists them."""

    to = serializers.DateField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add what has no Python name (`from`), and one field per segment and policy."""
        fields = super().get_fields()
        fields["from"] = serializers.DateField(required=False)
        for segment in Segment.values:
            fields[segment] = serializers.ListField(
                child=serializers.CharField(max_length=60), required=False
            )
        for key in DEFAULT.as_texts():
            fields[key] = serializers.CharField(required=False, max_length=80)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Settle the period."""
        today = day_of(timezone.now())
        end = attrs.get("to", today)
        start = attrs.get("from", max(EARLIEST, end - timedelta(days=29)))
        if not EARLIEST <= start <= LATEST or not EARLIEST <= end <= LATEST:
            raise serializers.ValidationError({"from": "Choose days from 1970 on."})
        if end < start:
            raise serializers.ValidationError({"to": "The period ends before it starts."})
        if (end - start).days > LONGEST_PERIOD_DAYS:
            raise serializers.ValidationError({"from": "Choose ten years at most."})
        return {**attrs, "from": start, "to": end}


def read_question(request: Request) -> tuple[Scope, Policy]:
    """Read scope and policy. Raises ValidationError or InvalidInput, naming the parameter."""
    lists = {name: request.query_params.getlist(name) for name in request.query_params}
    flat = {
        name: values if name in Segment.values else values[-1] for name, values in lists.items()
    }
    serializer = QuestionSerializer(data=flat)
    serializer.is_valid(raise_exception=True)
    asked = serializer.validated_data
    filters = {name: tuple(asked[name]) for name in Segment.values if asked.get(name)}
    policy = Policy.parse({key: asked[key] for key in DEFAULT.as_texts() if key in asked})
    return Scope(start=asked["from"], end=asked["to"], filters=filters), policy
