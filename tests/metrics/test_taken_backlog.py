"""A taken backlog gives what was counted then, however it is narrowed, crossed or opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from metrics.models import DayState
from metrics.query import Level, Scope, backlog_ages, breakdown, count_tickets, figures, tickets
from metrics.tasks import fill
from metrics.verify import verify
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.tickets.scenes import new_ticket
from tickets.models import Ticket
from tickets.services.confirming import confirm_sender
from tickets.services.escalating import escalate
from tickets.services.properties import change_properties

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEXT_DAY = MORNING + timedelta(days=1)
LATER = MORNING + timedelta(days=2)


def _at(moment: datetime, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
    with time_machine.travel(moment, tick=False):
        return act(*args, **options)


def _fill(now: datetime) -> None:
    _at(now, fill)


def _monday(**filters: object) -> Scope:
    texts = {segment: (str(value),) for segment, value in filters.items()}
    return Scope(start=MONDAY, end=MONDAY, filters=texts, as_of=LATER)


def _open(scope: Scope) -> int | None:
    """What the tile says, once drill-down and ages have said the same."""
    found = figures(["backlog"], scope)["backlog"].main
    assert isinstance(found, Level)
    assert count_tickets("backlog", scope, part="count") == found.value
    assert sum(one.n for one in backlog_ages(scope)) == found.value
    return found.value


@pytest.fixture
def desk(db: None) -> Cast:
    """Two tickets of Monday: about VPN and of low priority the one, about Billing the other."""
    return kept(_filled)


def _filled() -> Cast:
    cast = make_cast()
    for category, priority in ((cast.category, 1), (cast.other_category, 3)):
        ticket = _at(MORNING, new_ticket, cast, category=category)
        _at(MORNING, change_properties, ticket, changes={"priority": priority}, actor=cast.agent)
    _fill(NEXT_DAY)
    assert DayState.objects.get(day=MONDAY).backlog_taken_at == NEXT_DAY
    return cast


def _change(desk: Cast, **changes: object) -> Ticket:
    ticket = Ticket.objects.earliest("pk")
    _at(NEXT_DAY + timedelta(hours=1), change_properties, ticket, changes=changes, actor=desk.agent)
    _fill(LATER)
    return ticket


def test_it_keeps_the_category_of_then(desk: Cast) -> None:
    ticket = _change(desk, category=desk.other_category)
    vpn, billing = desk.category.pk, desk.other_category.pk
    assert (_open(_monday(category=vpn)), _open(_monday(category=billing))) == (1, 1)
    found = tickets("backlog", _monday(category=vpn), part="count", user=desk.manager)
    assert list(found) == [ticket]
    today = replace(_monday(category=vpn), start=LATER.date(), end=LATER.date())
    assert (_open(today), _open(_monday())) == (0, 2)
    assert verify().differences == ()


def test_it_keeps_the_priority_of_then(desk: Cast) -> None:
    _change(desk, priority=4)
    assert [_open(_monday(priority=number)) for number in (1, 3, 4)] == [1, 1, 0]
    assert verify().differences == ()


def test_crossed_it_keeps_both(desk: Cast) -> None:
    """By category and channel no snapshot answers, and yet it is the backlog of then."""
    _change(desk, category=desk.other_category, type="problem", product=desk.product)
    vpn, portal = desk.category.pk, {"channel": "portal"}
    assert _open(_monday(category=vpn, **portal)) == 1
    assert _open(_monday(category=vpn, type="incident")) == 1
    assert _open(_monday(product=desk.product.pk, **portal)) == 0
    by = breakdown("backlog", _monday(**portal), by="category")
    assert {one.value: one.figure.main.n for one in by} == {
        str(vpn): 1,
        str(desk.other_category.pk): 1,
    }


def test_changed_twice_it_keeps_the_first(desk: Cast) -> None:
    _change(desk, category=desk.other_category)
    ticket = Ticket.objects.earliest("pk")
    _at(LATER, change_properties, ticket, changes={"category": None}, actor=desk.agent)
    _fill(LATER)
    assert _open(_monday(category=desk.category.pk)) == 1
    assert verify().differences == ()


def test_moved_late_and_sorted_otherwise_it_keeps_level_and_category(desk: Cast) -> None:
    """Escalated on Monday, entered on Tuesday, and of another category since."""
    ticket = Ticket.objects.earliest("pk")
    words = {"reason": "knowledge", "tried": "All.", "known": "Nothing."}
    at = MORNING + timedelta(hours=2)
    _at(
        NEXT_DAY + timedelta(minutes=30),
        escalate,
        ticket,
        to_team=desk.l2,
        actor=desk.lead,
        at=at,
        **words,
    )
    _change(desk, category=desk.other_category)
    vpn = desk.category.pk
    assert [_open(_monday(category=vpn, level=level)) for level in (1, 2)] == [1, 0]
    assert (_open(_monday(category=vpn)), _open(_monday(level=1))) == (1, 2)
    assert verify().differences == ()


def test_of_no_organization_it_had_no_tier(cast: Cast) -> None:
    """Whoever asked without an account is of no organization until they confirm."""
    ticket = _at(MORNING, new_ticket, cast, is_sender_confirmed=False)
    _fill(NEXT_DAY)
    _at(NEXT_DAY + timedelta(hours=1), confirm_sender, ticket, actor=cast.customer)
    _fill(LATER)
    organization = ticket.customer.organization_id
    assert (_open(_monday(tier="")), _open(_monday(tier="premier"))) == (1, 0)
    assert (_open(_monday(organization=0)), _open(_monday(organization=organization))) == (1, 0)
