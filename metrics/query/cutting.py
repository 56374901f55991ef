"""Adding rows up by several segments at once, in one statement.

What each row gives to every sum is worked out once, as a table of its own; that table is then added
up for each segment. The ORM would build, send and work out the same conditions once per segment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from metrics.segments import BETWEEN

_DAY: Final = "on_day"


@dataclass(frozen=True, slots=True)
class Part:
    """What a row gives: 1 where the condition holds, or the amount. An empty condition holds."""

    condition: Q
    amount: Combinable | None = None

    @property
    def column(self) -> Combinable:
        """Null where the row gives nothing."""
        amount = Value(1, output_field=IntegerField()) if self.amount is None else self.amount
        return Case(When(self.condition, then=amount)) if self.condition else amount

    def added_up(self, name: str) -> str:
        """The SQL that adds a column of this part up; null where there was nothing to add."""
        # The cast gives a type to a column that no row can give anything to.
        return f"COUNT({name})" if self.amount is None else f"SUM(CAST({name} AS double precision))"


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows of one day (None: all days) and one value of a segment (or of two that are
    crossed) add up to, in the order of the parts. The segment "" is everything together, its value
    is "" too."""

    day: date | None
    cut: str
    segment: str
    amounts: Sequence[float | None]


def add_up(
    rows: QuerySet[Any], parts: Sequence[Part], *, day: str, cuts: Mapping[str, Sequence[str]]
) -> Iterator[Sums]:
    """Add rows up by each segment: one query, whatever the number of segments and parts.

    `day`: the path of the date to tell apart by, "" for none. `cuts`: segment → paths of its values
    (two where two are crossed), which are never null; without a path it is everything together.
    Combinations without rows are absent.
    """
    by = [[f"by_{place}_{i}" for i in range(len(each))] for place, each in enumerate(cuts.values())]
    paths = {_DAY: F(day)} if day else {}
    for names, each in zip(by, cuts.values(), strict=True):
        paths |= {name: F(path) for name, path in zip(names, each, strict=True)}
    columns = {f"part_{place}": part.column for place, part in enumerate(parts)}
    try:
        table, values = rows.values(**paths, **columns).query.sql_with_params()
    except EmptyResultSet:
        return
    added = ", ".join(part.added_up(name) for name, part in zip(columns, parts, strict=True))
    selects = (_select(place, added, day=bool(day), by=names) for place, names in enumerate(by))
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"WITH part AS ({table}) {' UNION ALL '.join(selects)}", values)
        named = tuple(cuts)
        for place, on, segment, *amounts in cursor:
            yield Sums(_date(on), named[place], segment, amounts)


def _select(place: int, added: str, *, day: bool, by: Sequence[str]) -> str:
    """One segment's part of the statement; all of its words are of our own making."""
    on, segment = _DAY if day else "NULL", _joined(by)
    keys = ", ".join([*([_DAY] if day else []), *by])
    grouped = f" GROUP BY {keys}" if keys else ""
    return f"SELECT {place}, {on}, {segment}, {added} FROM part{grouped}"  # noqa: S608


def _joined(by: Sequence[str]) -> str:
    """The SQL of a value, as `metrics.segments.joined` has it."""
    return f" || '{BETWEEN}' || ".join(f"CAST({name} AS text)" for name in by) or "''"


def _date(on: date | str | None) -> date | None:
    """SQLite gives dates as text."""
    return date.fromisoformat(on) if isinstance(on, str) else on
