"""A form that was open while somebody else changed the ticket takes nothing of theirs back."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Priority, Status
from tickets.models import CustomField, PropertyChange, Ticket
from tickets.services.properties import change_properties


class Fields(HTMLParser):
    """What a browser sends of a dialog's form as it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the value of a control."""
        given = {key: value or "" for key, value in attrs}
        if tag == "input" and given.get("name") and given.get("type") != "checkbox":
            self.values[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and (self._select not in self.values or "selected" in given):
            self.values[self._select] = given.get("value", "")


def opened(client: Client, ticket: Ticket, slug: str = "properties") -> tuple[str, dict[str, str]]:
    """Open a dialog; return its address and what it would send."""
    if slug == "properties":
        url = reverse("properties", kwargs={"number": ticket.pk})
    else:
        url = reverse("act", kwargs={"number": ticket.pk, "slug": slug})
    html = client.get(url, headers={"HX-Request": "true"}).content.decode()
    return url, Fields(html).values


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    CustomField.objects.create(key="device", label="Device", kind="text")
    return new_ticket(cast, actor=cast.agent, custom={"device": "Phone"}, tags=["old"])


def test_saving_properties_leaves_alone_what_somebody_else_changed_meanwhile(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    client = sign_in(cast.agent)
    url, values = opened(client, ticket)
    theirs = {
        "category": cast.category,
        "urgency": 1,
        "custom": {"device": "Laptop"},
        "tags": ["new"],
    }
    change_properties(ticket, actor=cast.second_agent, changes=theirs)
    assert client.post(url, values | {"subject": "No way in at all"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.category) == ("No way in at all", cast.category)
    assert (ticket.urgency, ticket.custom) == (1, {"device": "Laptop"})
    assert [tag.name for tag in ticket.tags.all()] == ["new"]


def test_where_both_changed_the_same_it_is_asked_once(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    client = sign_in(cast.agent)
    url, values = opened(client, ticket)
    change_properties(ticket, actor=cast.second_agent, changes={"priority": Priority.URGENT})
    mine = values | {"priority": str(Priority.LOW.value), "subject": "Mine"}
    asked = client.post(url, mine, headers={"HX-Request": "true"})
    page = asked.content.decode()
    assert asked.status_code == 422
    assert f"{cast.second_agent.name} set it to “Urgent” meanwhile." in page
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.subject) == (Priority.URGENT, "No way in")
    again = Fields(page).values
    assert (again["priority"], again["subject"]) == (str(Priority.LOW.value), "Mine")
    assert client.post(url, again).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.subject) == (Priority.LOW, "Mine")


def test_who_wanted_the_same_is_not_asked(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    client = sign_in(cast.agent)
    url, values = opened(client, ticket)
    change_properties(ticket, actor=cast.second_agent, changes={"category": cast.category})
    number = PropertyChange.objects.count()
    assert client.post(url, values | {"category": cast.category.pk}).status_code == 302
    assert PropertyChange.objects.count() == number


# What cannot be taken back is asked once ----------------------------------------------------------


def test_a_merge_names_the_other_ticket_before_it_is_done(cast: Cast, sign_in: SignIn) -> None:
    client, ticket = sign_in(cast.agent), ticket_in(cast, Status.IN_PROGRESS)
    one, two = (new_ticket(cast, subject=words) for words in ("Printer burns", "Mail is slow"))
    url, values = opened(client, ticket, "merge")
    for other in (one, two):  # another number is asked about anew
        asked = client.post(url, values | {"other": other.pk}, headers={"HX-Request": "true"})
        page = asked.content.decode()
        assert asked.status_code == 422
        assert f"#{other.pk} is “{other.subject}” of {cast.customer.name}, New." in page
        values = Fields(page).values
    assert Ticket.objects.filter(status=Status.CANCELLED).count() == 0
    assert client.post(url, values).status_code == 302
    ticket.refresh_from_db()
    assert ticket.merged_into == two


@pytest.mark.parametrize("slug", ["merge", "cancel"])
def test_the_button_of_what_cannot_be_taken_back_warns(
    cast: Cast, sign_in: SignIn, slug: str
) -> None:
    url = reverse("act", kwargs={"number": new_ticket(cast).pk, "slug": slug})
    page = sign_in(cast.agent).get(url).content.decode()
    assert "btn--danger-solid" in page
    assert "Keep it" in page


def test_that_a_message_is_only_a_thank_you_is_asked_once(cast: Cast, sign_in: SignIn) -> None:
    client, ticket = sign_in(cast.agent), ticket_in(cast, Status.RESOLVED)
    message = ticket.messages.get()
    url = reverse("act", kwargs={"number": ticket.pk, "slug": "acknowledge"})
    page = client.get(url, {"message": message.pk}, headers={"HX-Request": "true"})
    assert "cannot be taken back" in page.content.decode()
    assert Fields(page.content.decode()).values["message"] == str(message.pk)
