"""Tickets and their verbs over the API."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.conftest import Opener
from tests.cast import Cast
from tests.tickets.scenes import resolved_above_l1, ticket_in
from tickets.choices import Status
from tickets.models import Message, Ticket, Transition

Api = Callable[[User], APIClient]
Counted = Callable[[int], AbstractContextManager[object]]
NEW = {"subject": "Printer on fire", "description": "It smokes.", "channel": "portal"}


def test_a_customer_opens_a_ticket_and_sees_where_it_stands(cast: Cast, api: Api) -> None:
    answer = api(cast.customer).post("/api/v1/tickets/", NEW)
    assert answer.status_code == 201
    assert answer.data["status"] == "new"
    assert answer.data["customer"]["id"] == cast.customer.pk
    shown = api(cast.customer).get(f"/api/v1/tickets/{answer.data['number']}/")
    assert shown.data["subject"] == "Printer on fire"
    assert not {"level", "priority", "team", "impact"} & shown.data.keys()


def test_the_desks_own_fields_are_refused_from_customers(cast: Cast, api: Api) -> None:
    answer = api(cast.customer).post("/api/v1/tickets/", {**NEW, "level": 3, "is_live": True})
    assert answer.status_code == 400
    assert answer.data["error"]["code"] == "invalid_input"
    assert answer.data["error"]["fields"].keys() == {"level", "is_live"}


def test_staff_name_the_customer(cast: Cast, api: Api) -> None:
    client = api(cast.agent)
    assert client.post("/api/v1/tickets/", NEW).data["error"]["fields"].keys() == {"customer"}
    body = {**NEW, "customer": cast.customer.pk, "channel": "phone", "is_live": True}
    answer = client.post("/api/v1/tickets/", body)
    assert answer.status_code == 201
    assert answer.data["status"] == "in_progress"
    assert answer.data["live_contact"] is not None


def test_the_same_key_opens_one_ticket(cast: Cast, api: Api) -> None:
    client = api(cast.customer)
    first = client.post("/api/v1/tickets/", NEW, headers={"Idempotency-Key": "k-1"})
    again = client.post("/api/v1/tickets/", NEW, headers={"Idempotency-Key": "k-1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replay"] == "true"
    assert Ticket.objects.count() == 1
    other = client.post(
        "/api/v1/tickets/", {**NEW, "subject": "Else"}, headers={"Idempotency-Key": "k-1"}
    )
    assert (other.status_code, other.data["error"]["code"]) == (409, "conflict")


def test_a_refused_request_leaves_its_key_free(cast: Cast, api: Api) -> None:
    client = api(cast.customer)
    key = {"Idempotency-Key": "k-2"}
    assert client.post("/api/v1/tickets/", {"subject": ""}, headers=key).status_code == 400
    assert client.post("/api/v1/tickets/", NEW, headers=key).status_code == 201


def test_keys_are_each_persons_own(cast: Cast, api: Api) -> None:
    key = {"Idempotency-Key": "k-3"}
    api(cast.customer).post("/api/v1/tickets/", NEW, headers=key)
    answer = api(cast.other_customer).post("/api/v1/tickets/", NEW, headers=key)
    assert answer.status_code == 201
    assert Ticket.objects.count() == 2


def test_a_ticket_of_others_looks_like_none(cast: Cast, api: Api, opened: Opener) -> None:
    theirs = opened(cast.other_customer)
    client = api(cast.customer)
    for number in (theirs.pk, theirs.pk + 1000):
        answer = client.get(f"/api/v1/tickets/{number}/")
        assert (answer.status_code, answer.data["error"]["code"]) == (404, "not_found")
    assert client.get("/api/v1/tickets/").data["results"] == []


def test_status_is_not_changed_by_patch(cast: Cast, api: Api, opened: Opener) -> None:
    ticket = opened(cast.customer)
    api(cast.agent).patch(f"/api/v1/tickets/{ticket.pk}/", {"status": "closed", "level": 3})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.level) == (Status.NEW, 1)


def test_properties_change_by_patch(cast: Cast, api: Api, opened: Opener) -> None:
    ticket = opened(cast.customer)
    body = {"category": cast.category.pk, "impact": 1, "urgency": 1, "tags": ["vip"]}
    answer = api(cast.agent).patch(f"/api/v1/tickets/{ticket.pk}/", body)
    assert answer.status_code == 200
    assert (answer.data["priority"], answer.data["tags"]) == (1, ["vip"])


def test_the_life_of_a_ticket_by_verbs(cast: Cast, api: Api, opened: Opener) -> None:
    ticket = opened(cast.customer)
    at = f"/api/v1/tickets/{ticket.pk}"
    l1, l2 = api(cast.agent), api(cast.l2_agent)
    hand_off = {"reason": "knowledge", "tried": "Restart.", "known": "Only VPN.", "to_level": 2}
    assert l1.post(f"{at}/pick-up/").data["status"] == "in_progress"
    assert l1.post(f"{at}/escalate/", hand_off).data["level"] == 2
    accepted = l2.post(f"{at}/accept-escalation/")
    assert accepted.data["assignee"]["id"] == cast.l2_agent.pk
    refused = l2.post(f"{at}/resolve/", {"resolution_code": "solved"})
    assert refused.data["error"]["fields"].keys() == {"is_l1_capable"}
    body = {"resolution_code": "solved", "is_l1_capable": False, "reply": "Fixed."}
    assert l2.post(f"{at}/resolve/", body).data["status"] == "resolved"
    assert api(cast.customer).post(f"{at}/confirm/").data["status"] == "closed"
    told = l1.get(f"{at}/transitions/").data["results"]
    assert [row["to_status"] for row in told] == [
        "new",
        "in_progress",
        "resolved",
        "closed",
    ]


def test_a_late_rejection_answers_with_the_follow_up(cast: Cast, api: Api) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=timezone.now() - timedelta(days=60))
    answer = api(cast.customer).post(f"/api/v1/tickets/{ticket.pk}/reject/", {"body": "Back."})
    assert answer.status_code == 201
    assert answer.json()["number"] > ticket.pk
    assert answer.json()["status"] == Status.NEW


def test_a_resolution_above_l1_is_audited_by_who_leads(cast: Cast, api: Api) -> None:
    ticket = resolved_above_l1(cast)
    address = f"/api/v1/tickets/{ticket.pk}/audit-l1/"
    body = {"is_l1_capable": True, "note": "A reset."}
    assert api(cast.l2_agent).post(address, body).data["error"]["code"] == "not_allowed"
    missing = api(cast.lead).post(address, {"note": "A reset."})
    assert missing.data["error"]["fields"].keys() == {"is_l1_capable"}
    assert api(cast.lead).post(address, body).status_code == 200
    row = ticket.corrections.get()
    assert (row.is_l1_capable, row.note, row.source) == (True, "A reset.", "api")


def test_a_verb_from_the_wrong_state_says_why(cast: Cast, api: Api, opened: Opener) -> None:
    ticket = opened(cast.customer)
    answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.pk}/reopen/", {"reason": "Oh."})
    assert (answer.status_code, answer.data["error"]["code"]) == (409, "wrong_state")
    assert Transition.objects.filter(ticket=ticket).count() == 1


def test_a_verb_that_is_not_yours_is_refused(cast: Cast, api: Api, opened: Opener) -> None:
    ticket = opened(cast.customer)
    answer = api(cast.customer).post(f"/api/v1/tickets/{ticket.pk}/take/")
    assert (answer.status_code, answer.data["error"]["code"]) == (403, "not_allowed")


def test_private_notes_never_reach_customers(cast: Cast, api: Api, opened: Opener) -> None:
    ticket = opened(cast.customer)
    at = f"/api/v1/tickets/{ticket.pk}/messages/"
    secret = {"body": "Their contract ends.", "visibility": "private"}
    assert api(cast.agent).post(at, secret).status_code == 201
    api(cast.agent).post(at, {"body": "We look into it."})
    for path in (at, "/api/v1/messages/", f"/api/v1/messages/?visibility=private&x={at}"):
        assert "contract" not in api(cast.customer).get(path).content.decode()
    assert "contract" in api(cast.agent).get(at).content.decode()
    assert Message.objects.count() == 3


def test_linking_to_a_ticket_one_may_not_see_looks_like_none(
    cast: Cast, api: Api, opened: Opener
) -> None:
    ours = opened(cast.customer)
    hidden = opened(cast.other_customer, team=cast.confidential, actor=cast.insider)
    body = {"other": hidden.pk, "kind": "related"}
    answer = api(cast.agent).post(f"/api/v1/tickets/{ours.pk}/link/", body)
    assert (answer.status_code, answer.data["error"]["code"]) == (400, "invalid_input")


def test_contacts_are_numbered_as_figures_count_them(cast: Cast, api: Api, opened: Opener) -> None:
    ticket = opened(cast.customer)
    client = api(cast.agent)
    at = f"/api/v1/tickets/{ticket.pk}"
    client.post(f"{at}/messages/", {"body": "Which version?"})
    client.post(f"{at}/start-contact/", {"channel": "phone", "direction": "outbound"})
    client.post(f"{at}/end-contact/")
    contacts = client.get(f"{at}/contacts/").data["results"]
    assert [(each["number"], each["is_live"]) for each in contacts] == [(1, False), (2, True)]
    assert all(each["ended_at"] for each in contacts)
    for asked, numbers in (
        ({"is_live": "true"}, [2]),
        ({"channel": ["portal", "email"]}, [1]),
        ({"channel": "phone", "is_by_customer": "true"}, []),
    ):
        found = client.get(f"{at}/contacts/", asked).data["results"]
        assert [each["number"] for each in found] == numbers
    refused = client.get(f"{at}/contacts/", {"is_live": "perhaps"})
    assert refused.data["error"]["fields"].keys() == {"is_live"}


@pytest.mark.parametrize(
    "query", ["status=new&status=in_progress", "is_open=true", "is_assigned=false", "level=1"]
)
def test_lists_are_filtered(cast: Cast, api: Api, opened: Opener, query: str) -> None:
    ticket = opened(cast.customer)
    found = api(cast.agent).get(f"/api/v1/tickets/?{query}").data["results"]
    assert [each["number"] for each in found] == [ticket.pk]


@pytest.mark.parametrize("query", ["impact=2", "urgency=3", "complexity=complex"])
def test_staff_filter_by_what_a_ticket_is_rated(
    cast: Cast, api: Api, opened: Opener, query: str
) -> None:
    name, value = query.split("=")
    rated, other = opened(cast.customer), opened(cast.customer)
    Ticket.objects.filter(pk=rated.pk).update(**{name: value})
    Ticket.objects.filter(pk=other.pk).update(impact=1, urgency=1, complexity="")
    found = api(cast.agent).get(f"/api/v1/tickets/?{query}").data["results"]
    assert [each["number"] for each in found] == [rated.pk]


def test_an_unreadable_filter_is_an_error_not_ignored(cast: Cast, api: Api) -> None:
    answer = api(cast.agent).get("/api/v1/tickets/?status=lost")
    assert (answer.status_code, answer.data["error"]["fields"].keys()) == (400, {"status"})


def test_pages_are_keyset_and_cost_the_same(
    cast: Cast,
    api: Api,
    opened: Opener,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    client = api(cast.agent)
    for _ in range(5):
        opened(cast.customer)
    first = client.get("/api/v1/tickets/?page_size=2").data
    assert first["next"]
    counts = []
    for size in (2, 5):
        with django_assert_num_queries(_PINNED):
            counts.append(len(client.get(f"/api/v1/tickets/?page_size={size}").data["results"]))
    assert counts == [2, 5]


_PINNED = 4  # the token, its user, the page, its tags


def test_a_fault_answers_in_the_apis_own_words_and_is_logged(
    cast: Cast,
    api: Api,
    opened: Opener,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the secret of the disk")

    monkeypatch.setattr("tickets.api.views.tickets.access.get_ticket", fail)
    ticket = opened(cast.customer)
    program = api(cast.customer)
    program.raise_request_exception = False
    for answer in (
        program.get(f"/api/v1/tickets/{ticket.pk}/"),
        program.post(f"/api/v1/tickets/{ticket.pk}/confirm/"),
    ):
        assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/json")
        error = answer.json()["error"]
        assert (error["code"], error["fields"]) == ("server_error", {})
        assert "secret" not in answer.content.decode()
    logged = [record for record in caplog.records if record.name == "django.request"]
    assert [str(record.exc_info[1]) for record in logged if record.exc_info] == [
        "the secret of the disk"
    ] * 2


def test_an_unknown_address_answers_in_the_apis_own_words(client: APIClient) -> None:
    answer = client.get("/api/v1/nothing/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("value", [7, 7.5, True, None, ["7"]])
def test_text_is_text(cast: Cast, api: Api, opened: Opener, value: object) -> None:
    client, number = api(cast.lead), opened(cast.customer).pk
    tries = [
        client.post("/api/v1/tickets/", {**NEW, "subject": value, "customer": cast.customer.pk}),
        client.post(f"/api/v1/tickets/{number}/messages/", {"body": value}),
        client.patch(f"/api/v1/tickets/{number}/", {"subject": value}),
        client.patch(f"/api/v1/tickets/{number}/", {"tags": [value]}),
        client.patch(f"/api/v1/customers/{cast.customer.pk}/", {"phone": value}),
        client.patch(f"/api/v1/organizations/{cast.organization.pk}/", {"name": value}),
    ]
    assert [answer.status_code for answer in tries] == [400] * len(tries)


def test_nobody_gets_in_without_a_token(client: APIClient) -> None:
    answer = client.get("/api/v1/tickets/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated")
