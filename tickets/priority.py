"""Priority from impact and urgency. Pure."""

from __future__ import annotations

from typing import Final

from tickets.choices import Impact, Priority, Urgency

# Rows: impact; columns: urgency high, medium, low. The matrix of ITIL's practice guides, with four
# grades instead of five.
_MATRIX: Final = {
    Impact.HIGH: (Priority.URGENT, Priority.HIGH, Priority.NORMAL),
    Impact.MEDIUM: (Priority.HIGH, Priority.NORMAL, Priority.LOW),
    Impact.LOW: (Priority.NORMAL, Priority.LOW, Priority.LOW),
}


def derive_priority(*, impact: int, urgency: int) -> Priority:
    """Return the priority of a ticket. Raises ValueError for an unknown impact or urgency."""
    return _MATRIX[Impact(impact)][Urgency(urgency) - 1]
