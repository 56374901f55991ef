"""What a ticket's properties held before they were changed, read back from the ledger's rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from tickets.models import CustomField, PropertyChange
from tickets.services.properties import CHANGEABLE, CHOICES, NAMED

CUSTOM = "custom."
LONGEST = 250
"""A row keeps so many characters of a value; one of that length may have been cut."""


class Lost(Exception):
    """A row does not tell its former value any more."""


def former_values(rows: Iterable[PropertyChange]) -> dict[str, Any] | None:
    """Return what `change_properties` takes to restore the values before these rows; None where
    one of them is not told whole, names something that was deleted, or is no property of those."""
    values: dict[str, Any] = {}
    custom: dict[str, str] = {}
    try:
        for row in rows:
            if row.field.startswith(CUSTOM):
                custom[_custom_key(row)] = _whole(row)
            else:
                values[row.field] = _former(row)
    except Lost:
        return None
    return values | ({"custom": custom} if custom else {})


def _former(row: PropertyChange) -> Any:
    if row.field not in CHANGEABLE:  # a file, somebody who watches: they are changed otherwise
        raise Lost
    if row.field == "tags":
        return _whole(row).split(", ")
    if row.field == "subject":  # never longer than a row keeps
        return row.old_value
    if not row.old_key:
        return None if row.field in NAMED else ""
    if row.field in NAMED:
        return _named(NAMED[row.field], row.old_key)
    is_number = issubclass(CHOICES[row.field], models.IntegerChoices)
    return int(row.old_key) if is_number else row.old_key


def _named(model: type[models.Model], key: str) -> models.Model:
    found = model._default_manager.filter(pk=key).first()
    if found is None:
        raise Lost
    return found


def _custom_key(row: PropertyChange) -> str:
    """The field's key; a long one is cut in its row and then names no field."""
    key = row.field.removeprefix(CUSTOM)
    if not CustomField.objects.filter(key=key).exists():
        raise Lost
    return key


def _whole(row: PropertyChange) -> str:
    if len(row.old_value) >= LONGEST:
        raise Lost
    return row.old_value
