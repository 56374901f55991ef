"""The fields that this desk added, in forms: which belong to a category, how they are drawn for
staff, and what was entered. Values are checked by the commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from tickets.models import Category, CustomField, CustomFieldKind, Ticket
from tickets.services.fields import missing_fields, required_words

CUSTOM = "custom."
"""What their names begin with in a form; a refusal names them so as well."""


def chosen_category(chosen: object) -> Category | None:
    """Return the category that a form's value names; None where it names none in use."""
    number = str(chosen or "")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return Category.objects.filter(pk=int(number), is_active=True).first()


def custom_values(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered into them, by key, as the commands take it."""
    return {
        name.removeprefix(CUSTOM): value
        for name, value in cleaned.items()
        if name.startswith(CUSTOM)
    }


def missing_form_fields(ticket: Ticket) -> dict[str, forms.Field]:
    """Return what is to be filled in before a ticket is solved, by the names of `CUSTOM`."""
    found = {}
    for field in missing_fields(ticket):
        asked = custom_form_field(field, is_required=True)
        asked.error_messages["required"] = required_words(field)
        found[CUSTOM + field.key] = asked
    return found


def shown_value(value: object) -> object:
    """Return a stored value as `custom_form_field` shows it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def custom_form_field(field: CustomField, *, is_required: bool) -> forms.Field:
    """Return the form field that staff fill in."""
    options: dict[str, Any] = {"label": field.label, "required": is_required}
    match field.kind:
        case CustomFieldKind.CHOICE:
            words = [("", "–"), *((word, word) for word in field.choices)]
            return forms.ChoiceField(choices=words, **options)
        case CustomFieldKind.BOOLEAN:
            answers = [("", "–"), ("yes", "Yes"), ("no", "No")]
            return forms.ChoiceField(choices=answers, **options)
        case CustomFieldKind.DATE:
            return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **options)
        case CustomFieldKind.NUMBER:
            return forms.CharField(
                widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options
            )
        case _:
            return forms.CharField(max_length=2000, **options)
