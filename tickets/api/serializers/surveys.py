"""Surveys and customers' answers, read-only."""

from __future__ import annotations

from rest_framework import serializers

from tickets.api.fields import MaybeBlank
from tickets.api.serializers.ledger import COMMON
from tickets.choices import Withdrawal
from tickets.models import Survey, SurveyResponse


class SurveyResponseSerializer(serializers.ModelSerializer[SurveyResponse]):
    """One answer, 1 to 5 (csat) or 0 to 10 (nps). The last one to a survey counts."""

    class Meta:
        model = SurveyResponse
        fields = (*COMMON, "survey", "score", "comment")
        read_only_fields = fields


class SurveySerializer(serializers.ModelSerializer[Survey]):
    """What was asked: planned, sent or withdrawn, with the answer that counts; null without one.
    From `locks_at` on the answer stays as it is."""

    response = SurveyResponseSerializer(read_only=True, allow_null=True)
    withdrawn_because = MaybeBlank(Withdrawal.choices)

    class Meta:
        model = Survey
        fields = (
            "id",
            "kind",
            "ticket",
            "customer",
            "send_after",
            "sent_at",
            "reminded_at",
            "locks_at",
            "withdrawn_at",
            "withdrawn_because",
            "response",
        )
        read_only_fields = fields
