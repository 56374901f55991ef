"""Lists: every one in pages and by filters, in an order that can be relied on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.conftest import Opener
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.models import Category, Product, SlaPolicy, Ticket
from tickets.services.contacting import end_contact, start_contact, void_contact
from tickets.services.relating import link

Api = Callable[[User], APIClient]
BASE = "/api/v1"


def _all(client: APIClient, url: str | None) -> Iterator[dict[str, Any]]:
    """Every row, two to a page."""
    while url:
        page = client.get(url).data
        assert len(page["results"]) <= 2
        yield from page["results"]
        url = page["next"]


def test_every_list_comes_in_pages() -> None:
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    unpaged = [
        path
        for path, operations in paths.items()
        if "get" in operations
        and operations["get"]["responses"]["200"]["content"]
        .get("application/json", {})
        .get("schema", {})
        .get("type")
        == "array"
    ]
    # Definitions are the desk's own closed list; a figure's steps and parts are its answer.
    assert [path for path in unpaged if "/metrics/" not in path] == []


@pytest.mark.parametrize(
    ("rows", "asked", "expected"),
    [
        ("categories", {"name": "net"}, ["Network"]),
        ("categories", {"parent": "root"}, ["Wi-Fi"]),
        ("products", {"name": "SCAN"}, ["Scanner"]),
        ("services", {"name": "ma"}, ["Mail"]),
        ("sla-policies", {"name": "gold"}, ["Gold"]),
        ("sla-policies", {"is_active": "false"}, ["Old"]),
    ],
)
def test_what_lists_are_filtered_by(
    cast: Cast, api: Api, rows: str, asked: dict[str, str], expected: list[str]
) -> None:
    Category.objects.create(name="Wi-Fi", parent=cast.category)
    Product.objects.create(name="Scanner")
    for name in ("Mail", "Shop"):
        make_service(name)
    SlaPolicy.objects.create(name="Gold", position=2)
    SlaPolicy.objects.create(name="Old", position=1, is_active=False)
    values = {name: str(cast.category.pk) if v == "root" else v for name, v in asked.items()}
    found = api(cast.agent).get(f"{BASE}/{rows}/", values).data["results"]
    assert [row["name"] for row in found] == expected


@pytest.mark.parametrize("rows", ["categories", "products", "services", "sla-policies", "tokens"])
def test_a_filter_that_cannot_be_read_is_refused(cast: Cast, api: Api, rows: str) -> None:
    name = "created_after" if rows == "tokens" else "name"
    answer = api(cast.agent).get(f"{BASE}/{rows}/", {name: ""})
    assert (answer.status_code, answer.data["error"]["fields"].keys()) == (400, {name})


def test_customers_do_not_ask_whose_services_are_whose(cast: Cast, api: Api) -> None:
    service = make_service("Mail")
    service.organizations.add(cast.other_organization)
    asked = {"organization": cast.other_organization.pk}
    assert api(cast.customer).get(f"{BASE}/services/", asked).status_code == 400
    found = api(cast.agent).get(f"{BASE}/services/", asked).data["results"]
    assert [row["name"] for row in found] == ["Mail"]


def test_policies_come_in_the_order_in_which_they_are_asked(cast: Cast, api: Api) -> None:
    for position, name in ((30, "C"), (10, "A"), (20, "B")):
        SlaPolicy.objects.create(name=name, position=position)
    client = api(cast.agent)
    names = [row["name"] for row in _all(client, f"{BASE}/sla-policies/?page_size=2")]
    assert names[:3] == ["A", "B", "C"]


def test_tokens_come_in_pages_newest_first(cast: Cast, api: Api) -> None:
    for _ in range(4):
        api(cast.agent)
    client = api(cast.agent)
    rows = list(_all(client, f"{BASE}/tokens/?page_size=2"))
    assert len({row["id"] for row in rows}) == len(rows) == 5
    made = [row["created"] for row in rows]
    assert made == sorted(made, reverse=True)
    none = client.get(f"{BASE}/tokens/", {"created_before": "2020-01-01T00:00:00Z"})
    assert none.data["results"] == []


@pytest.mark.parametrize("place", ["cD1hYmM=", "cD0yMDI2LTEzLTAxVDAwOjAwOjAwWg==", "cD0lMDA="])
def test_a_cursor_of_tokens_that_was_made_up_is_refused(cast: Cast, api: Api, place: str) -> None:
    # p=abc, p=2026-13-01T00:00:00Z, p=%00
    assert api(cast.agent).get(f"{BASE}/tokens/", {"cursor": place}).status_code == 404


def test_what_happened_to_one_ticket_is_told_from_its_beginning(
    cast: Cast, api: Api, opened: Opener
) -> None:
    ticket, client = opened(cast.customer), api(cast.agent)
    at = f"{BASE}/tickets/{ticket.pk}"
    client.post(f"{at}/pick-up/")
    client.post(f"{at}/messages/", {"body": "Which version?"})
    for rows in ("transitions", "messages"):
        below = [row["seq"] for row in client.get(f"{at}/{rows}/").data["results"]]
        above = [row["seq"] for row in client.get(f"{BASE}/{rows}/").data["results"]]
        assert len(below) > 1
        assert below == sorted(below) == above[::-1], rows


# Contacts ----------------------------------------------------------------------------------------


@pytest.fixture
def called(cast: Cast, opened: Opener) -> Ticket:
    """A ticket with its written contact, a call that is over, one that never was and one that
    runs."""
    ticket = opened(cast.customer)
    start_contact(ticket, actor=cast.agent, channel="phone", direction="outbound")
    end_contact(ticket, actor=cast.agent)
    start_contact(ticket, actor=cast.agent, channel="phone", direction="inbound")
    end_contact(ticket, actor=cast.agent)
    void_contact(ticket, actor=cast.agent, contact=ticket.contacts.latest("seq"), note="Nobody.")
    start_contact(ticket, actor=cast.agent, channel="chat", direction="inbound")
    return ticket


def test_contacts_of_a_ticket_come_in_pages(cast: Cast, api: Api, called: Ticket) -> None:
    client, url = api(cast.agent), f"{BASE}/tickets/{called.pk}/contacts/?page_size=2"
    assert [row["number"] for row in _all(client, url)] == [1, 2, 3]
    second = client.get(client.get(url).data["next"]).data
    assert second["next"] is None
    assert [row["number"] for row in client.get(second["previous"]).data["results"]] == [1, 2]


@pytest.mark.parametrize(
    ("asked", "channels"),
    [
        ({}, ["chat", "phone", "phone"]),
        ({"channel": "chat"}, ["chat"]),
        ({"direction": "inbound", "is_void": "false"}, ["chat"]),
        ({"is_running": "true"}, ["chat"]),
        ({"is_running": "false", "is_void": "false"}, ["phone"]),
        ({"occurred_after": "2099-01-01T00:00:00Z"}, []),
    ],
)
def test_live_contacts_across_tickets(
    cast: Cast, api: Api, called: Ticket, asked: dict[str, str], channels: list[str]
) -> None:
    found = api(cast.agent).get(f"{BASE}/contacts/", asked).data["results"]
    assert [row["channel"] for row in found] == channels
    assert {row["ticket"] for row in found} <= {called.pk}
    assert all((row["ended_at"] is None) == (row["channel"] == "chat") for row in found)


def test_contacts_are_shown_to_those_who_see_the_ticket(
    cast: Cast, api: Api, opened: Opener
) -> None:
    secret = opened(cast.customer, team=cast.confidential, actor=cast.insider)
    start_contact(secret, actor=cast.insider, channel="phone", direction="inbound")
    assert api(cast.agent).get(f"{BASE}/contacts/").data["results"] == []
    assert len(api(cast.insider).get(f"{BASE}/contacts/").data["results"]) == 1
    assert api(cast.customer).get(f"{BASE}/contacts/").status_code == 403


# Links -------------------------------------------------------------------------------------------


def test_links_are_listed_and_taken_back(cast: Cast, api: Api, opened: Opener) -> None:
    one, two = opened(cast.customer), opened(cast.customer)
    client = api(cast.agent)
    client.post(f"{BASE}/tickets/{one.pk}/link/", {"other": two.pk, "kind": "related"})
    for address in (f"tickets/{one.pk}/links", f"tickets/{two.pk}/links", "links"):
        [row] = client.get(f"{BASE}/{address}/").data["results"]
        assert (row["ticket"], row["other"], row["kind"]) == (one.pk, two.pk, "related")
    client.post(f"{BASE}/tickets/{one.pk}/unlink/", {"link": row["id"]})
    assert client.get(f"{BASE}/tickets/{one.pk}/links/").data["results"] == []


def test_links_with_tickets_out_of_sight_are_not_told(cast: Cast, api: Api) -> None:
    here = new_ticket(cast)
    secret = new_ticket(cast, team=cast.confidential, actor=cast.manager)
    link(here, other=secret, kind="related", actor=cast.manager)
    link(secret, other=here, kind="caused_by", actor=cast.manager)
    for address in (f"tickets/{here.pk}/links", "links"):
        assert api(cast.agent).get(f"{BASE}/{address}/").data["results"] == []
        assert len(api(cast.manager).get(f"{BASE}/{address}/").data["results"]) == 2
    assert api(cast.agent).get(f"{BASE}/tickets/{secret.pk}/links/").status_code == 404
    assert api(cast.customer).get(f"{BASE}/tickets/{here.pk}/links/").status_code == 403


def test_a_link_by_hand_is_of_a_kind_that_is_made_by_hand(cast: Cast, api: Api) -> None:
    one, two = new_ticket(cast), new_ticket(cast)
    body = {"other": two.pk, "kind": "split_from"}
    answer = api(cast.agent).post(f"{BASE}/tickets/{one.pk}/link/", body)
    assert (answer.status_code, answer.data["error"]["fields"].keys()) == (400, {"kind"})


def test_splitting_answers_with_the_new_ticket(cast: Cast, api: Api) -> None:
    ticket = new_ticket(cast)
    body = {"message": ticket.messages.get().pk, "subject": "The other thing"}
    address = f"{BASE}/tickets/{ticket.pk}/split/"
    client, key = api(cast.agent), {"Idempotency-Key": "s-1"}
    answer = client.post(address, body, headers=key)
    assert (answer.status_code, answer.data["subject"]) == (201, "The other thing")
    part = Ticket.objects.exclude(pk=ticket.pk).get()
    assert answer.data["number"] == part.pk
    assert client.post(address, body, headers=key).json() == answer.json()
    [row] = client.get(f"{BASE}/tickets/{part.pk}/links/").data["results"]
    assert (row["kind"], row["other"]) == ("split_from", ticket.pk)
