"""Customers, organizations and teams."""

from __future__ import annotations

import zoneinfo
from typing import Any

from rest_framework import serializers

from accounts.choices import Role
from accounts.models import Organization, Team, User
from accounts.people import forget_other_addresses
from tickets.api.fields import Key, TrueOrFalse


class PersonSerializer(serializers.ModelSerializer[User]):
    """Somebody, in short."""

    class Meta:
        model = User
        fields = ("id", "name", "role")
        read_only_fields = fields


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organization with its e-mail domains."""

    is_active = TrueOrFalse(default=True)
    domains: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="domain", many=True, read_only=True
    )

    class Meta:
        model = Organization
        fields = ("id", "name", "tier", "domains", "is_active")


class CustomerSerializer(serializers.ModelSerializer[User]):
    """A customer. Created without a password: they sign in by a mailed link."""

    is_active = TrueOrFalse(default=True)
    is_organization_viewer = TrueOrFalse(default=False)
    serializer_related_field = Key

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "name",
            "organization",
            "is_organization_viewer",
            "job_title",
            "phone",
            "time_zone",
            "is_active",
        )

    def validate_email(self, value: str) -> str:
        """One address is one person, whatever its case."""
        return value.strip().lower()

    def validate_time_zone(self, value: str) -> str:
        """Refuse a name that the time zone database does not know."""
        if value and value not in zoneinfo.available_timezones():
            raise serializers.ValidationError("Write an IANA name, such as Europe/Amsterdam.")
        return value

    def create(self, validated_data: dict[str, Any]) -> User:
        """Store a customer, whatever role was sent."""
        return User.objects.create_user(**validated_data, role=Role.CUSTOMER)

    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        """Store the changes; an address they no longer have opens no door any more."""
        user = super().update(instance, validated_data)
        forget_other_addresses(user)
        return user


class TeamSerializer(serializers.ModelSerializer[Team]):
    """A team and its members."""

    members = PersonSerializer(many=True, read_only=True)

    class Meta:
        model = Team
        fields = ("id", "name", "level", "is_confidential", "is_active", "members")
        read_only_fields = fields
