"""One row of a log, understood: what happened to which ticket, when. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tickets.importing.errors import BadRow
from tickets.importing.mapping import WORDS, LogMapping, StatusRule

LONGEST_ID = 120


@dataclass(frozen=True, slots=True)
class Reading:
    """A time as it was read; `second_at` as in Event."""

    at: datetime
    second_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `level` None: the row does not say. `agent` and `team` "" likewise.
    Events of a ticket are in order of (`at`, `order`, `line`). `second_at` is the moment that the
    same words mean in the second pass of a repeated hour; None where they mean one alone."""

    ticket: str
    at: datetime
    order: int
    line: int
    status: str
    rule: StatusRule
    level: int | None
    agent: str
    team: str
    attributes: Mapping[str, str]
    second_at: datetime | None = None

    def place(self) -> tuple[datetime, int, int]:
        """Return what the event is ordered by; time comes first, so no duration is negative."""
        return self.at, self.order, self.line


def understand(
    line: int, row: Mapping[str, str], mapping: LogMapping, *, now: datetime
) -> Iterator[Event]:
    """Yield the events of one row: one in a log, several where a row is a whole ticket.

    Raises BadRow with the reason.
    """
    ticket = mapping.ticket.read(row)
    if not ticket:
        raise BadRow(line, "has no ticket id")
    if len(ticket) > LONGEST_ID:
        raise BadRow(line, f"has a ticket id longer than {LONGEST_ID} characters", ticket)
    for order, time, status in _happenings(line, row, mapping, ticket=ticket):
        if time.at > now:
            raise BadRow(line, f"lies in the future: {time.at:%Y-%m-%d %H:%M:%S} UTC", ticket)
        yield Event(
            ticket=ticket,
            at=time.at,
            second_at=time.second_at if time.second_at and time.second_at <= now else None,
            order=order,
            line=line,
            status=status,
            rule=_rule(line, status, mapping, ticket=ticket),
            level=_level(line, row, mapping, ticket=ticket),
            agent=mapping.agent.read(row),
            team=mapping.team.read(row),
            attributes=_attributes(line, row, mapping, ticket=ticket),
        )


def _happenings(
    line: int, row: Mapping[str, str], mapping: LogMapping, *, ticket: str
) -> list[tuple[int, Reading, str]]:
    """Return (order, time, status value) of what the row tells."""
    if mapping.moments:
        return _moments(line, row, mapping, ticket=ticket)
    time = _time(line, row[mapping.time_column], mapping, ticket=ticket)
    return [(_order(line, row, mapping, ticket=ticket), time, mapping.status.read(row))]


def _moments(
    line: int, row: Mapping[str, str], mapping: LogMapping, *, ticket: str
) -> list[tuple[int, Reading, str]]:
    found: list[tuple[int, Reading, str]] = []
    before = ""
    for order, moment in enumerate(mapping.moments):
        text = row[moment.column].strip()
        if not text:
            continue
        time = _time(line, text, mapping, ticket=ticket)
        if found:
            time = after(time, found[-1][1].at)
            if time.at < found[-1][1].at:
                raise BadRow(line, f"“{moment.column}” ({text}) is before “{before}”", ticket)
        before = moment.column
        found.append((order, time, moment.status or row[moment.status_column].strip()))
    if not found:
        raise BadRow(line, "has no time at all", ticket)
    return found


def _time(line: int, text: str, mapping: LogMapping, *, ticket: str) -> Reading:
    text = text.strip()
    if not text:
        raise BadRow(line, "has no time", ticket)
    time = read_time(text, mapping)
    if time is None:
        raise BadRow(line, f"has a time that cannot be read: “{text[:40]}”", ticket)
    return time


def read_time(text: str, mapping: LogMapping) -> Reading | None:
    """Read a time as the mapping says; None where it is none. Without an offset it is the local
    clock of the mapping's zone: of a repeated hour the first pass, unless what came before tells
    otherwise (see `after`); a skipped time is read as if the clocks had not changed."""
    try:
        if mapping.time_format == "iso":
            at = datetime.fromisoformat(text)
        else:
            at = datetime.strptime(text, mapping.time_format)  # noqa: DTZ007  # zoned below
        if at.tzinfo is not None:
            return Reading(at.astimezone(UTC))
        at = at.replace(tzinfo=mapping.zone)
        first, second = at.astimezone(UTC), at.replace(fold=1).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Reading(first, second if second > first else None)


def after(time: Reading, moment: datetime) -> Reading:
    """Return the time in the second pass of its repeated hour where that alone lets it come after
    `moment`; else as it is."""
    if time.second_at is not None and time.at < moment <= time.second_at:
        return Reading(time.second_at)
    return time


def _order(line: int, row: Mapping[str, str], mapping: LogMapping, *, ticket: str) -> int:
    if not mapping.order_column:
        return 0
    text = row[mapping.order_column].strip()
    try:
        return int(text)
    except ValueError:
        raise BadRow(line, f"has an order that is no whole number: “{text[:40]}”", ticket) from None


def _rule(line: int, status: str, mapping: LogMapping, *, ticket: str) -> StatusRule:
    rule = mapping.rule(status)
    if rule is None:
        raise BadRow(line, f"has a status that the mapping does not know: “{status[:60]}”", ticket)
    return rule


def _level(line: int, row: Mapping[str, str], mapping: LogMapping, *, ticket: str) -> int | None:
    if not mapping.level_column:
        return None
    text = row[mapping.level_column].strip()
    if text and text not in mapping.levels:
        raise BadRow(line, f"has a level that the mapping does not know: “{text[:60]}”", ticket)
    return mapping.levels.get(text)


def _attributes(
    line: int, row: Mapping[str, str], mapping: LogMapping, *, ticket: str
) -> dict[str, str]:
    """Return what the row says of the ticket itself, the empty left out."""
    found = {}
    for key, attribute in mapping.attributes.items():
        value = attribute.read(row)
        known = WORDS.get(key)
        if value and known is not None and value not in known:
            raise BadRow(
                line, f"has a {key} that the mapping does not know: “{value[:60]}”", ticket
            )
        if value:
            found[key] = value
    return found
