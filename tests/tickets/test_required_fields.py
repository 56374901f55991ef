"""Fields that must be filled, and the doors that can and cannot ask for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from tests.cast import Cast
from tests.tickets.receiving.letters import letter, receive
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.services_of import make_service
from tickets.choices import LinkKind, MailOutcome, Status
from tickets.errors import FieldsMissing, InvalidInput
from tickets.models import CustomField, Mailbox, Outage, PropertyChange, Ticket
from tickets.services import states
from tickets.services.broadcasting import resolve_all, run_broadcasts
from tickets.services.joining import join_outage
from tickets.services.ledger_check import find_differences
from tickets.services.outages import declare_outage
from tickets.services.properties import change_properties
from tickets.services.relating import link


@pytest.fixture(autouse=True)
def _device(cast: Cast) -> None:
    """Everybody is to say what device it is about."""
    CustomField.objects.create(
        key="device", label="Device", kind="text", category=cast.category,
        is_public=True, is_required=True,
    )  # fmt: skip


def test_a_door_that_asks_wants_an_answer(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        new_ticket(cast, category=cast.category, has_asked_fields=True)
    assert refused.value.fields == {"custom.device": "Device is required."}


def test_a_letter_becomes_a_ticket_without_it(cast: Cast) -> None:
    mailbox = Mailbox.objects.create(address="support@desk.example", category=cast.category)
    row = receive(letter(cast.customer.email), mailbox)
    assert (row.outcome, row.last_error) == (MailOutcome.OPENED, "")
    assert Ticket.objects.get().custom == {}


def test_who_says_that_it_concerns_them_too_is_not_asked(cast: Cast) -> None:
    incident = new_ticket(cast, category=cast.category, customer=cast.other_customer,
                          actor=cast.agent)  # fmt: skip
    declare_outage(incident, services=[make_service()], actor=cast.agent)
    part = join_outage(Outage.objects.get(), actor=cast.customer)
    assert (part.category, part.custom) == (cast.category, {})


def test_the_api_asks(cast: Cast) -> None:
    client = APIClient()
    client.force_authenticate(cast.agent)
    body = {
        "subject": "No way in",
        "description": "It refuses.",
        "customer": cast.customer.pk,
        "category": cast.category.pk,
    }
    refused = client.post(reverse("ticket-list"), body, format="json")
    assert refused.data["error"]["fields"] == {"custom.device": "Device is required."}
    opened = client.post(reverse("ticket-list"), body | {"custom": {"device": "Phone"}},
                         format="json")  # fmt: skip
    assert opened.status_code == 201


def test_what_is_there_cannot_be_emptied_and_what_is_not_can_follow(cast: Cast) -> None:
    ticket = new_ticket(cast, category=cast.category)
    change_properties(ticket, changes={"urgency": 1}, actor=cast.agent)
    change_properties(ticket, changes={"custom": {"device": "Phone"}}, actor=cast.agent)
    assert ticket.custom == {"device": "Phone"}
    with pytest.raises(InvalidInput):
        change_properties(ticket, changes={"custom": {"device": ""}}, actor=cast.agent)


# Solving ----------------------------------------------------------------------------------------


def without_device(cast: Cast) -> Ticket:
    """A ticket that came by letter, so that nobody was asked."""
    return new_ticket(cast, category=cast.category)


@pytest.mark.parametrize("end", [states.resolve, states.close])
def test_nobody_solves_a_ticket_of_which_something_required_is_missing(
    cast: Cast, end: Callable[..., object]
) -> None:
    ticket = without_device(cast)
    with pytest.raises(FieldsMissing) as refused:
        end(ticket, actor=cast.agent, resolution_code="solved")
    assert refused.value.fields == {"custom.device": "Device is required."}
    assert Ticket.objects.get().status == Status.NEW
    end(ticket, actor=cast.agent, resolution_code="solved", custom={"device": "Phone"})
    solved = Ticket.objects.get()
    assert (solved.is_open, solved.custom) == (False, {"device": "Phone"})
    assert PropertyChange.objects.get().new_value == "Phone"
    assert not list(find_differences(Ticket.objects.all()))


def test_what_a_resolution_says_of_fields_is_checked_like_any_other_change(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        states.resolve(
            without_device(cast), actor=cast.agent, resolution_code="solved", custom={"x": 1}
        )
    assert refused.value.fields == {"custom.x": "There is no such field."}


def test_what_is_solved_already_needs_nothing_to_be_closed(cast: Cast) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    change_properties(ticket, changes={"category": cast.category}, actor=cast.agent)
    with pytest.raises(InvalidInput, match="resolved already") as refused:
        states.close(ticket, actor=cast.agent, custom={"device": "Phone"})
    assert "custom" in refused.value.fields, "rather than left out without a word"
    states.close(ticket, actor=cast.agent)
    assert ticket.status == Status.CLOSED


def test_the_parts_of_a_major_incident_are_solved_without_being_asked_one_by_one(
    cast: Cast,
) -> None:
    incident, part = without_device(cast), without_device(cast)
    declare_outage(incident, services=[make_service()], actor=cast.agent)
    link(part, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
    words: dict[str, Any] = {
        "body": "It is back.",
        "resolution_code": "solved",
        "restored_at": timezone.now(),
    }
    with pytest.raises(FieldsMissing):
        resolve_all(incident, actor=cast.agent, **words)
    resolve_all(incident, actor=cast.agent, custom={"device": "All"}, **words)
    run_broadcasts()
    assert set(Ticket.objects.values_list("status", flat=True)) == {Status.RESOLVED}


def test_a_major_incident_that_is_resolved_already_takes_no_fields_with_its_parts(
    cast: Cast,
) -> None:
    incident, part = without_device(cast), without_device(cast)
    declare_outage(incident, services=[make_service()], actor=cast.agent)
    link(part, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
    given: dict[str, Any] = {"custom": {"device": "All"}}
    restored: dict[str, Any] = {"restored_at": timezone.now(), "resolution_code": "solved"}
    states.resolve(incident, actor=cast.agent, **restored, **given)
    words: dict[str, Any] = {"body": "It is back.", "resolution_code": "solved"}
    with pytest.raises(InvalidInput, match="resolved already") as refused:
        resolve_all(incident, actor=cast.agent, **words, **given)
    assert "custom" in refused.value.fields, "rather than left out without a word"
    resolve_all(incident, actor=cast.agent, custom={}, **words)
    run_broadcasts()
    assert Ticket.objects.get(pk=part.pk).status == Status.RESOLVED


def test_the_api_says_which_fields_a_resolution_lacks_and_takes_them_with_it(cast: Cast) -> None:
    ticket, client = without_device(cast), APIClient()
    client.force_authenticate(cast.agent)
    url = reverse("ticket-resolve", kwargs={"number": ticket.pk})
    refused = client.post(url, {"resolution_code": "solved"}, format="json")
    assert (refused.status_code, refused.data["error"]["code"]) == (400, "fields_missing")
    assert refused.data["error"]["fields"] == {"custom.device": "Device is required."}
    body = {"resolution_code": "solved", "custom": {"device": "Phone"}}
    solved = client.post(url, body, format="json")
    assert (solved.status_code, solved.data["custom"]) == (200, {"device": "Phone"})
