"""Services and their outages, and what the verbs of major incidents take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from tickets.api.fields import Key, TrueOrFalse, Words
from tickets.api.serializers.commands import VerbInput, custom, note, restored_at
from tickets.choices import OutageEventKind, OutageImpact, ResolutionCode
from tickets.models import Outage, Service, ServiceAgreement

LONGEST_WORDS = 1_000
CORRECTIONS = [
    (kind.value, str(kind.label))
    for kind in (
        OutageEventKind.BEGIN_CORRECTED,
        OutageEventKind.RESUMED,
        OutageEventKind.VOIDED,
    )
]


class AgreementSerializer(serializers.ModelSerializer[ServiceAgreement]):
    """What holds from a day on; `calendar` null is round the clock."""

    class Meta:
        model = ServiceAgreement
        fields = ("valid_from", "calendar", "target_percent")
        read_only_fields = fields


class ServiceSerializer(serializers.ModelSerializer[Service]):
    """A service. Who uses it, and what was agreed about it, is told to staff alone."""

    agreements = AgreementSerializer(many=True, read_only=True)

    class Meta:
        model = Service
        fields = (
            "id",
            "name",
            "description",
            "retired_on",
            "is_for_all",
            "organizations",
            "products",
            "categories",
            "agreements",
        )
        read_only_fields = fields

    STAFF_ONLY = ("is_for_all", "organizations", "products", "categories", "agreements")

    def to_representation(self, instance: Service) -> dict[str, Any]:
        """Leave out what is the desk's own."""
        shown: dict[str, Any] = super().to_representation(instance)
        if not _is_staff(self.context):
            for name in self.STAFF_ONLY:
                shown.pop(name, None)
        return shown


class OutageSerializer(serializers.ModelSerializer[Outage]):
    """An outage: `ticket` is its major incident, null where the caller may not see it. `words` are
    what customers were told last, at `told_at`."""

    is_running = serializers.BooleanField(read_only=True)
    ticket = serializers.SerializerMethodField()

    class Meta:
        model = Outage
        fields = (
            "id",
            "service",
            "impact",
            "began_at",
            "ended_at",
            "is_running",
            "words",
            "told_at",
            "ticket",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_ticket(self, outage: Outage) -> int | None:
        """The number, as far as it is the caller's to know."""
        return outage.ticket_id if getattr(outage, "is_ticket_seen", False) else None


def _is_staff(context: Mapping[str, Any]) -> bool:
    user: User | None = getattr(context.get("request"), "user", None)
    return bool(user is not None and user.is_authenticated and user.is_agent)


def words(**options: Any) -> Words:
    """What all customers of a service may read."""
    return Words(max_length=LONGEST_WORDS, **options)


def outage_field(**options: Any) -> Key:
    """An outage of the ticket, by number."""
    return Key(queryset=Outage.objects.filter(is_void=False), **options)


class DeclareOutageInput(VerbInput):
    """Which services are out, since when (without it, now), and what customers may read."""

    services = serializers.ListField(
        child=Key(queryset=Service.objects.all()), allow_empty=False, max_length=50
    )
    impact = serializers.ChoiceField(choices=OutageImpact.choices, required=False)
    began_at = serializers.DateTimeField(required=False)
    words = words(required=False, allow_blank=True)


class EndOutageInput(VerbInput):
    """When service was restored (without it, now): of one outage, or of all that run."""

    outage = outage_field(required=False)
    ended_at = serializers.DateTimeField(required=False)
    words = words(required=False, allow_blank=True)


class CorrectOutageInput(VerbInput):
    """What was said wrongly of an outage, and why it is corrected."""

    outage = outage_field()
    kind = serializers.ChoiceField(choices=CORRECTIONS)
    began_at = serializers.DateTimeField(required=False)
    note = note()


class AnnounceOutageInput(VerbInput):
    """What all customers of the services may read."""

    words = words()


class AnswerAllInput(VerbInput):
    """The same answer for a major incident and all its parts."""

    body = Words(max_length=100_000)
    is_announced = TrueOrFalse(default=False)


class ResolveAllInput(VerbInput):
    """The same resolution for a major incident and all its parts."""

    body = Words(max_length=100_000)
    resolution_code = serializers.ChoiceField(choices=ResolutionCode.choices)
    is_l1_capable = serializers.BooleanField(required=False, allow_null=True)
    restored_at = restored_at()
    custom = custom()
