"""Rows of the ledger, read-only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tickets.api.fields import MaybeBlank
from tickets.choices import CancelReason, Channel, EscalationReason, ResolutionCode, Status
from tickets.models import Assignment, Attachment, Contact, Escalation, Link, Message, Transition

COMMON = (
    "id",
    "ticket",
    "seq",
    "occurred_at",
    "recorded_at",
    "actor",
    "capacity",
    "source",
    "level",
    "team",
    "assignee",
    "action_id",
)


class TransitionSerializer(serializers.ModelSerializer[Transition]):
    """One change of status; `from_status` is empty for the receipt."""

    from_status = MaybeBlank(Status.choices)
    resolution_code = MaybeBlank(ResolutionCode.choices)
    cancel_reason = MaybeBlank(CancelReason.choices)

    class Meta:
        model = Transition
        fields = (
            *COMMON,
            "from_status",
            "to_status",
            "reason",
            "note",
            "resolution_code",
            "cancel_reason",
            "is_l1_capable",
        )
        read_only_fields = fields


class EscalationSerializer(serializers.ModelSerializer[Escalation]):
    """An escalation, its answer, or a de-escalation."""

    reason = MaybeBlank(EscalationReason.choices)

    class Meta:
        model = Escalation
        fields = (
            *COMMON,
            "kind",
            "from_level",
            "to_level",
            "from_team",
            "to_team",
            "manager",
            "is_warm",
            "contact",
            "reason",
            "tried",
            "known",
            "asked",
            "answers",
        )
        read_only_fields = fields


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """A change of hands."""

    class Meta:
        model = Assignment
        fields = (
            *COMMON,
            "from_assignee",
            "to_assignee",
            "from_team",
            "to_team",
            "reason",
            "note",
        )
        read_only_fields = fields


class LinkSerializer(serializers.ModelSerializer[Link]):
    """A link from `ticket` to `other`."""

    class Meta:
        model = Link
        fields = (*COMMON, "kind", "other")
        read_only_fields = fields


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file; fetch it at `url` with the token that read this."""

    url = serializers.HyperlinkedIdentityField(view_name="attachment-file", lookup_field="key")

    class Meta:
        model = Attachment
        fields = ("key", "url", "name", "content_type", "size", "sha256", "uploaded_at")
        read_only_fields = fields


class MessageSerializer(serializers.ModelSerializer[Message]):
    """Something written. Customers never get private notes, nor the desk's own columns."""

    attachments = AttachmentSerializer(many=True, read_only=True)

    class Meta:
        model = Message
        fields = (
            "id",
            "ticket",
            "seq",
            "occurred_at",
            "author",
            "author_capacity",
            "visibility",
            "channel",
            "body",
            "is_machine",
            "is_acknowledgement",
            "attachments",
        )
        read_only_fields = fields


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A live contact, begun at `occurred_at`; `ended_at` null is running. `is_void`: it was taken
    back, since it did not happen."""

    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)
    is_void = serializers.BooleanField(read_only=True)

    class Meta:
        model = Contact
        fields = (*COMMON, "channel", "direction", "note", "ended_at", "is_void")
        read_only_fields = fields


class ContactSpanSerializer(serializers.Serializer[Any]):
    """One contact, live or written, as figures count them; `ended_at` null is running, or not
    answered yet. `live_contact` is the row that the verbs take; null for a written one."""

    number = serializers.IntegerField(read_only=True)
    is_live = serializers.BooleanField(read_only=True)
    is_by_customer = serializers.BooleanField(read_only=True)
    channel = serializers.ChoiceField(choices=Channel.choices, read_only=True)
    started_at = serializers.DateTimeField(read_only=True)
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)
    live_contact = serializers.IntegerField(source="live_pk", read_only=True, allow_null=True)
