"""What lists of services and outages can be filtered by."""

from __future__ import annotations

import django_filters as filters

from tickets.api.filters.base import (
    KeyFilter,
    MomentFilter,
    StrictFilterSet,
    TextFilter,
    TrueOrFalseFilter,
    for_staff,
)
from tickets.choices import (
    OutageImpact,
)
from tickets.models import (
    Outage,
    Service,
)


class OutageFilter(StrictFilterSet):
    """Outages, by service and by when they lasted."""

    service = KeyFilter(field_name="service_id")
    impact = filters.ChoiceFilter(choices=OutageImpact.choices)
    is_running = TrueOrFalseFilter(field_name="ended_at", lookup_expr="isnull")
    began_after = MomentFilter(field_name="began_at", lookup_expr="gte")
    began_before = MomentFilter(field_name="began_at", lookup_expr="lt")

    class Meta:
        model = Outage
        fields = ()


class ServiceFilter(StrictFilterSet):
    """Services; whose they are is for the desk to ask."""

    name = TextFilter(lookup_expr="icontains")
    organization = for_staff(KeyFilter, field_name="organizations")
    product = for_staff(KeyFilter, field_name="products")
    category = for_staff(KeyFilter, field_name="categories")

    class Meta:
        model = Service
        fields = ()
