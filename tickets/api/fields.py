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


class Words(serializers.CharField):
    """Text, as text: a number is none."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse a number, which would be taken for its digits."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Tag(serializers.SlugField):
    """A tag, as text: a number is none."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse a number, which would be taken for its digits."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Address(serializers.EmailField):
    """An e-mail address, in lower case: one address is one person, whatever its case."""

    def to_internal_value(self, data: Any) -> str:
        """Settle the case before anything asks whether somebody has it."""
        return super().to_internal_value(data).lower()


class Key(serializers.PrimaryKeyRelatedField[Any]):
    """The number of a row, as a number."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuse empty text, which would be taken for null."""
        if data == "":
            self.fail("incorrect_type", data_type="str")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse a number that is written as text."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class MaybeBlank(serializers.ChoiceField):
    """One of a closed list, or "" where there is none. Shown, never taken."""

    def __init__(self, choices: Any) -> None:
        super().__init__(choices=choices, allow_blank=True, read_only=True)
