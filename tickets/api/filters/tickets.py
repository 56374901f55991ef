"""What lists of tickets can be filtered by."""

from __future__ import annotations

import django_filters as filters
from django.db.models import QuerySet

from accounts.choices import CustomerTier, SupportLevel
from tickets.api.filters.base import (
    KeyFilter,
    MomentFilter,
    StrictFilterSet,
    TextFilter,
    TrueOrFalseFilter,
    for_staff,
)
from tickets.choices import (
    OPEN_STATUSES,
    Channel,
    Complexity,
    Impact,
    Priority,
    Status,
    TicketType,
    Urgency,
)
from tickets.models import (
    Ticket,
)
from tickets.querysets import TicketQuerySet
from tickets.search.tickets import search_tickets


class TicketFilter(StrictFilterSet):
    """Tickets. Lists are separated by repeating the parameter."""

    search = TextFilter(
        method="filter_words",
        max_length=200,
        help_text=(
            "Words that all stand in a ticket: parts of subject, customer or organization, "
            "beginnings of words in messages, or its number. `#123` is that number alone."
        ),
    )

    status = filters.MultipleChoiceFilter(choices=Status.choices)
    level = for_staff(filters.MultipleChoiceFilter, choices=SupportLevel.choices)
    priority = for_staff(filters.MultipleChoiceFilter, choices=Priority.choices)
    impact = for_staff(filters.MultipleChoiceFilter, choices=Impact.choices)
    urgency = for_staff(filters.MultipleChoiceFilter, choices=Urgency.choices)
    complexity = for_staff(filters.MultipleChoiceFilter, choices=Complexity.choices)
    channel = filters.MultipleChoiceFilter(choices=Channel.choices)
    type = filters.MultipleChoiceFilter(choices=TicketType.choices)
    tier = for_staff(
        filters.MultipleChoiceFilter, field_name="organization__tier", choices=CustomerTier.choices
    )
    team = for_staff(KeyFilter, field_name="team_id")
    assignee = for_staff(KeyFilter, field_name="assignee_id")
    customer = KeyFilter(field_name="customer_id")
    organization = KeyFilter(field_name="organization_id")
    category = KeyFilter(field_name="category_id")
    product = KeyFilter(field_name="product_id")
    tag = for_staff(TextFilter, field_name="tags__name")
    external_id = for_staff(TextFilter)
    is_open = TrueOrFalseFilter(method="filter_open")
    is_assigned = for_staff(
        TrueOrFalseFilter, field_name="assignee", lookup_expr="isnull", exclude=True
    )
    received_after = MomentFilter(field_name="received_at", lookup_expr="gte")
    received_before = MomentFilter(field_name="received_at", lookup_expr="lt")
    resolved_after = MomentFilter(field_name="resolved_at", lookup_expr="gte")
    resolved_before = MomentFilter(field_name="resolved_at", lookup_expr="lt")

    class Meta:
        model = Ticket
        fields = ()

    def filter_words(self, queryset: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        """Search as the pages do, with the caller's rights."""
        return search_tickets(queryset, value, reader=self.request.user)

    def filter_open(self, queryset: QuerySet[Ticket], name: str, value: bool) -> QuerySet[Ticket]:
        """Open tickets, or all others."""
        if value:
            return queryset.filter(status__in=OPEN_STATUSES)
        return queryset.exclude(status__in=OPEN_STATUSES)
