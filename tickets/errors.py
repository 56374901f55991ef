"""The errors that commands raise; each has a stable code and a sentence that says what to do.

helpdesk/errors.py maps them to HTTP, the web layer to messages.
"""

from __future__ import annotations


class DeskError(Exception):
    """A refusal that a person can act on. `code` is stable; `message` is shown as it is;
    `fields` maps a field to its own sentence, where the fault is in the input."""

    code = "refused"

    def __init__(self, message: str, *, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields or {}


class NotAllowed(DeskError):
    """The actor may not do this, although they may know of the ticket."""

    code = "not_allowed"


class DatedBack(NotAllowed):
    """The actor may do this, and may not say that it happened earlier."""

    code = "dated_back"


class WrongState(DeskError):
    """The ticket's status does not allow this verb."""

    code = "wrong_state"


class InvalidInput(DeskError):
    """Something that was entered is missing or wrong."""

    code = "invalid_input"


class FieldsMissing(InvalidInput):
    """Fields that the desk requires are still empty, each named in `fields`; with them it can be
    done."""

    code = "fields_missing"


class Conflict(DeskError):
    """Somebody else changed it first."""

    code = "conflict"


class Unavailable(DeskError):
    """Something that this needs does not work just now; nothing was done."""

    code = "unavailable"


class NotThere(DeskError):
    """It does not exist, or not for this reader: both look the same."""

    code = "not_found"
