"""How measured facts become rows, and how rows are replaced: compared whole, deleted, inserted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import DateField, DateTimeField, Model

from metrics.facts.contacts import ContactFacts
from metrics.facts.feedback import FeedbackFacts, SurveyRow
from metrics.facts.followups import LaterFacts, OwnFollowup
from metrics.facts.levels import EscalationRow, LevelFacts
from metrics.facts.measure import Measured, StateFacts
from metrics.facts.outages import OutageRow
from metrics.facts.resolution import CycleRow, ResolutionFacts
from metrics.facts.response import ResponseFacts, TurnRow
from metrics.facts.stays import StayRow
from metrics.facts.targets import TargetRow
from metrics.fill.inserting import insert_rows
from metrics.history import Dimensions
from metrics.models import (
    EscalationFact,
    OutageFact,
    ResolutionCycle,
    ResponseTurn,
    Stay,
    SurveyFact,
    TargetFact,
    TicketFacts,
)

Row = tuple[Any, ...]
RowsOfTickets = Mapping[int, tuple[Row, ...]]

CHUNK = 500

# The parts of a measured ticket that make up its row of facts: attribute → its fields.
PARTS: Mapping[str, type[Any]] = {
    "dimensions": Dimensions,
    "state": StateFacts,
    "response": ResponseFacts,
    "resolution": ResolutionFacts,
    "levels": LevelFacts,
    "contacts": ContactFacts,
    "own_followup": OwnFollowup,
    "feedback": FeedbackFacts,
}


def names_of(kind: type[Any]) -> tuple[str, ...]:
    """The field names of a dataclass."""
    return tuple(each.name for each in fields(kind))


DIMENSION_COLUMNS = names_of(Dimensions)
LATER_COLUMNS = names_of(LaterFacts)
MEASURED_COLUMNS = tuple(name for kind in PARTS.values() for name in names_of(kind))


@dataclass(frozen=True)
class Table:
    """One model of facts: its columns (without ticket and id), and which of them are days."""

    model: type[Model]
    columns: tuple[str, ...]
    days: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        days = tuple(i for i, name in enumerate(self.columns) if self._is_day(name))
        object.__setattr__(self, "days", days)

    def _is_day(self, name: str) -> bool:
        column = self.model._meta.get_field(name)
        return isinstance(column, DateField) and not isinstance(column, DateTimeField)

    def at(self, name: str) -> int:
        """The position of a column in a row."""
        return self.columns.index(name)

    def days_of(self, rows: Iterable[Row]) -> set[date]:
        """The days that rows count on."""
        return {row[i] for row in rows for i in self.days if row[i] is not None}


FACTS = Table(TicketFacts, (*MEASURED_COLUMNS, *LATER_COLUMNS))
TURNS = Table(ResponseTurn, names_of(TurnRow))
CYCLES = Table(ResolutionCycle, names_of(CycleRow))
STAYS = Table(Stay, names_of(StayRow))
ESCALATIONS = Table(EscalationFact, names_of(EscalationRow))
TARGETS = Table(TargetFact, names_of(TargetRow))
SURVEYS = Table(SurveyFact, names_of(SurveyRow))
OUTAGES = Table(OutageFact, names_of(OutageRow))

_measured = attrgetter(
    *(f"{part}.{name}" for part, kind in PARTS.items() for name in names_of(kind))
)
_CHILDREN = {
    TURNS: attrgetter("turns"),
    CYCLES: attrgetter("cycles"),
    STAYS: attrgetter("stays"),
    ESCALATIONS: attrgetter("escalations"),
    TARGETS: attrgetter("targets"),
    SURVEYS: attrgetter("surveys"),
    OUTAGES: attrgetter("outages"),
}
TABLES = (FACTS, *_CHILDREN)


def rows_of(table: Table, measured: Iterable[Measured], old: RowsOfTickets) -> RowsOfTickets:
    """Return the rows that tickets should have. What other tickets tell is taken over from the
    `old` row of facts, to be looked up anew (see metrics/fill/neighbours.py)."""
    if table is FACTS:
        return {each.ticket_key: (_facts_row(each, old),) for each in measured}
    values = attrgetter(*table.columns)
    children = _CHILDREN[table]
    return {each.ticket_key: tuple(map(values, children(each))) for each in measured}


def _facts_row(measured: Measured, old: RowsOfTickets) -> Row:
    later: Row = (None,) * len(LATER_COLUMNS)
    if measured.ticket_key in old:
        later = old[measured.ticket_key][0][len(MEASURED_COLUMNS) :]
    return (*_measured(measured), *later)


def stored_rows(table: Table, keys: Sequence[int]) -> RowsOfTickets:
    """Read the rows of tickets, in the order in which they were inserted. One query."""
    found: dict[int, list[Row]] = defaultdict(list)
    rows = table.model._default_manager.filter(ticket_id__in=keys).order_by("ticket_id", "pk")
    for key, *row in rows.values_list("ticket_id", *table.columns):
        found[key].append(tuple(row))
    return {key: tuple(rows) for key, rows in found.items()}


def replace_rows(
    table: Table, old: RowsOfTickets, new: RowsOfTickets, *, computed_at: datetime
) -> set[int]:
    """Delete and insert the rows of every ticket whose rows differ; return those tickets' keys.

    Rows that are the same stay untouched, so that measuring twice leaves one set of rows.
    """
    changed = {key for key, rows in new.items() if old.get(key, ()) != rows}
    stale = [key for key in changed if key in old]
    if stale:
        table.model._default_manager.filter(ticket_id__in=stale).delete()
    stamp = (computed_at,) if table is FACTS else ()
    insert_rows(
        table.model,
        ("ticket_id", *table.columns, *(("computed_at",) if stamp else ())),
        ((key, *row, *stamp) for key in sorted(changed) for row in new[key]),
    )
    return changed
