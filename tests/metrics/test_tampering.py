"""What is changed behind the fill's back is named by verify_metrics: every table and column."""

from __future__ import annotations

from copy import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import models, transaction

from metrics.fill.tables import TABLES, Table
from metrics.models import DayState, Snapshot, TicketFacts
from metrics.verify import verify
from tests.cast import make_cast
from tests.kept import kept
from tests.metrics.desk import RandomDesk
from tests.tickets.scenes import new_ticket
from tickets.models import LedgerTouch, Ticket
from tickets.services.picking import pick_up
from tickets.services.properties import change_properties
from tickets.services.states import resolve

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def desk(db: None) -> RandomDesk:
    """A desk that was filled; the last ticket's follow-up window is open."""
    return kept(_filled)


def _filled() -> RandomDesk:
    cast = make_cast()
    found = RandomDesk(cast, seed=42, start=START)
    found.play(60)
    with time_machine.travel(found.now, tick=False):
        ticket = new_ticket(cast, channel="email")
        pick_up(ticket, actor=cast.agent)
        resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent)
    found.now += DAY
    found.fill()
    assert _told(found) == []
    return found


def _told(desk: RandomDesk, start: date | None = None, end: date | None = None) -> list[str]:
    with time_machine.travel(desk.now, tick=False):
        return [str(one) for one in verify(start, end).differences]


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _other(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value that the column takes."""
    match field:
        case models.BooleanField():
            return not value
        case models.DateTimeField():
            return (value or START) + timedelta(seconds=1)
        case models.DateField():
            return (value or START.date()) + DAY
        case models.CharField():
            return "other" if value != "other" else ""
        case models.JSONField():
            return {"1": 99}
        case _:
            return (value or 0) + 1


# Facts --------------------------------------------------------------------------------------


def _first(table: Table) -> Any:
    row = table.model._default_manager.order_by("pk").first()
    assert row is not None, f"the desk has no {table.model.__name__}"
    return row


def test_every_column_of_facts(desk: RandomDesk) -> None:
    """One row of each table at once: each of its columns is named with the ticket."""
    chosen = {table: _first(table) for table in TABLES}
    for table, row in chosen.items():
        values = {
            name: _other(_field(table.model, name), getattr(row, name)) for name in table.columns
        }
        table.model._default_manager.filter(pk=row.pk).update(**values)
    told = _told(desk)
    for table, row in chosen.items():
        name = table.model._meta.verbose_name
        subjects = [f"{name}, {column}: " for column in table.columns]
        assert [one for one in subjects if not _tells(told, one, row)] == []


def test_a_row_of_facts_that_is_gone_or_too_many(desk: RandomDesk) -> None:
    """Of each table at once; of the facts of a ticket there cannot be two."""
    chosen = {str(table.model._meta.verbose_name): _first(table) for table in TABLES}
    with transaction.atomic():
        for row in chosen.values():
            type(row)._default_manager.filter(pk=row.pk).delete()
        told = _told(desk)
        transaction.set_rollback(True)
    assert [name for name, row in chosen.items() if not _tells(told, f"{name}: ", row)] == []
    doubled = {name: row for name, row in chosen.items() if not isinstance(row, TicketFacts)}
    for row in doubled.values():
        row.pk = None
        row.save(force_insert=True)
    told = _told(desk)
    assert [name for name, row in doubled.items() if not _tells(told, f"{name}: ", row)] == []


def _tells(told: list[str], subject: str, row: Any) -> bool:
    """Whether something is told of the subject, and of the row's ticket."""
    return any(one.startswith(subject) and f"#{row.ticket_id}" in one for one in told)


# Snapshots ----------------------------------------------------------------------------------

COUNTS = ("count", "numerator", "denominator", "undecided", "unmeasured", "total", "histogram")
COLUMNS = (*COUNTS, "is_provisional", "definition_version")


def test_every_column_of_every_figure_and_dimension(desk: RandomDesk) -> None:
    """One row of each figure, variant and dimension at once: each is named with its day."""
    chosen = _one_of_each()
    for column in COLUMNS:
        with transaction.atomic():
            _spoil(chosen, column)
            told = _told(desk)
            transaction.set_rollback(True)
        assert _unnamed(chosen, told) == [], column


def _one_of_each() -> list[Snapshot]:
    """The first row of each figure, variant and dimension."""
    found: dict[tuple[str, str, str], Snapshot] = {}
    for row in Snapshot.objects.order_by("day", "segment"):
        found.setdefault((row.figure, row.variant, row.dimension), row)
    assert {key for key, _, _ in found} >= {"fcr", "ttr", "backlog", "touch_time", "created"}
    return list(found.values())


def _spoil(rows: list[Snapshot], column: str) -> None:
    """Give each another value in the column."""
    spoilt = [copy(row) for row in rows]
    for row in spoilt:
        setattr(row, column, _other(_field(Snapshot, column), getattr(row, column)))
    Snapshot.objects.bulk_create(
        spoilt, update_conflicts=True, unique_fields=["id"], update_fields=[column]
    )


def _unnamed(rows: list[Snapshot], told: list[str]) -> list[Snapshot]:
    """The rows that no difference names."""
    subjects = {one.partition(": ")[0] for one in told}
    return [row for row in rows if subjects.isdisjoint(_subjects(row))]


def _subjects(row: Snapshot) -> set[str]:
    """How a difference may name the row. Of a taken backlog nobody can say by which tier a ticket
    stood then: its segments are known together."""
    name = f"{row.figure}.{row.variant}" if row.variant else row.figure
    where = f" for {row.dimension} {row.segment or 'none'}" if row.dimension else ""
    found = {f"{row.day}, {name}{where}"}
    if (row.figure, row.dimension) == ("backlog", "tier"):
        found.add(f"{row.day}, {name} for every tier together")
    return found


def test_a_snapshot_that_is_gone_or_stands_elsewhere(desk: RandomDesk) -> None:
    chosen = _one_of_each()
    keys = [row.pk for row in chosen]
    with transaction.atomic():
        Snapshot.objects.filter(pk__in=keys).delete()
        told = _told(desk)
        transaction.set_rollback(True)
    assert _unnamed(chosen, told) == []
    Snapshot.objects.filter(pk__in=keys).exclude(dimension="").update(segment="98765")
    told = _told(desk)
    moved = [row for row in chosen if row.dimension and row.dimension != "tier"]
    assert _unnamed(moved, told) == []


def _invent(desk: RandomDesk, **fields: Any) -> Snapshot:
    values = {"figure": "created", "day": START.date(), "count": 5, "definition_version": 1}
    return Snapshot.objects.create(**(values | {"computed_at": desk.now} | fields))


def test_a_snapshot_that_was_invented(desk: RandomDesk) -> None:
    never_filled = START.date() - 30 * DAY
    invented = [
        _invent(desk, **fields)
        for fields in (
            {"dimension": "team", "segment": "999"},
            {"figure": "happiness"},
            {"figure": "fcr", "variant": "odd"},
            {"dimension": "mood", "segment": "good"},
            {"day": never_filled},
            {"figure": "backlog", "day": never_filled},
            {"figure": "backlog", "dimension": "tier", "segment": "odd"},
            {"figure": "backlog", "dimension": "category", "segment": "999"},
        )
    ]
    assert _unnamed(invented, _told(desk)) == []


# Days ---------------------------------------------------------------------------------------


def test_a_day_that_would_not_be_redone_when_its_windows_end(desk: RandomDesk) -> None:
    states = DayState.objects.filter(next_change_at__isnull=False, backlog_taken_at__isnull=False)
    state = states.order_by("day").first()
    assert state is not None
    assert state.next_change_at is not None
    for wrong in (None, state.next_change_at + timedelta(seconds=1)):
        DayState.objects.filter(pk=state.pk).update(next_change_at=wrong)
        assert any(one.startswith(f"{state.day}, next change: ") for one in _told(desk))


def test_a_day_whose_state_is_gone(desk: RandomDesk) -> None:
    """Its snapshots would be added to what is counted from facts."""
    day = START.date()
    DayState.objects.filter(day=day).delete()
    told = _told(desk)
    assert any(one.startswith(f"{day}, ") for one in told)


def test_a_backlog_that_cannot_have_been_taken_then(desk: RandomDesk) -> None:
    day = START.date()
    for wrong in (START, desk.now + DAY):
        DayState.objects.filter(day=day).update(backlog_taken_at=wrong)
        assert any(one.startswith(f"{day}, backlog taken: ") for one in _told(desk)), wrong


def test_a_day_that_was_computed_in_the_future(desk: RandomDesk) -> None:
    day = START.date()
    DayState.objects.filter(day=day).update(computed_at=desk.now + DAY)
    assert any(one.startswith(f"{day}, computed: ") for one in _told(desk))


# No false alarms ----------------------------------------------------------------------------


def test_what_changed_lawfully_since_the_backlog_was_taken_is_no_difference(
    desk: RandomDesk,
) -> None:
    cast = desk.cast
    ticket = Ticket.objects.open().order_by("pk")[0]
    desk.now += 2 * DAY
    desk.fill()
    with time_machine.travel(desk.now, tick=False):
        changes = {"category": cast.other_category, "impact": 1, "urgency": 1}
        change_properties(ticket, changes=changes, actor=cast.agent)
        cast.organization.tier = "business"
        cast.organization.save()
        LedgerTouch.objects.bulk_create(
            LedgerTouch(ticket=each, touched_at=desk.now) for each in Ticket.objects.all()
        )
    desk.fill()
    assert _told(desk) == []
