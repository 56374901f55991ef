"""What a mapping says: how a log's columns and values read as tickets, statuses and levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, tzinfo

from tickets.choices import Channel, Priority, TicketType
from tickets.importing.errors import MappingError

JOINER = "/"
# What an attribute may hold where it is one of our own words.
WORDS = {
    "priority": frozenset(name.lower() for name in Priority.names),
    "channel": frozenset(Channel.values),
    "type": frozenset(TicketType.values),
}


@dataclass(frozen=True, slots=True)
class Field:
    """Columns that together make one value, joined by a slash; `values` renames what stands there
    and `prefix` is put before it. Without columns every row has `default`."""

    columns: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    default: str = ""

    def read(self, row: Mapping[str, str]) -> str:
        """Return the value of a row, "" where all its columns are empty and there is no default."""
        parts = [row[column].strip() for column in self.columns]
        raw = JOINER.join(parts) if any(parts) else ""
        if not raw:
            return self.default
        return self.values.get(raw, self.prefix + raw)


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What a value of the status column means.

    `becomes` "" keeps the status, and reopens a ticket that was done. `is_new_until_picked_up`
    reads as New for as long as the ticket has been in no other status. `level` moves the ticket
    there. `contact` is the channel of a live contact that lasted until this resolution.
    `is_by_time` says that nobody did it.
    """

    becomes: str = ""
    is_new_until_picked_up: bool = False
    level: int | None = None
    contact: str = ""
    cancel_reason: str = ""
    is_by_time: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """In a file with one row per ticket: a column of times, and what happened then. The status is
    one fixed value or that of a column; both are looked up among the status rules."""

    column: str
    status: str = ""
    status_column: str = ""


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """The business calendar that the tickets fall under; made where none has its name.

    `hours` are (weekday, opens, closes), Monday 0.
    """

    name: str
    time_zone: str
    holiday_country: str
    is_round_the_clock: bool
    hours: tuple[tuple[int, time, time], ...]


@dataclass(frozen=True, slots=True)
class LogMapping:
    """A whole mapping; see docs/import/README.md for its form."""

    name: str
    encoding: str
    delimiter: str
    ticket: Field
    order_column: str
    time_column: str
    time_format: str
    zone: tzinfo
    status: Field
    rules: Mapping[str, StatusRule]
    moments: tuple[Moment, ...]
    level_column: str
    levels: Mapping[str, int]
    first_level: int
    agent: Field
    is_agent_owner: bool
    robots: frozenset[str]
    team: Field
    attributes: Mapping[str, Field]
    has_contacts: bool
    calendar: CalendarPlan

    def columns(self) -> tuple[str, ...]:
        """Return every column that the file must have, each once."""
        fields = (self.ticket, self.status, self.agent, self.team, *self.attributes.values())
        found = [column for each in fields for column in each.columns]
        found += [self.order_column, self.time_column, self.level_column]
        for moment in self.moments:
            found += [moment.column, moment.status_column]
        return tuple(dict.fromkeys(column for column in found if column))

    def rule(self, value: str) -> StatusRule | None:
        """Return what a status value means; None where the mapping does not know it."""
        return self.rules.get(value)


def unknown_columns(mapping: LogMapping, header: list[str]) -> MappingError | None:
    """Return the error that names what the file lacks or has twice; None where all is well."""
    for column in mapping.columns():
        if header.count(column) == 1:
            continue
        fault = "no" if column not in header else "more than one"
        return MappingError(
            f"The file has {fault} column “{column}”; its columns are: {', '.join(header)}."
        )
    return None
