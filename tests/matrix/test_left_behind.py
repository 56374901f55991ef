"""What is switched off, or comes late: nothing is lost by it, nothing goes to nobody."""

from __future__ import annotations

import pytest

from accounts.models import Team
from tests.cast import Cast
from tests.matrix.conftest import Web
from tests.tickets.scenes import new_ticket
from tickets.errors import InvalidInput
from tickets.models import Category, Product
from tickets.services.contacting import end_contact, start_contact
from tickets.services.talking import acknowledge


def test_saving_properties_keeps_what_was_switched_off(cast: Cast, web: Web) -> None:
    ticket = new_ticket(cast, category=cast.category, product=cast.product)
    Category.objects.update(is_active=False)
    Product.objects.update(is_active=False)
    browser, address = web(cast.agent), f"/tickets/{ticket.pk}/properties/"
    form = browser.get(address).context["form"]
    offered = {field.html_name: field.value() or "" for field in form}
    assert str(cast.category.pk) in str(form["category"])
    assert browser.post(address, {**offered, "complexity": "complex"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.category, ticket.product) == (cast.category, cast.product)
    assert ticket.complexity == "complex"


def test_a_team_that_works_no_more_gets_no_new_tickets(cast: Cast) -> None:
    Category.objects.filter(pk=cast.category.pk).update(default_team=cast.l2)
    Team.objects.filter(pk=cast.l2.pk).update(is_active=False)
    ticket = new_ticket(cast, category=Category.objects.get(pk=cast.category.pk))
    assert ticket.team == cast.l1


def test_a_call_afterwards_does_not_make_the_first_words_a_thank_you(cast: Cast) -> None:
    ticket = new_ticket(cast)
    start_contact(ticket, channel="phone", actor=cast.agent)
    end_contact(ticket, actor=cast.agent)
    with pytest.raises(InvalidInput):
        acknowledge(ticket, message=ticket.messages.get(), actor=cast.agent)
