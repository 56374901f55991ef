"""What is changed in a ledger past the commands is named by check_ledger or verify_metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from metrics.fill import fill_touched
from metrics.fill.rollup import fill_days
from metrics.verify import verify
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.tickets.scenes import live_ticket, new_ticket
from tickets.models import (
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    LedgerRow,
    Link,
    Message,
    PropertyChange,
    Ticket,
    Transition,
)
from tickets.services.contacting import end_contact, log_contact, void_contact
from tickets.services.escalating import accept_escalation, deescalate, escalate, return_escalation
from tickets.services.holding import assign
from tickets.services.ledger_check import find_differences
from tickets.services.properties import change_properties
from tickets.services.relating import link, merge, unlink
from tickets.services.states import reopen, resolve, wait
from tickets.services.talking import acknowledge, add_note, reply, reply_as_customer

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
HAND_OFF: Final[dict[str, Any]] = {"reason": "knowledge", "tried": "All.", "known": "Nothing."}
WHY: Final[dict[str, Any]] = {"reason": "incomplete", "note": "What?"}
PLAYED: Final[tuple[type[LedgerRow], ...]] = (
    Message, Contact, ContactLeg, Escalation, Assignment, Transition, PropertyChange, Link,
    Correction,
)  # fmt: skip

# Told once and repeated nowhere: nothing follows from them.
TOLD_ONCE: Final = {
    *("note", "body", "tried", "known", "asked", "old_value", "new_value", "subject"),
    *("action_id", "channel", "source"),
    *("Transition.reason", "Transition.resolution_code", "Transition.is_l1_capable"),
    *("Assignment.reason", "Escalation.manager", "ContactLeg.agent", "Correction.kind"),
    *("Link.actor", "Link.capacity", "Correction.actor", "Correction.capacity"),
    *("PropertyChange.capacity", "Contact.direction"),
    *("PropertyChange.occurred_at", "Link.occurred_at", "Correction.occurred_at"),
}


@pytest.fixture
def desk(db: None) -> Iterator[Cast]:
    """A desk with every kind of row, filled; time stands still afterwards."""
    cast, now = kept(_filled)
    with time_machine.travel(now, tick=False):
        yield cast


def _filled() -> tuple[Cast, datetime]:
    cast = make_cast()
    with time_machine.travel(START, tick=False) as clock:

        def later(hours: float = 1) -> None:
            clock.shift(timedelta(hours=hours))

        ticket = _escalated_and_solved(cast, later)
        _corrected(cast, ticket, later)
        _followed(cast, ticket)
        later(30)
        fill_touched()
        fill_days()
        assert _named() == set()
        return cast, timezone.now()


def _escalated_and_solved(cast: Cast, later: Callable[..., None]) -> Ticket:
    ticket = live_ticket(cast, category=cast.category)
    later(0.1)
    up: dict[str, Any] = {"to_team": cast.l2, "actor": cast.agent, **HAND_OFF}
    escalate(ticket, is_warm=True, to_agent=cast.l2_agent, **up)
    later(0.1)
    return_escalation(ticket, actor=cast.l2_agent, **WHY)
    end_contact(ticket, actor=cast.agent)
    later()
    change_properties(ticket, changes={"category": cast.other_category}, actor=cast.agent)
    reply(ticket, body="Try.", then="waiting_customer", actor=cast.agent)
    later(20)
    reply_as_customer(ticket, body="No.", actor=cast.customer)
    later()
    escalate(ticket, **up)
    later()
    accept_escalation(ticket, actor=cast.l2_agent)
    change_properties(ticket, changes={"category": cast.category}, actor=cast.l2_agent)
    later()
    deescalate(ticket, to_team=cast.l1, actor=cast.l2_agent, **WHY)
    assign(ticket, assignee=cast.second_agent, actor=cast.lead)
    later()
    resolve(ticket, resolution_code="solved", reply="So.", actor=cast.second_agent)
    later(30)
    return ticket


def _corrected(cast: Cast, ticket: Ticket, later: Callable[..., None]) -> None:
    """Thanks taken for a reopen, a call that did not happen, and a second resolution."""
    thanks = reply_as_customer(ticket, body="Thanks!", actor=cast.customer)
    assert isinstance(thanks, Message)
    later()
    acknowledge(ticket, message=thanks, actor=cast.agent)
    later()
    reopen(ticket, reason="Too soon.", actor=cast.agent)
    wait(ticket, for_="vendor", actor=cast.agent)
    later()
    add_note(ticket, body="Hm.", actor=cast.agent)
    started = ticket.received_at + 3 * HOUR
    times: dict[str, Any] = {"started_at": started, "ended_at": started + HOUR}
    wrong = log_contact(ticket, channel="phone", actor=cast.agent, **times)
    later()
    void_contact(ticket, contact=wrong, note="Wrong number.", actor=cast.agent)
    resolve(ticket, resolution_code="solved", actor=cast.agent)
    later()


def _followed(cast: Cast, ticket: Ticket) -> None:
    follow_up = new_ticket(cast, channel="email", category=cast.category)
    made = link(follow_up, other=ticket, kind="follow_up", actor=cast.agent)
    assert made is not None
    unlink(follow_up, link=made, actor=cast.agent)
    link(follow_up, other=ticket, kind="follow_up", actor=cast.agent)
    merge(new_ticket(cast, channel="email"), into=follow_up, actor=cast.agent)


def _named() -> set[int]:
    """The tickets that check_ledger names; where it is silent, those that verify_metrics does."""
    found = {one.ticket for one in find_differences(Ticket.objects.all())}
    return found or {key for one in verify().differences for key in one.tickets}


def _columns(model: type[LedgerRow]) -> Iterator[models.Field[Any, Any]]:
    for field in model._meta.concrete_fields:
        is_told_once = {field.name, f"{model.__name__}.{field.name}"} & TOLD_ONCE
        if not field.primary_key and not is_told_once:
            yield field


def _other(row: LedgerRow, field: models.Field[Any, Any]) -> Any:
    """Another value that the column takes; nobody or nothing where it names a row."""
    value = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey):
        return _other_key(row, field, value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return value - timedelta(minutes=30)
    if isinstance(field, models.CharField):
        listed = [each for each, _ in field.choices or ()]
        return next(each for each in listed if each != value) if listed else f"{value}1"[-5:]
    return value + 1


def _other_key(row: LedgerRow, field: models.ForeignKey[Any, Any], value: Any) -> Any:
    if field.related_model is Ticket:
        return Ticket.objects.exclude(pk__in=(value, row.ticket_id)).latest("pk").pk
    if value is not None and field.null:
        return None
    others = field.related_model._default_manager.exclude(pk=value).order_by("pk")
    return others.values_list("pk", flat=True).first()


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("model", PLAYED, ids=lambda model: model.__name__)
def test_every_column_of_the_ledger(model: type[LedgerRow]) -> None:
    """In one row of the table at least: nothing may follow from another."""
    rows = list(model._default_manager.order_by("ticket", "seq"))
    silent = [
        field.name for field in _columns(model) if not any(_is_found(row, field) for row in rows)
    ]
    assert silent == []


def _is_found(row: LedgerRow, field: models.Field[Any, Any]) -> bool:
    """Whether the change is named, or refused by the database, which is as good."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                rows = type(row)._default_manager.filter(pk=row.pk)
                rows.update(**{field.attname: _other(row, field)})
        except DatabaseError:
            return True
        named = _named()
        transaction.set_rollback(True)
    return bool(named)


@pytest.mark.usefixtures("desk")
def test_a_row_that_is_gone() -> None:
    for model in PLAYED:
        row = model._default_manager.order_by("pk").first()
        assert row is not None
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608  # our own name
            assert row.ticket_id in _named(), model
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("received_at", START - HOUR),
        ("recorded_at", START - HOUR),
        ("source", "api"),
        ("category_id", None),
        ("has_contact_record", False),
        ("customer_id", None),
        ("merged_into_id", None),
        ("cancel_reason", "spam"),
        ("last_spoke", "agent"),
        ("status_since", START),
        ("level_since", START - HOUR),
    ],
)
def test_every_column_of_a_ticket_that_counts(desk: Cast, name: str, value: Any) -> None:
    ticket = Ticket.objects.earliest("pk")
    others = {"customer_id": desk.colleague.pk, "merged_into_id": Ticket.objects.latest("pk").pk}
    value = others.get(name, value)
    assert getattr(ticket, name) != value
    Ticket.objects.filter(pk=ticket.pk).update(**{name: value})
    assert ticket.pk in _named()
