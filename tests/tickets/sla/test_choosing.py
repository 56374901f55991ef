"""Which policy holds for a ticket, and from when on: through the commands themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.choices import CustomerTier
from accounts.organizations import change_organization
from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.sla.desk import DAY, HOUR, MINUTE, choices, policy_of, promise, revise, stored
from tickets.choices import Channel, Priority, Status
from tickets.errors import InvalidInput
from tickets.models import Category, SlaPolicy, Ticket
from tickets.services.ledger_check import find_differences
from tickets.services.properties import change_properties
from tickets.services.resettling import category_moved
from tickets.services.sla_policies import publish
from tickets.services.states import reopen, resolve
from tickets.services.talking import add_note
from tickets.services.watching import follow_changes


@pytest.fixture(autouse=True)
def _everything_agrees(db: None) -> object:
    yield
    assert list(find_differences(Ticket.objects.all())) == []


def conditions(cast: Cast) -> dict[str, dict[str, Any]]:
    return {
        "tier": {"tiers": (CustomerTier.PREMIER,)},
        "organization": {"asks": {"organizations": cast.organization}},
        "category": {"asks": {"categories": cast.category.parent}},
        "product": {"asks": {"products": cast.product}},
        "priority": {"priorities": (Priority.NORMAL,)},
        "channel": {"channels": (Channel.PORTAL,)},
    }


@pytest.mark.parametrize(
    "condition", ["tier", "organization", "category", "product", "priority", "channel"]
)
def test_every_condition_chooses(cast: Cast, now: datetime, condition: str) -> None:
    """The category stands below the one that the policy names."""
    promise("Some", position=1, resolution=60, **conditions(cast)[condition])
    promise("Everybody", position=2, resolution=600)
    meant = new_ticket(cast, at=now, category=cast.category, product=cast.product)
    other = new_ticket(
        cast,
        at=now,
        customer=cast.other_customer,
        actor=cast.agent,
        category=cast.other_category,
        impact=1,
        channel=Channel.EMAIL,
    )
    assert (policy_of(meant), policy_of(other)) == ("Some", "Everybody")
    assert stored(meant, "resolution").due_at == now + HOUR
    assert choices(meant) == [("Some, version 1", now)]


def test_the_lowest_position_is_asked_first_and_all_conditions_must_hold(
    cast: Cast, now: datetime
) -> None:
    promise("Later", position=5, resolution=600)
    promise("First", position=1, resolution=60, tiers=("premier",), priorities=(Priority.URGENT,))
    assert policy_of(new_ticket(cast, at=now)) == "Later"
    assert policy_of(new_ticket(cast, at=now, impact=1, urgency=1)) == "First"


def test_another_priority_chooses_anew_and_keeps_what_was_spent(cast: Cast, now: datetime) -> None:
    promise("Urgent", position=1, resolution=120, priorities=(Priority.URGENT,))
    promise("Everybody", position=2, resolution=600)
    ticket = new_ticket(cast, at=now)
    change_properties(
        ticket, changes={"priority": Priority.URGENT}, actor=cast.agent, at=now + HOUR
    )
    assert choices(ticket)[-1] == ("Urgent, version 1", now + HOUR)
    row = stored(ticket, "resolution")
    assert (row.due_at, row.spent_seconds) == (now + 2 * HOUR, 3600)


def test_another_category_and_another_product(cast: Cast, now: datetime) -> None:
    promise("Network", position=1, resolution=60, asks={"categories": cast.category.parent})
    promise("Gateway", position=2, resolution=60, asks={"products": cast.product})
    ticket = new_ticket(cast, at=now)
    assert policy_of(ticket) is None
    steps: tuple[tuple[dict[str, Any], str | None], ...] = (
        ({"product": cast.product}, "Gateway"),
        ({"category": cast.category}, "Network"),
        ({"category": None, "product": None}, None),
    )
    for number, (changes, name) in enumerate(steps, start=1):
        moment = now + number * MINUTE
        change_properties(ticket, changes=changes, actor=cast.agent, at=moment)
        assert policy_of(ticket) == name
    assert stored(ticket, "resolution").state == "void"


def test_a_change_entered_later_follows_the_last_choice(cast: Cast, now: datetime) -> None:
    promise("Urgent", position=1, resolution=120, priorities=(Priority.URGENT,))
    promise("Low", position=2, resolution=900, priorities=(Priority.LOW,))
    ticket = new_ticket(cast, at=now)
    for priority, moment in ((Priority.URGENT, now + 3 * HOUR), (Priority.LOW, now + HOUR)):
        change_properties(ticket, changes={"priority": priority}, actor=cast.agent, at=moment)
    assert [name for name, _ in choices(ticket)] == ["Urgent, version 1", "Low, version 1"]
    change_properties(ticket, changes={"priority": 3}, actor=cast.agent, at=now + 4 * HOUR)
    change_properties(ticket, changes={"priority": 1}, actor=cast.agent, at=now + HOUR)
    assert choices(ticket)[-1] == ("Urgent, version 1", now + 4 * HOUR)


def test_a_new_version_holds_from_when_it_was_made(cast: Cast, now: datetime) -> None:
    policy = promise(resolution=600)
    ticket = new_ticket(cast, at=now)
    revise(policy, resolution=240, at=now + HOUR)
    assert follow_changes(now + 3 * HOUR) == 1
    assert follow_changes(now + 3 * HOUR) == 0
    assert choices(ticket)[-1] == ("Everybody, version 2", now + HOUR)
    row = stored(ticket, "resolution")
    assert (row.due_at, row.spent_seconds) == (now + 4 * HOUR, 3600)


def test_a_command_that_comes_before_the_watch_finds_the_same(cast: Cast, now: datetime) -> None:
    """Two versions were published; the command itself changes what is asked about."""
    policy = promise(resolution=600)
    urgent = promise("Urgent", position=1, resolution=120, priorities=(Priority.URGENT,))
    ticket = new_ticket(cast, at=now)
    revise(policy, resolution=300, at=now + HOUR)
    revise(urgent, resolution=90, at=now + 2 * HOUR)
    change_properties(
        ticket, changes={"priority": Priority.URGENT}, actor=cast.agent, at=now + 3 * HOUR
    )
    assert choices(ticket) == [
        ("Everybody, version 1", now),
        ("Everybody, version 2", now + HOUR),
        ("Urgent, version 2", now + 3 * HOUR),
    ]
    assert stored(ticket, "resolution").due_at == now + 3 * HOUR, "shortened below what was spent"
    assert follow_changes(now + 4 * HOUR) == 0


def test_an_older_ticket_is_promised_something_from_the_first_policy_on(
    cast: Cast, now: datetime
) -> None:
    ticket = new_ticket(cast, at=now)
    promise(resolution=60, at=now + 3 * HOUR)
    follow_changes(now + DAY)
    assert choices(ticket) == [("Everybody, version 1", now + 3 * HOUR)]
    assert stored(ticket, "resolution").due_at == now + 3 * HOUR, "and not before it was promised"


def test_a_ticket_entered_later_is_judged_by_what_held_when_it_came(
    cast: Cast, now: datetime
) -> None:
    policy = promise(resolution=600)
    revise(policy, resolution=60, at=now + 2 * HOUR)
    ticket = new_ticket(cast, at=now)
    assert choices(ticket) == [
        ("Everybody, version 1", now),
        ("Everybody, version 2", now + 2 * HOUR),
    ]


def test_a_policy_that_is_switched_off_lets_the_next_one_in(cast: Cast, now: datetime) -> None:
    first = promise("First", position=1, resolution=60)
    promise("Second", position=2, resolution=600)
    ticket = new_ticket(cast, at=now)
    SlaPolicy.objects.filter(pk=first.pk).update(is_active=False)
    publish(first, author=None, at=now + HOUR / 2)
    follow_changes(now + HOUR)
    assert policy_of(ticket) == "Second"
    assert stored(ticket, "resolution").due_at == now + 10 * HOUR


def test_a_version_cannot_begin_tomorrow(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        promise(resolution=60, at=timezone.now() + DAY)


def test_another_tier_is_followed_as_of_when_it_changed(
    cast: Cast, now: datetime, time_machine: Any
) -> None:
    promise("Premier", position=1, resolution=60, tiers=(CustomerTier.PREMIER,))
    promise("Everybody", position=2, resolution=600)
    time_machine.move_to(now, tick=False)
    ticket, done = new_ticket(cast), ticket_in(cast, Status.RESOLVED)
    elsewhere = new_ticket(cast, customer=cast.other_customer, actor=cast.other_customer)
    time_machine.move_to(now + HOUR / 2, tick=False)
    changes = {"tier": CustomerTier.STANDARD}
    assert change_organization(cast.organization, changes=changes)
    assert not change_organization(cast.organization, changes=changes)
    time_machine.move_to(now + 5 * HOUR, tick=False)
    assert follow_changes(now + 5 * HOUR) == 1
    assert choices(ticket)[-1] == ("Everybody, version 1", now + HOUR / 2)
    assert stored(ticket, "resolution").due_at == now + 10 * HOUR
    assert (policy_of(done), policy_of(elsewhere)) == ("Premier", "Everybody")
    assert follow_changes(now + 5 * HOUR) == 0


def test_a_command_follows_another_tier_first(cast: Cast, now: datetime, time_machine: Any) -> None:
    promise("Premier", position=1, resolution=60, tiers=(CustomerTier.PREMIER,))
    time_machine.move_to(now, tick=False)
    ticket = new_ticket(cast)
    time_machine.move_to(now + HOUR / 2, tick=False)
    change_organization(cast.organization, changes={"tier": CustomerTier.STANDARD})
    time_machine.move_to(now + 5 * HOUR, tick=False)
    add_note(ticket, body="Hm.", actor=cast.agent)
    assert choices(ticket)[-1] == (None, now + HOUR / 2)
    assert follow_changes(now + 5 * HOUR) == 0


def test_a_category_that_moves_takes_its_tickets_along(cast: Cast, now: datetime) -> None:
    billing = promise(
        "Billing", position=1, resolution=60, asks={"categories": cast.other_category}
    )
    below = Category.objects.create(name="Clients", parent=cast.category)
    ticket = new_ticket(cast, at=now, category=below)
    assert policy_of(ticket) is None
    cast.category.parent = cast.other_category
    cast.category.save()
    assert category_moved(cast.category) == 1
    follow_changes(now + HOUR)
    assert policy_of(ticket) == billing.name


def test_what_is_done_with_keeps_its_policy_until_it_is_reopened(cast: Cast, now: datetime) -> None:
    policy = promise(resolution=600)
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + HOUR)
    revise(policy, resolution=60, at=now + 2 * HOUR)
    assert follow_changes(now + 3 * HOUR) == 0
    add_note(ticket, body="Hm.", actor=cast.agent, at=now + 3 * HOUR)
    assert len(choices(ticket)) == 1
    reopen(ticket, reason="Too soon.", actor=cast.agent, at=now + 5 * HOUR)
    assert choices(ticket)[-1] == ("Everybody, version 2", now + 5 * HOUR)
    assert stored(ticket, "resolution").version.number == 1
    assert stored(ticket, "resolution", cycle=2).due_at == now + 6 * HOUR
