"""Shapes of the figures' answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class DefinitionSerializer(serializers.Serializer[Any]):
    """What a figure means."""

    key = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    sentence = serializers.CharField(read_only=True)
    unit = serializers.CharField(read_only=True)
    kind = serializers.CharField(read_only=True)
    better = serializers.CharField(read_only=True)
    counted_on = serializers.CharField(read_only=True)
    population = serializers.CharField(read_only=True)
    maturity = serializers.CharField(read_only=True)
    policies = serializers.ListField(child=serializers.CharField(), read_only=True)
    segments = serializers.ListField(child=serializers.CharField(), read_only=True)
    version = serializers.IntegerField(read_only=True)


class AnswerSerializer(serializers.Serializer[Any]):
    """Figures of a period. A rate has numerator, denominator, value (per cent, or null), undecided
    and unmeasured; a distribution has n, mean, median, p90 and p95 in seconds, and is_exact: false
    where these are read off histograms (within 0.5 %); an index has promoters, passives,
    detractors, n and value, −100 to +100 or null. Figures of answers add the mean score, low and
    high: the bounds of 95 % confidence. What was recorded up to `as_of` is counted: that is now,
    unless changed tickets wait to be measured."""

    from_ = serializers.DateField()
    to = serializers.DateField()
    zone = serializers.CharField()
    as_of = serializers.DateTimeField()
    policy = serializers.DictField(child=serializers.CharField())
    figures = serializers.DictField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Name the first day `from`, as the address does."""
        fields = super().get_fields()
        return {name.rstrip("_"): field for name, field in fields.items()}


class SegmentValueSerializer(serializers.Serializer[Any]):
    """A figure of one segment value."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, as DRF allows
    figure = serializers.JSONField()


class BreakdownSerializer(serializers.Serializer[Any]):
    """A figure by segment; by two that are crossed, `by` and each `value` hold both, with a comma
    between ("category,agent", "12,5"). Each is a filter of its segment, for the tickets behind."""

    by = serializers.CharField()
    segments = SegmentValueSerializer(many=True)


class PointSerializer(serializers.Serializer[Any]):
    """A step of a series; both days are included."""

    start = serializers.DateField()
    end = serializers.DateField()
    is_provisional = serializers.BooleanField()
    value = serializers.JSONField()


class SeriesSerializer(serializers.Serializer[Any]):
    """A figure over time."""

    bucket = serializers.CharField()
    points = PointSerializer(many=True)
