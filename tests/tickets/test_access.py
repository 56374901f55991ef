"""Who may see what: one answer for one ticket, for many, and for messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets import access
from tickets.errors import NotThere
from tickets.models import Ticket
from tickets.services.holding import assign
from tickets.services.talking import add_note

SEEN = {
    "customer": {"own", "secret"},
    "colleague": {"colleague's"},
    "viewer": {"own", "colleague's", "secret"},
    "other_customer": {"stranger's"},
    "agent": {"own", "colleague's", "stranger's"},
    "l3_agent": {"own", "colleague's", "stranger's"},
    "insider": {"own", "colleague's", "stranger's", "secret"},
    "lead": {"own", "colleague's", "stranger's"},
    "manager": {"own", "colleague's", "stranger's", "secret"},
    "administrator": {"own", "colleague's", "stranger's", "secret"},
}


@pytest.fixture
def desk(cast: Cast, now: datetime) -> Cast:
    """Four tickets, told apart by subject."""
    opened: dict[str, Any] = {"at": now, "actor": cast.manager}
    new_ticket(cast, subject="own", **opened)
    new_ticket(cast, subject="colleague's", customer=cast.colleague, **opened)
    new_ticket(cast, subject="stranger's", customer=cast.other_customer, **opened)
    new_ticket(cast, subject="secret", team=cast.confidential, **opened)
    return cast


@pytest.mark.parametrize("name", sorted(SEEN))
def test_who_sees_what(desk: Cast, name: str) -> None:
    user = getattr(desk, name)
    every = list(Ticket.objects.all())
    assert set(Ticket.objects.visible_to(user).values_list("subject", flat=True)) == SEEN[name]
    assert {ticket.subject for ticket in every if access.may_see(user, ticket)} == SEEN[name]
    for ticket in every:
        is_seen = ticket.subject in SEEN[name]
        assert access.readable_messages(user, ticket).exists() == is_seen
        if is_seen:
            assert access.get_ticket(user, ticket.pk) == ticket
        else:
            with pytest.raises(NotThere):
                access.get_ticket(user, ticket.pk)


def test_not_yours_looks_like_not_there(desk: Cast) -> None:
    ticket = Ticket.objects.get(subject="secret")
    with pytest.raises(NotThere) as hidden:
        access.get_ticket(desk.agent, ticket.pk)
    with pytest.raises(NotThere) as missing:
        access.get_ticket(desk.agent, 10**9)
    assert hidden.value.message.replace(str(ticket.pk), str(10**9)) == missing.value.message


@pytest.mark.parametrize("is_anonymous", [True, False])
def test_nobody_and_the_switched_off_see_nothing(desk: Cast, is_anonymous: bool) -> None:
    user: User | AnonymousUser = AnonymousUser()
    if not is_anonymous:
        user = desk.administrator
        user.is_active = False
    for ticket in Ticket.objects.all():
        assert not access.may_see(user, ticket)
        assert access.verbs_for(user, ticket) == frozenset()
        assert not access.readable_messages(user, ticket).exists()
        assert not access.picks_up_by_opening(user, ticket)
    assert not Ticket.objects.visible_to(user).exists()


def test_a_confidential_ticket_is_seen_by_who_holds_it(desk: Cast) -> None:
    ticket = Ticket.objects.get(subject="secret")
    Ticket.objects.filter(pk=ticket.pk).update(assignee=desk.agent)
    assert access.get_ticket(desk.agent, ticket.pk).assignee == desk.agent
    assert access.may_see(desk.agent, Ticket.objects.get(pk=ticket.pk))


def test_private_notes_are_for_staff(desk: Cast) -> None:
    ticket = Ticket.objects.get(subject="own")
    note = add_note(ticket, body="Odd one.", actor=desk.agent)
    for user in (desk.customer, desk.viewer):
        assert note not in access.readable_messages(user, ticket)
    assert note in access.readable_messages(desk.agent, ticket)


def test_fetching_is_one_query(
    desk: Cast,
    django_assert_num_queries: object,
) -> None:
    ticket = Ticket.objects.get(subject="own")
    assign(ticket, assignee=desk.agent, actor=desk.lead)
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        found = access.get_ticket(desk.agent, ticket.pk)
        assert (found.customer.name, found.organization, found.team) == (
            desk.customer.name,
            desk.organization,
            desk.l1,
        )
        assert found.assignee == desk.agent
