"""What the contacts of one ticket can be filtered by: they are derived, no rows of a table."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework.request import Request

from tickets.api.filters.base import StrictFilterSet, TrueOrFalseFilter
from tickets.choices import Channel
from tickets.contacts import ContactSpan
from tickets.models import Contact


class ContactSpanFilter(StrictFilterSet):
    """Contacts of one ticket, live and written: derived, so nothing of it is asked of the database.
    See `keeps`."""

    channel = filters.MultipleChoiceFilter(choices=Channel.choices)
    is_live = TrueOrFalseFilter()
    is_by_customer = TrueOrFalseFilter()

    class Meta:
        model = Contact
        fields = ()

    def keeps(self, span: ContactSpan) -> bool:
        """Answer whether a contact is one of those that a valid filter asks for."""
        asked = self.form.cleaned_data
        wanted = {name: asked[name] for name in ("is_live", "is_by_customer") if asked[name] != ""}
        return (not asked["channel"] or span.channel in asked["channel"]) and all(
            getattr(span, name) == value for name, value in wanted.items()
        )


class SpanBackend(DjangoFilterBackend):
    """Filters contacts that were derived, with the words of all other filters."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Return those that the address asks for, in their order."""
        chosen = ContactSpanFilter(
            request.query_params, queryset=Contact.objects.none(), request=request
        )
        if not chosen.is_valid():
            raise translate_validation(chosen.errors)
        return [span for span in queryset if chosen.keeps(span)]
