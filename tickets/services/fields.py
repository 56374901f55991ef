"""Checks what people enter into tags and into the fields that this desk added."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from tickets.errors import InvalidInput
from tickets.models import Category, CustomField, CustomFieldKind, Tag, Ticket

EMPTY = (None, "")


def find_tags(names: Iterable[str]) -> list[Tag]:
    """The tags of these words, new ones stored; a word becomes a slug, empty ones are dropped."""
    slugs = sorted({slugify(name)[:50] for name in names} - {""})
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=slugs)}
    Tag.objects.bulk_create(
        [Tag(name=slug) for slug in slugs if slug not in known], ignore_conflicts=True
    )
    return (
        list(Tag.objects.filter(name__in=slugs)) if len(known) < len(slugs) else [*known.values()]
    )


def fields_for(category: Category | None, *, is_customer: bool = False) -> list[CustomField]:
    """The custom fields of a ticket in `category`, in order; a customer fills the public ones."""
    fields = CustomField.objects.filter(Q(category__isnull=True) | Q(category=category))
    return list(fields.filter(is_public=True) if is_customer else fields)


def missing_fields(ticket: Ticket) -> list[CustomField]:
    """The fields that a ticket of its category must have and this one has not, in order."""
    fields = fields_for(ticket.category)
    return [each for each in fields if each.is_required and ticket.custom.get(each.key) in EMPTY]


def clean_custom(
    given: Mapping[str, object],
    *,
    category: Category | None,
    is_customer: bool = False,
    is_change: bool = False,
    has_asked: bool = True,
) -> dict[str, object]:
    """Return the values as they are stored: text, number, ISO date, yes or no; empty ones left out
    (a change keeps them, as None). Without `has_asked` nobody was shown the fields, and a required
    one may be missing. Raises InvalidInput naming every field at fault."""
    known = {field.key: field for field in fields_for(category, is_customer=is_customer)}
    unknown = sorted(given.keys() - known.keys())
    faults = {f"custom.{slugify(key)}": _("There is no such field.") for key in unknown}
    clean: dict[str, object] = {}
    for key, field in known.items():
        if key not in given and (is_change or not has_asked):
            continue
        try:
            value = _clean(field, given.get(key))
        except ValueError as fault:
            faults[f"custom.{key}"] = str(fault)
            continue
        if value is not None or is_change:
            clean[key] = value
    if faults:
        raise InvalidInput(_("Some fields need another look."), fields=faults)
    return clean


def _clean(field: CustomField, value: object) -> object:
    if value is None or value == "":
        if field.is_required:
            raise ValueError(required_words(field))
        return None
    match field.kind:
        case CustomFieldKind.NUMBER:
            return _number(field, value)
        case CustomFieldKind.DATE:
            return _date(field, value)
        case CustomFieldKind.BOOLEAN:
            return _boolean(field, value)
        case CustomFieldKind.CHOICE if value not in field.choices:
            words = ", ".join(map(str, field.choices))
            raise ValueError(
                _("%(field)s: choose one of %(choices)s.")
                % {"field": field.label, "choices": words}
            )
        case _:
            return _text(field, value)


def required_words(field: CustomField) -> str:
    """Say that a field may not stay empty."""
    return _("%(field)s is required.") % {"field": field.label}


def _fault(field: CustomField, words: str, **values: str) -> ValueError:
    return ValueError(words % {"field": field.label, **values})


def _text(field: CustomField, value: object) -> str:
    text = str(value).strip()[:2000]
    # Half a character pair, or a null: no database keeps them.
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError(
            _("%(field)s: leave out characters that cannot be shown.") % {"field": field.label}
        )
    return text


def _number(field: CustomField, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _fault(field, _("%(field)s: enter a number."))
    return number


def _date(field: CustomField, value: object) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError(
            _("%(field)s: enter a date such as 2026-03-31.") % {"field": field.label}
        ) from None


def _boolean(field: CustomField, value: object) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False}
    answer = words.get(str(value).lower(), False if str(value) == "0" else None)
    if answer is None:
        raise _fault(field, _("%(field)s: answer yes or no."))
    return answer
