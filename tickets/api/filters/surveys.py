"""What lists of surveys can be filtered by."""

from __future__ import annotations

import django_filters as filters

from tickets.api.filters.base import (
    KeyFilter,
    MomentFilter,
    ScoreFilter,
    StrictFilterSet,
    TrueOrFalseFilter,
)
from tickets.choices import (
    SurveyKind,
)
from tickets.models import (
    Survey,
)


class SurveyFilter(StrictFilterSet):
    """Surveys; scores are those of the answer that counts."""

    ticket = KeyFilter(field_name="ticket_id")
    customer = KeyFilter(field_name="customer_id")
    kind = filters.ChoiceFilter(choices=SurveyKind.choices)
    is_answered = TrueOrFalseFilter(field_name="response", lookup_expr="isnull", exclude=True)
    score_from = ScoreFilter(field_name="response__score", lookup_expr="gte")
    score_to = ScoreFilter(field_name="response__score", lookup_expr="lte")
    sent_after = MomentFilter(field_name="sent_at", lookup_expr="gte")
    sent_before = MomentFilter(field_name="sent_at", lookup_expr="lt")
    answered_after = MomentFilter(field_name="response__occurred_at", lookup_expr="gte")
    answered_before = MomentFilter(field_name="response__occurred_at", lookup_expr="lt")

    class Meta:
        model = Survey
        fields = ()
