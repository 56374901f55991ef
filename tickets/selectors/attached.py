"""What many rows name, loaded for all of them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model


def attach_named(rows: Iterable[Model], *, names: Collection[str]) -> None:
    """Load what the foreign keys of these names point to, in one query for each model, however many
    tables the rows are of; a row need not have all of them. Joins would bring a person's columns
    once for each table and row."""
    links = [
        (row, field)
        for row in rows
        for name in names
        if (field := _field(type(row), name)) and getattr(row, field.attname) is not None
    ]
    keys: dict[Any, set[int]] = defaultdict(set)
    for row, field in links:
        keys[field.related_model].add(getattr(row, field.attname))
    found = {model: model._base_manager.in_bulk(numbers) for model, numbers in keys.items()}
    for row, field in links:
        setattr(row, field.name, found[field.related_model][getattr(row, field.attname)])


@cache
def _field(model: type[Model], name: str) -> ForeignKey[Any, Any] | None:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, ForeignKey) else None
