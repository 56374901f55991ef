"""What lists of promises about time can be filtered by."""

from __future__ import annotations

import django_filters as filters

from accounts.choices import SupportLevel
from tickets.api.filters.base import (
    KeyFilter,
    MomentFilter,
    StrictFilterSet,
    TextFilter,
    TrueOrFalseFilter,
)
from tickets.choices import (
    TargetKind,
    TargetState,
)
from tickets.models import (
    SlaPolicy,
    SlaTarget,
)


class TargetFilter(StrictFilterSet):
    """Promises about time."""

    ticket = KeyFilter()
    kind = filters.MultipleChoiceFilter(choices=TargetKind.choices)
    state = filters.MultipleChoiceFilter(choices=TargetState.choices)
    level = filters.MultipleChoiceFilter(choices=[(0, "None"), *SupportLevel.choices])
    due_before = MomentFilter(field_name="due_at", lookup_expr="lt")
    due_after = MomentFilter(field_name="due_at", lookup_expr="gte")

    class Meta:
        model = SlaTarget
        fields = ()


class SlaPolicyFilter(StrictFilterSet):
    """Service level policies."""

    name = TextFilter(lookup_expr="icontains")
    is_active = TrueOrFalseFilter()

    class Meta:
        model = SlaPolicy
        fields = ()
