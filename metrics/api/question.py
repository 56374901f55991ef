"""The question in an API address: period, filters and policy, read once for every endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import TextChoices
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import CustomerTier
from metrics.policy import CHOICES, DEFAULT, PATTERNS, Policy
from metrics.query import Scope, Segment
from metrics.segments import NONE
from metrics.zone import day_of
from tickets.choices import Channel, Complexity, TicketType

LONGEST_PERIOD_DAYS = 3_660
EARLIEST, LATEST = date(1970, 1, 2), date(9990, 1, 1)
WORDS: Final[Mapping[Segment, type[TextChoices]]] = {
    Segment.TIER: CustomerTier,
    Segment.CHANNEL: Channel,
    Segment.COMPLEXITY: Complexity,
    Segment.TYPE: TicketType,
}
"""The segments whose values are words; those of all others are numbers."""


class QuestionSerializer(serializers.Serializer[Any]):
    """`from` and `to` are days in the reporting zone, both included; without them, the last 30.
    Segments are repeated for several values; policies are words, as docs/metrics.md lists them."""

    to = serializers.DateField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add what has no Python name (`from`), and one field per segment and policy."""
        fields = super().get_fields()
        fields["from"] = serializers.DateField(required=False)
        fields |= {segment: _segment_field(segment) for segment in Segment.values}
        fields |= {key: _policy_field(key) for key in DEFAULT.as_texts()}
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


def _segment_field(segment: str) -> serializers.ListField:
    """What a filter takes, several times: one of its words, or the number of a row; 0 is none."""
    if segment in WORDS:
        words = [*WORDS[Segment(segment)].values, NONE]
        return serializers.ListField(child=serializers.ChoiceField(words), required=False)
    field = serializers.ListField(child=serializers.CharField(max_length=60), required=False)
    number = {"type": "string", "pattern": "^[0-9]{1,18}$"}
    takes = {"type": "array", "items": number}
    return extend_schema_field(takes)(field)  # type: ignore[type-var]  # takes fields, too


def _policy_field(key: str) -> serializers.CharField:
    """What a policy takes; `Policy.parse` reads it and says what is wrong with it."""
    takes: dict[str, Any] = (
        {"enum": CHOICES[key].values} if key in CHOICES else {"pattern": PATTERNS[key]}
    )
    default = DEFAULT.as_texts()[key]
    field = serializers.CharField(required=False, max_length=80)
    takes |= {"type": "string", "default": default}
    return extend_schema_field(takes)(field)  # type: ignore[type-var]  # as above


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
