"""Targets of tickets and the policies behind them, read-only. Durations are in seconds."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tickets.models import SlaPolicy, SlaPolicyTarget, SlaTarget


class TargetSerializer(serializers.ModelSerializer[SlaTarget]):
    """How one promise stands. Seconds are on the promise's own clock (`is_business`)."""

    policy_version: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(
        source="version", read_only=True
    )

    class Meta:
        model = SlaTarget
        fields = (
            "id",
            "ticket",
            "kind",
            "level",
            "cycle",
            "state",
            "started_at",
            "ended_at",
            "due_at",
            "breached_at",
            "target_seconds",
            "spent_seconds",
            "left_seconds",
            "is_business",
            "policy_version",
        )
        read_only_fields = fields


class PolicyTargetSerializer(serializers.ModelSerializer[SlaPolicyTarget]):
    """One promise of a policy."""

    class Meta:
        model = SlaPolicyTarget
        fields = (
            "kind",
            "level",
            "minutes",
            "is_business",
            "calendar",
            "pauses",
            "warn_before_minutes",
            "escalates",
            "escalates_at_warning",
        )
        read_only_fields = fields


class SlaPolicySerializer(serializers.ModelSerializer[SlaPolicy]):
    """A policy with its conditions; an empty one asks nothing."""

    targets = PolicyTargetSerializer(many=True, read_only=True)
    tiers = serializers.ListField(child=serializers.CharField(), read_only=True)
    priorities = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    channels = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = SlaPolicy
        fields = (
            "id",
            "name",
            "position",
            "is_active",
            "tiers",
            "priorities",
            "channels",
            "organizations",
            "categories",
            "products",
            "targets",
        )
        read_only_fields = fields
