"""What lists can be filtered by."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import IsoDateTimeField
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from accounts.choices import CustomerTier, SupportLevel
from accounts.models import Organization, Team, User
from tickets.choices import (
    OPEN_STATUSES,
    Channel,
    EscalationKind,
    Priority,
    Status,
    TicketType,
    Visibility,
)
from tickets.models import Assignment, Escalation, Message, Ticket, Transition
from tickets.querysets import TicketQuerySet
from tickets.search.people import search_people
from tickets.search.tickets import search_tickets

LARGEST_KEY = 2**63 - 1


class RefusesEmpty(forms.Form):
    """A parameter that was sent empty is an error; one that was left out is not."""

    def clean(self) -> dict[str, Any] | None:
        """Name each that was sent empty."""
        for name in self.fields:
            if name in self.data and not self.data[name]:
                self.add_error(name, "Leave the parameter out, or give it a value.")
        return super().clean()


class StrictFilterSet(filters.FilterSet):
    """Filters that refuse what they cannot read, instead of ignoring it."""

    def get_form_class(self) -> type[forms.Form]:
        """Add the refusal of empty parameters to the form that reads them."""
        return type("StrictForm", (RefusesEmpty, super().get_form_class()), {})


class MomentField(IsoDateTimeField):
    """A moment in any zone, kept in UTC: no database takes every offset that can be written."""

    def clean(self, value: Any) -> Any:
        """Refuse what lies outside the calendar."""
        moment = super().clean(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError:
            raise forms.ValidationError("This moment lies outside the calendar.") from None


class MomentFilter(filters.IsoDateTimeFilter):
    """Before or after a moment."""

    field_class = MomentField


class KeyFilter(filters.NumberFilter):
    """The number of a row; one too large for any row finds nothing instead of failing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=LARGEST_KEY, decimal_places=0, **kwargs)


@extend_schema_field(OpenApiTypes.BOOL)
class TrueOrFalseFilter(filters.TypedChoiceFilter):
    """`true` or `false`; anything else is an error, not ignored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        words = (("true", "Yes"), ("false", "No"))
        super().__init__(*args, choices=words, coerce=lambda text: text == "true", **kwargs)


class TicketFilter(StrictFilterSet):
    """Tickets. Lists are separated by repeating the parameter."""

    search = filters.CharFilter(
        method="filter_words",
        max_length=200,
        help_text=(
            "Words that all stand in a ticket: parts of subject, customer or organization, "
            "beginnings of words in messages, or its number. `#123` is that number alone."
        ),
    )

    status = filters.MultipleChoiceFilter(choices=Status.choices)
    level = filters.MultipleChoiceFilter(choices=SupportLevel.choices)
    priority = filters.MultipleChoiceFilter(choices=Priority.choices)
    channel = filters.MultipleChoiceFilter(choices=Channel.choices)
    type = filters.MultipleChoiceFilter(choices=TicketType.choices)
    tier = filters.MultipleChoiceFilter(
        field_name="organization__tier", choices=CustomerTier.choices
    )
    team = KeyFilter(field_name="team_id")
    assignee = KeyFilter(field_name="assignee_id")
    customer = KeyFilter(field_name="customer_id")
    organization = KeyFilter(field_name="organization_id")
    category = KeyFilter(field_name="category_id")
    product = KeyFilter(field_name="product_id")
    tag = filters.CharFilter(field_name="tags__name")
    external_id = filters.CharFilter()
    is_open = TrueOrFalseFilter(method="filter_open")
    is_assigned = TrueOrFalseFilter(field_name="assignee", lookup_expr="isnull", exclude=True)
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


class LedgerFilter(StrictFilterSet):
    """What every ledger row has."""

    ticket = KeyFilter(field_name="ticket_id")
    actor = KeyFilter(field_name="actor_id")
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

    visibility = filters.ChoiceFilter(choices=Visibility.choices)

    class Meta:
        model = Message
        fields = ()


class CustomerFilter(StrictFilterSet):
    """Customers; `search` finds parts of names, addresses, phone numbers and organizations."""

    search = filters.CharFilter(method="filter_words", max_length=200)

    organization = KeyFilter(field_name="organization_id")
    email = filters.CharFilter(lookup_expr="iexact")
    is_active = TrueOrFalseFilter()

    class Meta:
        model = User
        fields = ()

    def filter_words(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Every word, somewhere."""
        return search_people(queryset, value)


class OrganizationFilter(StrictFilterSet):
    """Organizations."""

    tier = filters.MultipleChoiceFilter(choices=CustomerTier.choices)
    name = filters.CharFilter(lookup_expr="icontains")
    is_active = TrueOrFalseFilter()

    class Meta:
        model = Organization
        fields = ()


class TeamFilter(StrictFilterSet):
    """Teams."""

    level = filters.MultipleChoiceFilter(choices=SupportLevel.choices)
    is_active = TrueOrFalseFilter()

    class Meta:
        model = Team
        fields = ()
