"""What is changed behind the fill's back is named by verify_metrics: every table and column."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import models, transaction

from metrics.fill.tables import TABLES, Table
from metrics.models import DayState, Snapshot, TicketFacts
from metrics.verify import verify
from tests.cast import Cast
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
def desk(cast: Cast) -> RandomDesk:
    """A desk that was filled; the last ticket's follow-up window is open."""
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
    for table in TABLES:
        row = _first(table)
        values = {
            name: _other(_field(table.model, name), getattr(row, name)) for name in table.columns
        }
        with transaction.atomic():
            table.model._default_manager.filter(pk=row.pk).update(**values)
            told = _told(desk)
            transaction.set_rollback(True)
        for name in table.columns:
            subject = f"{table.model._meta.verbose_name}, {name}: "
            found = [one for one in told if one.startswith(subject)]
            assert any(f"#{row.ticket_id}" in one for one in found), (table.model, name)


def test_a_row_of_facts_that_is_gone_or_too_many(desk: RandomDesk) -> None:
    for table in TABLES:
        row = _first(table)
        with transaction.atomic():
            table.model._default_manager.filter(pk=row.pk).delete()
            assert any(f"#{row.ticket_id}" in one for one in _told(desk)), table.model
            transaction.set_rollback(True)
        if table.model is TicketFacts:
            continue
        with transaction.atomic():
            row.pk = None
            row.save(force_insert=True)
            assert any(f"#{row.ticket_id}" in one for one in _told(desk)), table.model
            transaction.set_rollback(True)


# Snapshots ----------------------------------------------------------------------------------

COUNTS = ("count", "numerator", "denominator", "undecided", "unmeasured", "total", "histogram")
COLUMNS = (*COUNTS, "is_provisional", "definition_version")


def test_every_column_of_every_figure_and_dimension(desk: RandomDesk) -> None:
    """One row of each figure, variant and dimension at once: each is named with its day."""
    chosen = _one_of_each()
    for column in COLUMNS:
        with transaction.atomic():
            for row in chosen:
                _spoil(row, column)
            told = _told(desk)
            transaction.set_rollback(True)
        assert [row for row in chosen if not _is_named(row, told)] == [], column


def _one_of_each() -> list[Snapshot]:
    """The first row of each figure, variant and dimension."""
    found: dict[tuple[str, str, str], Snapshot] = {}
    for row in Snapshot.objects.order_by("day", "segment"):
        found.setdefault((row.figure, row.variant, row.dimension), row)
    assert {key for key, _, _ in found} >= {"fcr", "ttr", "backlog", "touch_time", "created"}
    return list(found.values())


def _spoil(row: Snapshot, column: str) -> None:
    other = _other(_field(Snapshot, column), getattr(row, column))
    Snapshot.objects.filter(pk=row.pk).update(**{column: other})


def _is_named(row: Snapshot, told: list[str]) -> bool:
    return any(_names(one, row) for one in told)


def _names(told: str, row: Snapshot) -> bool:
    """Whether a difference names the row. Of a taken backlog nobody can say by which tier a ticket
    stood then: its segments are known together."""
    name = f"{row.figure}.{row.variant}" if row.variant else row.figure
    where = f" for {row.dimension} {row.segment or 'none'}" if row.dimension else ""
    together = f"{row.day}, {name} for every tier together: "
    is_together = (row.figure, row.dimension) == ("backlog", "tier") and told.startswith(together)
    return is_together or told.startswith(f"{row.day}, {name}{where}: ")


def test_a_snapshot_that_is_gone_or_stands_elsewhere(desk: RandomDesk) -> None:
    chosen = _one_of_each()
    keys = [row.pk for row in chosen]
    with transaction.atomic():
        Snapshot.objects.filter(pk__in=keys).delete()
        told = _told(desk)
        transaction.set_rollback(True)
    assert [row for row in chosen if not _is_named(row, told)] == []
    Snapshot.objects.filter(pk__in=keys).exclude(dimension="").update(segment="98765")
    told = _told(desk)
    moved = [row for row in chosen if row.dimension and row.dimension != "tier"]
    assert [row for row in moved if not _is_named(row, told)] == []


def _invent(desk: RandomDesk, **fields: Any) -> str:
    values = {"figure": "created", "day": START.date(), "count": 5, "definition_version": 1}
    values |= {"computed_at": desk.now} | fields
    row = Snapshot.objects.create(**values)
    told = [one for one in _told(desk) if _names(one, row)]
    assert told, values
    return told[0]


def test_a_snapshot_that_was_invented(desk: RandomDesk) -> None:
    never_filled = START.date() - 30 * DAY
    for fields in (
        {"dimension": "team", "segment": "999"},
        {"figure": "happiness"},
        {"figure": "fcr", "variant": "odd"},
        {"dimension": "mood", "segment": "good"},
        {"day": never_filled},
        {"figure": "backlog", "day": never_filled},
        {"figure": "backlog", "dimension": "tier", "segment": "odd"},
        {"figure": "backlog", "dimension": "category", "segment": "999"},
    ):
        with transaction.atomic():
            _invent(desk, **fields)
            transaction.set_rollback(True)


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
    cast: Cast, desk: RandomDesk
) -> None:
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
