"""Fields that say exactly what they take."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class TrueOrFalse(serializers.BooleanField):
    """JSON's true and false, and nothing that only looks like them."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse 0, 1, "yes" and the like."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Key(serializers.PrimaryKeyRelatedField[Any]):
    """The number of a row, as a number."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse a number that is written as text."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class MaybeBlank(serializers.ChoiceField):
    """One of a closed list, or "" where there is none. Shown, never taken."""

    def __init__(self, choices: Any) -> None:
        super().__init__(choices=choices, allow_blank=True, read_only=True)
