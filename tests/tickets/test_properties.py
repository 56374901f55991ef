"""Changing what a ticket is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import new_ticket
from tickets.choices import Impact, Priority, Urgency
from tickets.errors import InvalidInput
from tickets.models import CustomField, Notice, PropertyChange, Ticket
from tickets.services.properties import change_properties


def change(cast: Cast, ticket: Ticket, **changes: Any) -> tuple[PropertyChange, ...]:
    return change_properties(ticket, changes=changes, actor=cast.agent)


def test_category_and_product(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, category=cast.category)
    rows = change(cast, ticket, category=cast.other_category, product=cast.product)
    category, product = rows
    assert (category.old_value, category.new_value) == ("Network › VPN", "Billing")
    assert (category.old_key, category.new_key) == (
        str(cast.category.pk),
        str(cast.other_category.pk),
    )
    assert (product.old_value, product.new_value, product.old_key) == ("", "Gateway", "")
    assert category.action_id == product.action_id
    stored = Ticket.objects.get()
    assert (stored.category, stored.product) == (cast.other_category, cast.product)
    change(cast, ticket, category=None)
    assert Ticket.objects.get().category is None


def test_priority_follows(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    rows = change(cast, ticket, impact=Impact.HIGH, urgency=Urgency.HIGH)
    assert [row.field for row in rows] == ["impact", "urgency", "priority"]
    assert Ticket.objects.get().priority == Priority.URGENT


def test_priority_may_be_overridden(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    (row,) = change(cast, ticket, priority=Priority.URGENT)
    assert (row.old_value, row.new_value) == ("Normal", "Urgent")
    change(cast, ticket, impact=Impact.MEDIUM, subject="Same impact, and the override stays")
    assert Ticket.objects.get().priority == Priority.URGENT
    change(cast, ticket, impact=Impact.LOW, priority=Priority.LOW)
    assert Ticket.objects.get().priority == Priority.LOW


def test_subject_type_and_complexity(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    assert len(change(cast, ticket, subject=" New ", type="problem", complexity="complex")) == 3
    stored = Ticket.objects.get()
    assert (stored.subject, stored.type, stored.complexity) == ("New", "problem", "complex")
    (row,) = change(cast, ticket, complexity="")
    assert (row.old_value, row.new_value) == ("Complex", "")


def test_tags(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, tags=["vpn", "mac"])
    (row,) = change(cast, ticket, tags=["VPN", "home"])
    assert (row.field, row.old_value, row.new_value) == ("tags", "mac, vpn", "home, vpn")
    assert {tag.name for tag in ticket.tags.all()} == {"home", "vpn"}
    assert change(cast, ticket, tags=["home", "vpn"]) == ()


def test_custom(cast: Cast, now: datetime) -> None:
    CustomField.objects.create(key="seats", label="Seats", kind="number")
    CustomField.objects.create(key="site", label="Site", kind="text")
    ticket = new_ticket(cast, at=now)
    (row,) = change(cast, ticket, custom={"seats": 3})
    assert (row.field, row.old_value, row.new_value) == ("custom.seats", "", "3.0")
    change(cast, ticket, custom={"site": "Delft"})
    assert Ticket.objects.get().custom == {"seats": 3.0, "site": "Delft"}
    (row,) = change(cast, ticket, custom={"seats": None})
    assert (row.old_value, row.new_value) == ("3.0", "")
    assert Ticket.objects.get().custom == {"site": "Delft"}
    with pytest.raises(InvalidInput):
        change(cast, ticket, custom={"colour": "red"})


def test_no_change_no_row(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, category=cast.category)
    rows = count_rows()
    same = {"category": cast.category, "impact": 2, "subject": "No way in", "complexity": ""}
    assert change(cast, ticket, **same) == ()
    assert change(cast, ticket) == ()
    assert count_rows() == rows


def test_nobody_is_told(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    notices = Notice.objects.count()
    change(cast, ticket, type="problem")
    assert Notice.objects.count() == notices


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "closed"),
        ("level", 3),
        ("assignee", None),
        ("impact", 7),
        ("urgency", "x"),
        ("priority", 0),
        ("type", ""),
        ("subject", " "),
        ("subject", "x" * 251),
        ("category", 1),
        ("product", "Gateway"),
    ],
)
def test_wrong_changes_are_named_and_nothing_is_stored(
    cast: Cast, now: datetime, name: str, value: object
) -> None:
    ticket = new_ticket(cast, at=now)
    rows = count_rows()
    with pytest.raises(InvalidInput) as refused:
        change(cast, ticket, complexity="simple", **{name: value})
    assert name in refused.value.fields
    assert count_rows() == rows
    assert Ticket.objects.get().complexity == ""
