"""What lists of customers, organizations, teams and tokens can be filtered by."""

from __future__ import annotations

import django_filters as filters
from django.db.models import QuerySet
from knox.models import AuthToken

from accounts.choices import CustomerTier, SupportLevel
from accounts.models import Organization, Team, User
from tickets.api.filters.base import (
    KeyFilter,
    MomentFilter,
    StrictFilterSet,
    TextFilter,
    TrueOrFalseFilter,
)
from tickets.search.people import search_people


class CustomerFilter(StrictFilterSet):
    """Customers; `search` finds parts of names, addresses, phone numbers and organizations."""

    search = TextFilter(method="filter_words", max_length=200)

    organization = KeyFilter(field_name="organization_id")
    email = TextFilter(lookup_expr="iexact")
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
    name = TextFilter(lookup_expr="icontains")
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


class TokenFilter(StrictFilterSet):
    """Tokens of one's own."""

    created_after = MomentFilter(field_name="created", lookup_expr="gte")
    created_before = MomentFilter(field_name="created", lookup_expr="lt")

    class Meta:
        model = AuthToken
        fields = ()
