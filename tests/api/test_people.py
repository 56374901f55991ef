"""Customers and organizations through the API: what the pages do for them, done here too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.choices import CustomerTier
from accounts.models import OrganizationDomain, User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.sla.desk import choices, promise
from tickets.services.watching import follow_changes

Api = Callable[[User], APIClient]
CUSTOMERS = "/api/v1/customers/"


def _change_by_api(cast: Cast, api: Api) -> None:
    address = f"/api/v1/organizations/{cast.organization.pk}/"
    answer = api(cast.lead).patch(address, {"tier": CustomerTier.STANDARD})
    assert (answer.status_code, answer.data["tier"]) == (200, "standard")


def _change_by_admin(cast: Cast, api: Api) -> None:
    browser = Client()
    browser.force_login(cast.administrator)
    domain = cast.organization.domains.get()
    form = {
        "name": cast.organization.name,
        "tier": "standard",
        "is_active": "on",
        "domains-TOTAL_FORMS": "1",
        "domains-INITIAL_FORMS": "1",
        "domains-0-id": str(domain.pk),
        "domains-0-organization": str(cast.organization.pk),
        "domains-0-domain": domain.domain,
    }
    address = f"/admin/accounts/organization/{cast.organization.pk}/change/"
    assert browser.post(address, form).status_code == 302


@pytest.mark.parametrize("change", [_change_by_api, _change_by_admin])
def test_policies_follow_another_tier_whoever_changes_it(
    cast: Cast, api: Api, change: Callable[[Cast, Api], None]
) -> None:
    promise("Premier", position=1, resolution=60, tiers=(CustomerTier.PREMIER,))
    promise("Everybody", position=2, resolution=600)
    ticket = new_ticket(cast)
    assert choices(ticket)[-1][0] == "Premier, version 1"
    change(cast, api)
    assert follow_changes(datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert choices(ticket)[-1][0] == "Everybody, version 1"
    cast.organization.refresh_from_db()
    assert cast.organization.tier == CustomerTier.STANDARD


def test_what_was_not_sent_is_not_written_over(cast: Cast, api: Api) -> None:
    address = f"/api/v1/organizations/{cast.organization.pk}/"
    assert api(cast.lead).patch(address, {"name": "Acme Ltd"}).status_code == 200
    cast.organization.refresh_from_db()
    assert (cast.organization.name, cast.organization.tier) == ("Acme Ltd", "premier")
    assert cast.organization.is_active


def test_domains_are_set_by_who_manages_the_desk(cast: Cast, api: Api) -> None:
    """As in the admin: the whole list, in lower case and without the @."""
    address = f"/api/v1/organizations/{cast.organization.pk}/"
    client = api(cast.manager)
    sent = {"domains": ["@Acme.example", "acme.test", "ACME.test"]}
    answer = client.patch(address, sent)
    assert (answer.status_code, answer.data["domains"]) == (200, ["acme.example", "acme.test"])
    new = api(cast.agent).post(CUSTOMERS, {"email": "n@acme.test", "name": "Nell"})
    assert new.data["organization"] == cast.organization.pk
    assert client.patch(address, {"domains": []}).data["domains"] == []
    made = client.post("/api/v1/organizations/", {"name": "Initech", "domains": ["acme.test"]})
    assert (made.status_code, made.data["domains"]) == (201, ["acme.test"])
    assert client.patch(address, {"tier": "standard"}).data["domains"] == []


@pytest.mark.parametrize("domain", ["globex.example", "localhost", "two words.example", "", 7])
def test_a_domain_that_cannot_be_is_refused(cast: Cast, api: Api, domain: object) -> None:
    """Another organization's, or none at all; what was there stays."""
    address = f"/api/v1/organizations/{cast.organization.pk}/"
    answer = api(cast.administrator).patch(address, {"name": "A", "domains": ["a.test", domain]})
    assert answer.status_code == 400
    assert {name.partition(".")[0] for name in answer.json()["error"]["fields"]} == {"domains"}
    cast.organization.refresh_from_db()
    assert cast.organization.name == "Acme"
    assert [row.domain for row in cast.organization.domains.all()] == ["acme.example"]


def test_leads_change_organizations_and_no_domains(cast: Cast, api: Api) -> None:
    """A domain decides who joins: its customers may see what others wrote."""
    client, address = api(cast.lead), f"/api/v1/organizations/{cast.organization.pk}/"
    for answer in (
        client.patch(address, {"domains": ["lead.test"]}),
        client.post("/api/v1/organizations/", {"name": "Initech", "domains": ["lead.test"]}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")
    assert not OrganizationDomain.objects.filter(domain="lead.test").exists()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [({}, "Acme"), ({"organization": None}, None), ({"organization": "Globex"}, "Globex")],
)
def test_a_new_customer_joins_the_organization_of_their_domain_unless_told_otherwise(
    cast: Cast, api: Api, sent: dict[str, object], expected: str | None
) -> None:
    if sent.get("organization"):
        sent = {"organization": cast.other_organization.pk}
    body = {"email": "New@Acme.example", "name": "Nell", "job_title": "Buyer", **sent}
    answer = api(cast.agent).post(CUSTOMERS, body)
    assert (answer.status_code, answer.data["email"]) == (201, "new@acme.example")
    person = User.objects.get(pk=answer.data["id"])
    assert (person.organization and person.organization.name) == expected
    assert (person.role, person.job_title) == ("customer", "Buyer")
    assert not person.has_usable_password()


def test_nobody_joins_an_organization_that_is_switched_off(cast: Cast, api: Api) -> None:
    cast.organization.is_active = False
    cast.organization.save()
    answer = api(cast.agent).post(CUSTOMERS, {"email": "new@acme.example", "name": "Nell"})
    assert (answer.status_code, answer.data["organization"]) == (201, None)


def test_an_address_is_one_persons_whatever_its_case(cast: Cast, api: Api) -> None:
    client, taken = api(cast.agent), cast.customer.email.upper()
    tries = [
        client.post(CUSTOMERS, {"email": taken, "name": "Carla"}),
        client.patch(f"{CUSTOMERS}{cast.colleague.pk}/", {"email": taken}),
    ]
    for answer in tries:
        assert (answer.status_code, answer.data["error"]["fields"].keys()) == (400, {"email"})


@pytest.mark.parametrize(
    ("rows", "body", "other"),
    [
        ("customers", {"email": "n@new.example", "name": "N"}, {"name": "M"}),
        ("organizations", {"name": "Initech"}, {"name": "Umbrella"}),
    ],
)
def test_the_same_key_makes_one(
    cast: Cast, api: Api, rows: str, body: dict[str, str], other: dict[str, str]
) -> None:
    client, address, key = api(cast.lead), f"/api/v1/{rows}/", {"Idempotency-Key": "p-1"}
    first, again = (client.post(address, body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["Idempotent-Replay"] == "true"
    assert client.post(address, {**body, **other}, headers=key).status_code == 409
