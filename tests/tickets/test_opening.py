"""Opening a ticket: what is stored, who gets it, who is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import live_ticket, new_ticket
from tickets.choices import Capacity, Channel, Impact, LinkKind, Priority, Status, Urgency
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import CustomField, LedgerTouch, Notice, NoticeKind, Tag, Ticket
from tickets.services.opening import open_ticket


def test_a_customer_opens_a_ticket(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.level, ticket.team) == (Status.NEW, 1, cast.l1)
    assert (ticket.organization, ticket.calendar) == (cast.organization, cast.calendar)
    assert ticket.received_at == ticket.status_since == ticket.waiting_since == now
    assert ticket.picked_up_at is None
    transition, message = ticket.transitions.get(), ticket.messages.get()
    assert (transition.seq, message.seq) == (1, 2)
    assert (transition.from_status, transition.to_status) == ("", Status.NEW)
    assert transition.recorded_at > transition.occurred_at == now
    assert message.author == message.actor == cast.customer
    assert message.body == "The VPN refuses my password."
    assert LedgerTouch.objects.filter(ticket=ticket).count() == 1


def test_the_receipt_goes_to_the_customer_who_opened_it(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient) == (NoticeKind.RECEIVED, cast.customer)
    assert notice.ticket == ticket


def test_an_agent_types_a_mail_in(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, actor=cast.agent, channel=Channel.EMAIL)
    message = ticket.messages.get()
    assert (message.author, message.author_capacity) == (cast.customer, Capacity.CUSTOMER)
    assert (message.actor, message.capacity) == (cast.agent, Capacity.AGENT)
    assert ticket.status == Status.NEW


def test_an_agent_logs_a_call(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, cast.agent)
    assert ticket.picked_up_at == ticket.received_at == now
    assert ticket.waiting_since is None
    assert ticket.live_contact == ticket.contacts.get()
    assert ticket.live_contact.legs.get().agent == cast.agent
    assert not ticket.messages.exists()
    assert list(Notice.objects.values_list("kind", flat=True)) == [NoticeKind.RECEIVED]


@pytest.mark.parametrize(
    ("who", "channel"), [("customer", Channel.PHONE), ("agent", Channel.EMAIL), (None, "phone")]
)
def test_only_an_agent_on_a_live_channel_is_on_the_line(
    cast: Cast, now: datetime, who: str | None, channel: str
) -> None:
    actor = getattr(cast, who) if who else None
    with pytest.raises(InvalidInput):
        new_ticket(cast, at=now, actor=actor, channel=channel, is_live=True)


def test_customers_open_for_themselves_only(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        new_ticket(cast, at=now, actor=cast.viewer)


def test_nobody_opens_for_somebody_switched_off(cast: Cast, now: datetime) -> None:
    cast.customer.is_active = False
    with pytest.raises(InvalidInput, match="switched off"):
        new_ticket(cast, at=now, actor=cast.agent)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", " "),
        ("subject", "x" * 251),
        ("description", "  "),
        ("channel", "pigeon"),
        ("type", "wish"),
        ("impact", 0),
        ("urgency", 4),
        ("complexity", "odd"),
        ("level", 9),
    ],
)
def test_wrong_input_names_its_field(cast: Cast, now: datetime, field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        new_ticket(cast, at=now, **{field: value})
    assert field in refused.value.fields
    assert count_rows() == 0
    assert not Ticket.objects.exists()


def test_no_receipt_in_the_future(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="future"):
        new_ticket(cast, at=timezone.now() + timedelta(minutes=1))


def test_priority_follows_from_impact_and_urgency(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, impact=Impact.HIGH, urgency=Urgency.HIGH)
    assert ticket.priority == Priority.URGENT


def test_the_categorys_team_gets_it(cast: Cast, now: datetime) -> None:
    cast.category.default_team = cast.l2
    cast.category.save()
    ticket = new_ticket(cast, at=now, category=cast.category)
    assert (ticket.level, ticket.team) == (2, cast.l2)
    assert ticket.transitions.get().level == 2


def test_level_and_team_as_said(cast: Cast, now: datetime) -> None:
    assert new_ticket(cast, at=now, level=3).team == cast.l3
    assert new_ticket(cast, at=now, team=cast.confidential).level == 2
    with pytest.raises(InvalidInput):
        new_ticket(cast, at=now, team=cast.l2, level=1)


def test_a_level_with_several_teams_leaves_the_team_open(cast: Cast, now: datetime) -> None:
    type(cast.l1).objects.create(name="Another first line", level=1)
    assert new_ticket(cast, at=now).team is None


def test_tags_and_custom_fields(cast: Cast, now: datetime) -> None:
    Tag.objects.create(name="vpn")
    CustomField.objects.create(key="seats", label="Seats", kind="number", is_public=True)
    ticket = new_ticket(cast, at=now, tags=["VPN", "Home office", ""], custom={"seats": "3"})
    assert {tag.name for tag in ticket.tags.all()} == {"vpn", "home-office"}
    ticket.refresh_from_db()
    assert ticket.custom == {"seats": 3.0}


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("text", " a ", "a"),
        ("number", "1.5", 1.5),
        ("date", "2026-03-31", "2026-03-31"),
        ("choice", "red", "red"),
        ("boolean", "yes", True),
        ("boolean", False, False),
    ],
)
def test_custom_values_as_stored(
    cast: Cast, now: datetime, kind: str, value: object, stored: object
) -> None:
    CustomField.objects.create(key="it", label="It", kind=kind, choices=["red"])
    ticket = new_ticket(cast, at=now, actor=cast.agent, custom={"it": value})
    assert ticket.custom == {"it": stored}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "many"),
        ("number", "nan"),
        ("date", "31.3.2026"),
        ("choice", "blue"),
        ("boolean", "perhaps"),
        ("text", ""),
    ],
)
def test_wrong_custom_values_are_named(cast: Cast, now: datetime, kind: str, value: object) -> None:
    CustomField.objects.create(key="it", label="It", kind=kind, choices=["red"], is_required=True)
    with pytest.raises(InvalidInput) as refused:
        new_ticket(cast, at=now, actor=cast.agent, custom={"it": value, "other": 1})
    assert set(refused.value.fields) == {"custom.it", "custom.other"}


def test_customers_fill_public_fields_only(cast: Cast, now: datetime) -> None:
    CustomField.objects.create(key="margin", label="Margin", kind="number")
    with pytest.raises(InvalidInput):
        new_ticket(cast, at=now, custom={"margin": 3})


def test_a_follow_up_is_linked(cast: Cast, now: datetime) -> None:
    first = new_ticket(cast, at=now)
    second = new_ticket(cast, at=now, actor=cast.agent, follow_up_of=first)
    link = second.links.get()
    assert (link.kind, link.other) == (LinkKind.FOLLOW_UP, first)


def test_opening_is_possible_without_a_moment(cast: Cast) -> None:
    before = timezone.now()
    ticket = open_ticket(
        customer=cast.customer, subject="a", description="b", channel="portal", actor=None
    )
    assert before <= ticket.received_at <= timezone.now()
    assert ticket.transitions.get().capacity == Capacity.SYSTEM
