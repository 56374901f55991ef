"""What lists of what happened can be filtered by."""

from __future__ import annotations

import django_filters as filters

from tickets.api.filters.base import (
    KeyFilter,
    MomentFilter,
    StrictFilterSet,
    TrueOrFalseFilter,
    for_staff,
)
from tickets.choices import (
    Channel,
    Direction,
    EscalationKind,
    LinkKind,
    Status,
    SurveyKind,
    Visibility,
)
from tickets.models import (
    Assignment,
    Contact,
    Escalation,
    Link,
    Message,
    SurveyResponse,
    Transition,
)


class LedgerFilter(StrictFilterSet):
    """What every ledger row has."""

    ticket = KeyFilter(field_name="ticket_id")
    actor = for_staff(KeyFilter, field_name="actor_id")
    occurred_after = MomentFilter(field_name="occurred_at", lookup_expr="gte")
    occurred_before = MomentFilter(field_name="occurred_at", lookup_expr="lt")


class TransitionFilter(LedgerFilter):
    """Changes of status."""

    to_status = filters.MultipleChoiceFilter(choices=Status.choices)

    class Meta:
        model = Transition
        fields = ()


class EscalationFilter(LedgerFilter):
    """Escalations."""

    kind = filters.MultipleChoiceFilter(choices=EscalationKind.choices)
    is_warm = TrueOrFalseFilter()

    class Meta:
        model = Escalation
        fields = ()


class AssignmentFilter(LedgerFilter):
    """Changes of hands."""

    class Meta:
        model = Assignment
        fields = ()


class MessageFilter(LedgerFilter):
    """Messages."""

    visibility = for_staff(filters.ChoiceFilter, choices=Visibility.choices)

    class Meta:
        model = Message
        fields = ()


class SurveyResponseFilter(LedgerFilter):
    """Answers to surveys."""

    survey = KeyFilter(field_name="survey_id")
    kind = filters.ChoiceFilter(field_name="survey__kind", choices=SurveyKind.choices)

    class Meta:
        model = SurveyResponse
        fields = ()


class ContactFilter(LedgerFilter):
    """Live contacts."""

    channel = filters.MultipleChoiceFilter(choices=Channel.choices)
    direction = filters.ChoiceFilter(choices=Direction.choices)
    is_running = TrueOrFalseFilter(field_name="ended_at", lookup_expr="isnull")
    is_void = TrueOrFalseFilter()

    class Meta:
        model = Contact
        fields = ()


class LinkFilter(LedgerFilter):
    """Links."""

    other = KeyFilter(field_name="other_id")
    kind = filters.MultipleChoiceFilter(choices=LinkKind.choices)

    class Meta:
        model = Link
        fields = ()
