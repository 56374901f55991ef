"""Turns the TOML of a mapping into a LogMapping, or says what is wrong with it."""

from __future__ import annotations

from datetime import UTC, time, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from accounts.choices import SupportLevel
from accounts.zones import known_zone
from tickets.choices import CancelReason, Channel, Status
from tickets.importing.errors import MappingError
from tickets.importing.mapping import WORDS, CalendarPlan, Field, LogMapping, Moment, StatusRule
from tickets.importing.toml import Table, read_table

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ATTRIBUTES = (
    "subject",
    "description",
    "customer",
    "organization",
    "category",
    "product",
    "priority",
    "channel",
    "type",
)


def load_mapping(path: Path) -> LogMapping:
    """Read and check a mapping. Raises MappingError with the place and what to do."""
    return parse_mapping(read_table(path))


def parse_mapping(root: Table) -> LogMapping:
    """Check a mapping and give it its types; every key must be one that is known."""
    name = root.text("name")
    file, when, status = _need(root, "file"), _need(root, "time"), _need(root, "status", {})
    level, agent = _need(root, "level", {}), _need(root, "agent", {})
    contacts = _need(root, "contacts", {})
    moments = tuple(_moment(table) for table in when.tables("moment"))
    mapping = LogMapping(
        name=name,
        encoding=file.text("encoding", "utf-8"),
        delimiter=_delimiter(file),
        ticket=Field(file.texts("ticket")),
        order_column=file.text("order", ""),
        time_column=when.text("column", "") if moments else when.text("column"),
        time_format=when.text("format", "iso"),
        zone=_zone(when),
        status=Field(status.texts("column", ()) if moments else status.texts("column")),
        rules=_rules(status),
        moments=moments,
        level_column=level.text("column", ""),
        levels=_levels(level),
        first_level=_level(level, "first") or SupportLevel.L1,
        agent=_columns(agent),
        is_agent_owner=_is_owner(agent),
        robots=frozenset(agent.texts("robots", ())),
        team=_field(root.table("team", {})),
        attributes=_attributes(_need(root, "ticket", {})),
        has_contacts=contacts.flag("recorded"),
        calendar=_calendar(_need(root, "calendar")),
    )
    for table in (file, when, status, level, agent, contacts, root):
        table.done()
    _check_moments(mapping)
    return mapping


def _need(root: Table, key: str, default: dict[str, object] | None = None) -> Table:
    table = root.table(key) if default is None else root.table(key, default)
    assert table is not None  # noqa: S101  # neither call lets it be absent
    return table


def _delimiter(file: Table) -> str:
    delimiter = file.text("delimiter", ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise file.wrong("“delimiter” must be one character, such as “,” or “;”.")
    return delimiter


# Columns ------------------------------------------------------------------------------------


def _columns(table: Table) -> Field:
    """Read a field's keys and leave the others of its table to the caller."""
    return Field(
        columns=table.texts("column", ()),
        values=table.words("values"),
        prefix=table.text("prefix", ""),
        default=table.text("default", ""),
    )


def _field(table: Table | None) -> Field:
    if table is None:
        return Field()
    found = _columns(table)
    table.done()
    return found


def _attributes(table: Table) -> dict[str, Field]:
    found = {}
    for key in ATTRIBUTES:
        inner = table.table(key, None)
        if inner is not None:
            found[key] = _field(inner)
            _check_words(inner, key, found[key])
    table.done()
    return found


def _check_words(table: Table, key: str, attribute: Field) -> None:
    known = WORDS.get(key)
    if known is None:
        return
    for word in (*attribute.values.values(), attribute.default):
        if word and word not in known:
            raise table.wrong(f"“{word}” is none of: {', '.join(sorted(known))}.")


def _is_owner(table: Table) -> bool:
    meaning = table.text("is", "owner")
    if meaning not in ("owner", "actor"):
        raise table.wrong("“is” must be “owner” (who holds the ticket) or “actor” (who did it).")
    return meaning == "owner"


# Status and level ---------------------------------------------------------------------------


def _rules(status: Table) -> dict[str, StatusRule]:
    rules: dict[str, StatusRule] = {}
    for table in status.tables("rule"):
        values, rule = table.texts("values"), _rule(table)
        table.done()
        for value in values:
            if value in rules:
                raise table.wrong(f"“{value}” has a rule already.")
            rules[value] = rule
    if not rules:
        raise status.wrong("there is no [[status.rule]]: no value could be understood.")
    return rules


def _rule(table: Table) -> StatusRule:
    becomes, keeps = table.text("becomes", ""), table.flag("keeps_status")
    if bool(becomes) == keeps:
        raise table.wrong("say either “becomes” or “keeps_status = true”.")
    if becomes and becomes not in Status.values:
        raise table.wrong(f"“{becomes}” is no status; they are: {', '.join(Status.values)}.")
    rule = StatusRule(
        becomes=becomes,
        is_new_until_picked_up=table.flag("is_new_until_picked_up"),
        level=_level(table, "level"),
        contact=_one_of(table, "contact", Channel.values),
        cancel_reason=_one_of(table, "cancel_reason", CancelReason.values),
        is_by_time=table.flag("is_by_time"),
    )
    if rule.contact and becomes not in (Status.RESOLVED, Status.CLOSED):
        raise table.wrong("“contact” belongs to a rule that becomes resolved or closed.")
    return rule


def _one_of(table: Table, key: str, words: list[str]) -> str:
    word = table.text(key, "")
    if word and word not in words:
        raise table.wrong(f"“{key}” must be one of: {', '.join(words)}.")
    return word


def _level(table: Table, key: str) -> int | None:
    number = table.number(key, None)
    if number is not None and number not in SupportLevel.values:
        raise table.wrong(f"“{key}” must be a level from 1 to {max(SupportLevel.values)}.")
    return number


def _levels(table: Table) -> dict[str, int]:
    """Return what the values of the level column mean; the numbers themselves where none is
    said."""
    levels = table.numbers("values") or {str(level): level for level in SupportLevel.values}
    for number in levels.values():
        if number not in SupportLevel.values:
            raise table.wrong(f"{number} is no level.")
    return levels


# Time ---------------------------------------------------------------------------------------


def _moment(table: Table) -> Moment:
    moment = Moment(table.text("column"), table.text("status", ""), table.text("status_column", ""))
    table.done()
    if bool(moment.status) == bool(moment.status_column):
        raise table.wrong("say either “status” or “status_column”.")
    return moment


def _check_moments(mapping: LogMapping) -> None:
    for moment in mapping.moments:
        if moment.status and moment.status not in mapping.rules:
            raise MappingError(
                f"In [[time.moment]]: no [[status.rule]] has the value “{moment.status}”."
            )


def _zone(table: Table) -> tzinfo:
    name = table.text("zone", "")
    return _known_zone(table, name) if name else UTC


def _known_zone(table: Table, name: str) -> ZoneInfo:
    zone = known_zone(name)
    if zone is None:
        raise table.wrong(f"“{name}” is no time zone; write one such as Europe/Rome.")
    return zone


def _calendar(table: Table) -> CalendarPlan:
    name, zone = table.text("name"), table.text("time_zone")
    _known_zone(table, zone)
    is_round_the_clock = table.flag("round_the_clock")
    country = table.text("holiday_country", "")
    week = _need(table, "hours", {})
    hours = tuple(slot for n, day in enumerate(WEEKDAYS) for slot in _hours(week, day, n))
    week.done()
    table.done()
    if not hours and not is_round_the_clock:
        raise table.wrong("it is never open: give [calendar.hours] or “round_the_clock = true”.")
    return CalendarPlan(name, zone, country, is_round_the_clock, hours)


def _hours(week: Table, day: str, number: int) -> list[tuple[int, time, time]]:
    return [(number, *_span(week, span)) for span in week.texts(day, ())]


def _span(week: Table, text: str) -> tuple[time, time]:
    """Read "08:00-18:00"; "24:00" is midnight at the end of the day."""
    opens, _, closes = text.replace("24:00", "00:00").partition("-")
    try:
        span = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError as broken:
        raise week.wrong(f"“{text}” must be written as 08:00-18:00.") from broken
    if span[1] != time.min and span[1] <= span[0]:
        raise week.wrong(f"“{text}” closes before it opens; a night is two spans.")
    return span
