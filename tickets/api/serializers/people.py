"""Customers, organizations and teams."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from rest_framework import serializers

from accounts.addresses import settle_address
from accounts.models import Organization, Team, User
from accounts.organizations import NoDomain, change_organization, set_domains
from accounts.people import AddressTaken, register_customer
from tickets.access import OVERSEERS
from tickets.api.caller import caller
from tickets.api.fields import Address, Key, TrueOrFalse, Words
from tickets.errors import NotAllowed

STRICTLY = {
    **serializers.ModelSerializer.serializer_field_mapping,
    models.CharField: Words,
    models.EmailField: Address,
}


class PersonSerializer(serializers.ModelSerializer[User]):
    """Somebody, in short."""

    class Meta:
        model = User
        fields = ("id", "name", "role")
        read_only_fields = fields


class Domains(serializers.ListField):
    """E-mail domains: the whole list, as text."""

    child = Words(max_length=253)

    def to_representation(self, data: Any) -> list[str]:
        """List them in the order of the alphabet."""
        return sorted(row.domain for row in data.all())


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organization with its e-mail domains, whose senders join it. `domains` is the whole list;
    managers and administrators alone send it."""

    is_active = TrueOrFalse(default=True)
    serializer_field_mapping = STRICTLY
    domains = Domains(required=False)

    class Meta:
        model = Organization
        fields = ("id", "name", "tier", "domains", "is_active")

    def validate_domains(self, domains: list[str]) -> list[str]:
        """Refuse who may not say whose mail is whose."""
        if caller(self.context["request"]).role not in OVERSEERS:
            raise NotAllowed("Managers and administrators set the domains: leave them out.")
        return domains

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Organization:
        """Store a new one."""
        domains = validated_data.pop("domains", [])
        organization = super().create(validated_data)
        self._settle(organization, domains)
        return organization

    @transaction.atomic
    def update(self, instance: Organization, validated_data: dict[str, Any]) -> Organization:
        """Store what was sent; what goes by the tier follows."""
        domains = validated_data.pop("domains", None)
        change_organization(instance, changes=validated_data)
        if domains is not None:
            self._settle(instance, domains)
        return instance

    @staticmethod
    def _settle(organization: Organization, domains: list[str]) -> None:
        try:
            set_domains(organization, domains)
        except NoDomain as fault:
            raise serializers.ValidationError({"domains": [str(fault)]}) from fault
        prefetched: dict[str, Any] = getattr(organization, "_prefetched_objects_cache", {})
        prefetched.pop("domains", None)


class CustomerSerializer(serializers.ModelSerializer[User]):
    """A customer. Created without a password: they sign in by a mailed link. A new one of whom no
    `organization` is sent joins the one that owns their address's domain; null is none."""

    is_active = TrueOrFalse(default=True)
    is_organization_viewer = TrueOrFalse(default=False)
    serializer_related_field = Key
    serializer_field_mapping = STRICTLY

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

    def create(self, validated_data: dict[str, Any]) -> User:
        """Store a customer, whatever role was sent."""
        try:
            return register_customer(**validated_data)
        except AddressTaken as taken:
            raise serializers.ValidationError({"email": str(taken)}) from taken

    @transaction.atomic
    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        """Store the changes; an address they no longer have opens no door any more."""
        before = instance.email
        user = super().update(instance, validated_data)
        settle_address(user, before=before)
        return user


class TeamSerializer(serializers.ModelSerializer[Team]):
    """A team and its members."""

    members = PersonSerializer(many=True, read_only=True)

    class Meta:
        model = Team
        fields = ("id", "name", "level", "is_confidential", "is_active", "members")
        read_only_fields = fields
