"""What all filters share: they refuse what they cannot read, and keep the desk's from customers."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import django_filters as filters
from django import forms
from django_filters.fields import IsoDateTimeField
from drf_spectacular.utils import extend_schema_field

from accounts.choices import Role
from tickets.api.caller import caller
from tickets.errors import InvalidInput

LARGEST_KEY = 2**63 - 1
LONGEST_TEXT = 250
NO_NUL = r"^[^\u0000]*$"


class RefusesEmpty(forms.Form):
    """A parameter that was sent empty is an error; one that was left out is not."""

    def clean(self) -> dict[str, Any] | None:
        """Name each that was sent empty."""
        for name in self.fields:
            if name in self.data and not self.data[name]:
                self.add_error(name, "Leave the parameter out, or give it a value.")
        return super().clean()


def for_staff(kind: type[filters.Filter], **options: Any) -> filters.Filter:
    """Return a filter for the desk alone: what it asks by is not shown to customers."""
    one = kind(help_text="Staff only.", **options)
    one.is_for_staff = True
    return one


class StrictFilterSet(filters.FilterSet):
    """Filters that refuse what they cannot read, instead of ignoring it, and those of staff from
    customers: a filter is an answer, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and caller(self.request).role == Role.CUSTOMER:
            self._keep_from_customers()

    def _keep_from_customers(self) -> None:
        hidden = {name for name, each in self.filters.items() if hasattr(each, "is_for_staff")}
        asked = sorted(hidden & self.data.keys())
        if asked:
            words = "This filter is for the desk's staff: leave it out."
            raise InvalidInput(words, fields=dict.fromkeys(asked, words))
        for name in hidden:
            del self.filters[name]

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

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=LARGEST_KEY, **kwargs)
        _describe(self, type="integer", minimum=0, maximum=LARGEST_KEY)


class TrueOrFalseFilter(filters.TypedChoiceFilter):
    """`true` or `false`; anything else is an error, not ignored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        words = (("true", "Yes"), ("false", "No"))
        super().__init__(*args, choices=words, coerce=lambda text: text == "true", **kwargs)
        _describe(self, type="boolean")


class ScoreFilter(filters.NumberFilter):
    """A score of a survey, 0 to 10."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=10, **kwargs)
        _describe(self, type="integer", minimum=0, maximum=10)


class TextFilter(filters.CharFilter):
    """A text, or a part of one, that is not empty."""

    def __init__(self, *args: Any, max_length: int = LONGEST_TEXT, **kwargs: Any) -> None:
        super().__init__(*args, max_length=max_length, **kwargs)
        _describe(self, type="string", minLength=1, maxLength=max_length, pattern=NO_NUL)


def _describe(one: filters.Filter, **schema: Any) -> None:
    """Tell the schema what a filter takes, to the letter."""
    extend_schema_field({**schema, "description": one.extra.get("help_text", "")})(one)
