"""Predicates answered in Python: whether a row held in memory is one that a `Q` would find.

Only the lookups that declarations use are known; a row without the field that another one names
is an error, never a guess. A comparison with no value does not hold, and its negation does: so
Django has it, which guards what it negates with IS NOT NULL.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import F, Q
from django.db.models.expressions import Combinable

Row = Mapping[str, Any]
Test = Callable[[Row], bool]

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, listed: value in listed,
}
_LOOKUPS: Final = frozenset({*_COMPARISONS, "isnull"})


def compiled(condition: Q) -> Test:
    """The condition as a function of rows. Fields are whole paths ("ticket__facts__tier")."""
    tests = [_test_of(child) for child in condition.children]
    if condition.connector == Q.OR and tests:
        found: Test = lambda row: any(test(row) for test in tests)  # noqa: E731  # of a pair
    else:
        found = lambda row: all(test(row) for test in tests)  # noqa: E731
    return (lambda row: not found(row)) if condition.negated else found


def _test_of(child: Any) -> Test:
    """A part of a condition: another condition, or a lookup with what it looks for."""
    return compiled(child) if isinstance(child, Q) else _comparison(*child)


def value(expression: Combinable, row: Row) -> Any:
    """The value of a plain field; other expressions belong to policies that are not stored."""
    if not isinstance(expression, F):
        raise TypeError(f"{expression!r} cannot be answered in Python.")
    return row[expression.name]  # type: ignore[attr-defined]  # F has it; the stubs do not


def _comparison(lookup: str, wanted: Any) -> Test:
    path, _, name = lookup.rpartition("__")
    if name not in _LOOKUPS:
        path, name = lookup, "exact"
    if name == "isnull":
        return lambda row: (row[path] is None) is wanted
    compare = _COMPARISONS[name]
    return lambda row: row[path] is not None and compare(row[path], wanted)
