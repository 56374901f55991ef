"""Who watches a ticket: seen beside it, added and taken away there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.web.conftest import SignIn
from tickets.models import PropertyChange, Ticket
from tickets.services.ledger_check import find_differences


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """One of the first line."""
    return new_ticket(cast, team=cast.l1)


def post(sign_in: SignIn, user: User, ticket: Ticket, **values: object) -> str:
    """Press a button of the panel; the page after it."""
    page = sign_in(user).post(reverse("watchers", args=[ticket.pk]), values, follow=True)
    return page.content.decode()


def test_an_agent_lets_a_customer_watch_and_ends_it(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    page = post(sign_in, cast.agent, ticket, address=f" {cast.colleague.email.upper()}")
    assert "Colin Customer watches the ticket from now on." in page
    assert cast.colleague.email in page.split("Who watches")[1]
    assert Ticket.objects.visible_to(cast.colleague).get() == ticket
    page = post(sign_in, cast.agent, ticket, remove=ticket.watchers.get().pk)
    assert "watches the ticket no more" in page
    assert not Ticket.objects.visible_to(cast.colleague).exists()
    changes = PropertyChange.objects.filter(ticket=ticket, actor=cast.agent).order_by("seq")
    assert list(changes.values_list("field", "old_value", "new_value")) == [
        ("watcher", "", "Colin Customer"),
        ("watcher", "Colin Customer", ""),
    ]


def test_twice_is_once(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    post(sign_in, cast.agent, ticket, address=cast.colleague.email)
    assert "already" in post(sign_in, cast.agent, ticket, address=cast.colleague.email)
    assert ticket.watchers.count() == 1
    assert PropertyChange.objects.filter(ticket=ticket).count() == 1


def test_several_watch_and_the_ledger_is_sound(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    for person in (cast.colleague, cast.viewer):
        post(sign_in, cast.agent, ticket, address=person.email)
    assert list(find_differences(Ticket.objects.all())) == []


def test_who_cannot_watch_is_told_why(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    for address, words in (
        ("nobody@elsewhere.example", "No customer has this address"),
        (cast.manager.email, "reads this ticket anyway"),
        (cast.customer.email, "reads this ticket anyway"),
    ):
        assert words in post(sign_in, cast.agent, ticket, address=address)
    assert not ticket.watchers.exists()


def test_only_who_may_work_on_it_changes_who_watches(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    Ticket.objects.update(team=cast.confidential)
    address = reverse("watchers", args=[ticket.pk])
    values = {"address": cast.colleague.email}
    assert sign_in(cast.agent).post(address, values).status_code == 404
    sign_in(cast.customer).post(address, values)
    assert not ticket.watchers.exists()
    elsewhere = new_ticket(cast, team=cast.l1)
    elsewhere.watchers.create(user=cast.colleague, added_at=elsewhere.received_at)
    post(sign_in, cast.insider, ticket, remove=elsewhere.watchers.get().pk)
    assert elsewhere.watchers.exists()
