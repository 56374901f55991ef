"""What a ticket has to say before somebody solves it: the fields that the desk requires."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tickets.errors import FieldsMissing, InvalidInput
from tickets.ledger import Action
from tickets.services.fields import missing_fields, required_words
from tickets.services.properties import change_custom


def complete(
    action: Action, given: Mapping[str, object], *, is_asked: bool = True
) -> tuple[str, ...]:
    """Fill in the fields that come with a resolution, and return the columns to save. Raises
    InvalidInput, and FieldsMissing where a person leaves one empty that the category requires: a
    letter, or another category, came without it. The system is not asked; nobody is where not
    `is_asked`, and fields that came all the same are refused."""
    if not is_asked:
        refuse_fields(given)
        return ()
    changed = change_custom(action, "custom", given) if given else []
    missing = missing_fields(action.ticket) if action.actor is not None else []
    if missing:
        raise FieldsMissing(
            _("Some fields need another look."),
            fields={f"custom.{field.key}": required_words(field) for field in missing},
        )
    return tuple(changed)


def refuse_fields(given: Mapping[str, object]) -> None:
    """Raise InvalidInput for fields that come with what is resolved already: nobody was asked."""
    if given:
        words = "It is resolved already: change its fields by themselves."
        raise InvalidInput(words, fields={"custom": words})
