"""The priority matrix."""

import pytest

from tickets.choices import Priority
from tickets.priority import derive_priority


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        (1, 1, Priority.URGENT),
        (1, 2, Priority.HIGH),
        (1, 3, Priority.NORMAL),
        (2, 1, Priority.HIGH),
        (2, 2, Priority.NORMAL),
        (2, 3, Priority.LOW),
        (3, 1, Priority.NORMAL),
        (3, 2, Priority.LOW),
        (3, 3, Priority.LOW),
    ],
)
def test_matrix(impact: int, urgency: int, priority: Priority) -> None:
    assert derive_priority(impact=impact, urgency=urgency) == priority


@pytest.mark.parametrize(("impact", "urgency"), [(0, 1), (1, 4)])
def test_unknown_grades_are_refused(impact: int, urgency: int) -> None:
    with pytest.raises(ValueError, match="not a valid"):
        derive_priority(impact=impact, urgency=urgency)
