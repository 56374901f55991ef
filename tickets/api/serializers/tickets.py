"""Tickets, as they are shown and as they are opened and changed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.choices import Role, SupportLevel
from accounts.models import Team, User
from tickets.access import require_dating_opening
from tickets.api import fields
from tickets.api.fields import Key, MaybeBlank, TrueOrFalse, Words
from tickets.api.serializers.people import PersonSerializer
from tickets.choices import (
    CancelReason,
    Channel,
    Complexity,
    Impact,
    Priority,
    ResolutionCode,
    TargetKind,
    TicketType,
    Urgency,
)
from tickets.models import Category, CustomField, Product, Tag, Ticket

STAFF_ONLY = frozenset(
    {
        "level",
        "team",
        "priority",
        "impact",
        "urgency",
        "complexity",
        "tags",
        "waiting_since",
        "unconfirmed_since",
        "next_due_at",
        "next_target",
        "external_id",
        "live_contact",
        "pending_escalation",
    }
)


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A category with the names from the root."""

    class Meta:
        model = Category
        fields = ("id", "name", "path", "parent", "is_active")
        read_only_fields = fields


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product line."""

    class Meta:
        model = Product
        fields = ("id", "name", "is_active")
        read_only_fields = fields


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    """A ticket. Customers do not get the desk's own fields: level, team, priority and the like."""

    number = serializers.IntegerField(source="pk", read_only=True)
    customer = PersonSerializer(read_only=True)
    complexity = MaybeBlank(Complexity.choices)
    resolution_code = MaybeBlank(ResolutionCode.choices)
    cancel_reason = MaybeBlank(CancelReason.choices)
    next_target = MaybeBlank(TargetKind.choices)
    assignee = PersonSerializer(read_only=True, allow_null=True)
    tags: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="name", many=True, read_only=True
    )

    class Meta:
        model = Ticket
        fields = (
            "number",
            "subject",
            "description",
            "status",
            "type",
            "channel",
            "customer",
            "organization",
            "category",
            "product",
            "impact",
            "urgency",
            "priority",
            "complexity",
            "tags",
            "custom",
            "level",
            "team",
            "assignee",
            "resolution_code",
            "cancel_reason",
            "merged_into",
            "received_at",
            "picked_up_at",
            "resolved_at",
            "status_since",
            "waiting_since",
            "unconfirmed_since",
            "next_due_at",
            "next_target",
            "live_contact",
            "pending_escalation",
            "external_id",
        )
        read_only_fields = fields

    def to_representation(self, instance: Ticket) -> dict[str, Any]:
        """Leave out what is not the reader's."""
        data = super().to_representation(instance)
        if self.context["request"].user.role == Role.CUSTOMER:
            # Their words are the first message; an agent's summary of a call is not theirs.
            hidden = STAFF_ONLY | {"description"}
            shown = {name: value for name, value in data.items() if name not in hidden}
            return {**shown, "custom": self._public(instance)}
        return data

    def _public(self, ticket: Ticket) -> dict[str, Any]:
        """The custom fields that customers see; read once for all rows."""
        return {key: value for key, value in ticket.custom.items() if key in self._public_keys}

    @cached_property
    def _public_keys(self) -> frozenset[str]:
        return frozenset(CustomField.objects.filter(is_public=True).values_list("key", flat=True))


class TicketPropertiesSerializer(serializers.Serializer[Any]):
    """What a ticket is about; status, level, team and assignee change by their verbs alone."""

    subject = Words(max_length=250)
    type = serializers.ChoiceField(choices=TicketType.choices)
    category = Key(queryset=Category.objects.filter(is_active=True), allow_null=True)
    product = Key(queryset=Product.objects.filter(is_active=True), allow_null=True)
    impact = serializers.ChoiceField(choices=Impact.choices)
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    complexity = serializers.ChoiceField(choices=Complexity.choices, allow_blank=True)
    tags = serializers.ListField(child=fields.Tag(max_length=50), max_length=30)
    custom = serializers.DictField()


class OpenTicketSerializer(serializers.Serializer[Any]):
    """A new ticket. Staff name the customer; customers open their own, and the desk's own fields
    are refused from them. `is_live` means that the customer is on the line now; `started_at` and
    `ended_at` tell of a live contact that is over, for managers and administrators."""

    subject = Words(max_length=250)
    description = Words(max_length=100_000)
    customer = Key(queryset=User.objects.filter(role=Role.CUSTOMER, is_active=True), required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    type = serializers.ChoiceField(choices=TicketType.choices, required=False)
    category = Key(
        queryset=Category.objects.filter(is_active=True), required=False, allow_null=True
    )
    product = Key(queryset=Product.objects.filter(is_active=True), required=False, allow_null=True)
    impact = serializers.ChoiceField(choices=Impact.choices, required=False)
    urgency = serializers.ChoiceField(choices=Urgency.choices, required=False)
    complexity = serializers.ChoiceField(
        choices=Complexity.choices, required=False, allow_blank=True
    )
    tags = serializers.ListField(child=fields.Tag(max_length=50), required=False, max_length=30)
    custom = serializers.DictField(required=False)
    level = serializers.ChoiceField(choices=SupportLevel.choices, required=False)
    team = Key(queryset=Team.objects.filter(is_active=True), required=False, allow_null=True)
    is_live = TrueOrFalse(default=False)
    started_at = serializers.DateTimeField(required=False)
    ended_at = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Settle whose ticket it is, and when its call was."""
        user = self.context["request"].user
        require_dating_opening(user, started_at=attrs.get("started_at", attrs.get("ended_at")))
        attrs = self._with_call(attrs)
        if user.role == Role.CUSTOMER:
            return self._for_customer(attrs, user)
        if "customer" not in attrs:
            raise serializers.ValidationError({"customer": "Name the customer whose issue it is."})
        return attrs

    def _with_call(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return what the command takes of a call that is over."""
        times = {"started_at", "ended_at"} & attrs.keys()
        if not times:
            return attrs
        if len(times) == 1:
            (missing,) = {"started_at", "ended_at"} - times
            raise serializers.ValidationError({missing: "A call that is over needs both times."})
        if attrs["is_live"]:
            raise serializers.ValidationError({"is_live": "It is over, or it runs: not both."})
        if attrs["started_at"] > timezone.now():
            raise serializers.ValidationError({"started_at": "This moment lies in the future."})
        rest = {name: value for name, value in attrs.items() if name != "started_at"}
        return rest | {"is_live": True, "at": attrs["started_at"]}

    def _for_customer(self, attrs: dict[str, Any], user: User) -> dict[str, Any]:
        if attrs.get("customer", user) != user:
            raise serializers.ValidationError({"customer": "You open tickets for yourself."})
        ours = sorted((STAFF_ONLY | {"is_live"}) & {name for name in attrs if attrs[name]})
        if ours:
            raise serializers.ValidationError(dict.fromkeys(ours, "The desk sets this."))
        return {**attrs, "customer": user}


class TagSerializer(serializers.ModelSerializer[Tag]):
    """A tag."""

    class Meta:
        model = Tag
        fields = ("id", "name")
        read_only_fields = fields
