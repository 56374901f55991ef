"""Services and outages through the API: to read for whom they concern, to tell for the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.models import Outage, Service, Ticket
from tickets.services.broadcasting import run_broadcasts

Api = Callable[[User], APIClient]
BASE = "/api/v1"


@pytest.fixture
def mail(cast: Cast) -> Service:
    service = make_service(is_for_all=False)
    service.organizations.add(cast.organization)
    return service


@pytest.fixture
def incident(cast: Cast, mail: Service, api: Api) -> Ticket:
    ticket = new_ticket(cast, customer=cast.colleague, actor=cast.colleague)
    said = {"services": [mail.pk], "words": "We are on it."}
    answer = api(cast.agent).post(f"{BASE}/tickets/{ticket.pk}/declare-outage/", said, "json")
    assert answer.status_code == 200
    return ticket


def test_staff_read_what_was_agreed_customers_what_they_use(
    cast: Cast, mail: Service, api: Api
) -> None:
    other = make_service("Shop", is_for_all=False)
    of_staff = api(cast.agent).get(f"{BASE}/services/").json()["results"]
    assert [row["name"] for row in of_staff] == ["Mail", "Shop"]
    assert of_staff[0]["agreements"][0]["target_percent"] == "99.500"
    own = api(cast.customer).get(f"{BASE}/services/").json()["results"]
    assert [(row["name"], "agreements" in row) for row in own] == [("Mail", False)]
    assert api(cast.customer).get(f"{BASE}/services/{other.pk}/").status_code == 404


def test_an_outage_names_its_incident_to_those_who_may_see_it(
    cast: Cast, incident: Ticket, api: Api
) -> None:
    address = f"{BASE}/outages/?is_running=true"
    (row,) = api(cast.agent).get(address).json()["results"]
    assert (row["ticket"], row["impact"], row["words"]) == (incident.pk, "down", "We are on it.")
    assert api(cast.customer).get(address).json()["results"][0]["ticket"] is None
    assert api(cast.other_customer).get(address).json()["results"] == []


def test_the_desk_ends_and_corrects_it(cast: Cast, incident: Ticket, api: Api) -> None:
    client, outage = api(cast.agent), Outage.objects.get()
    below = f"{BASE}/tickets/{incident.pk}"
    assert client.post(f"{below}/end-outage/", {}, "json").status_code == 200
    said = {"outage": outage.pk, "kind": "resumed", "note": "Again."}
    assert client.post(f"{below}/correct-outage/", said, "json").status_code == 200
    outage.refresh_from_db()
    assert outage.is_running
    bad = {"outage": outage.pk, "kind": "ended", "note": "x"}
    assert client.post(f"{below}/correct-outage/", bad, "json").status_code == 400
    assert client.post(f"{below}/declare-outage/", {"services": []}, "json").status_code == 400


def test_customers_tell_nothing_of_outages(cast: Cast, incident: Ticket, api: Api) -> None:
    below = f"{BASE}/tickets/{incident.pk}"
    for verb in ("end-outage", "announce-outage", "answer-all", "resolve-all"):
        said = {"words": "x", "body": "x", "resolution_code": "solved"}
        assert api(cast.colleague).post(f"{below}/{verb}/", said, "json").status_code == 403
        assert api(cast.other_customer).post(f"{below}/{verb}/", said, "json").status_code == 404
    assert Outage.objects.get().is_running


def test_a_customer_joins_and_is_answered_with_the_others(
    cast: Cast, incident: Ticket, api: Api
) -> None:
    outage = Outage.objects.get()
    joined = api(cast.customer).post(f"{BASE}/outages/{outage.pk}/join/", {}, "json").json()
    again = api(cast.customer).post(f"{BASE}/outages/{outage.pk}/join/", {}, "json").json()
    assert joined["number"] == again["number"]
    assert api(cast.agent).post(f"{BASE}/outages/{outage.pk}/join/").status_code == 403
    address = f"{BASE}/outages/{outage.pk}/join/"
    assert api(cast.other_customer).post(address).status_code == 404
    below = f"{BASE}/tickets/{incident.pk}/answer-all/"
    assert api(cast.agent).post(below, {"body": "It works."}, "json").status_code == 200
    run_broadcasts()
    part = Ticket.objects.get(pk=joined["number"])
    assert part.messages.filter(body="It works.").exists()


def test_what_ends_an_incident_says_when_service_was_restored(
    cast: Cast, incident: Ticket, api: Api
) -> None:
    client, address = api(cast.agent), f"{BASE}/tickets/{incident.pk}"
    said = {"resolution_code": "solved"}
    refused = client.post(f"{address}/resolve/", said, "json")
    assert refused.status_code == 400
    assert "restored_at" in refused.json()["error"]["fields"]
    moment = Outage.objects.get().began_at.isoformat()
    resolved = client.post(f"{address}/resolve/", {**said, "restored_at": moment}, "json")
    assert resolved.status_code == 200
    assert not Outage.objects.running().exists()


def test_an_incident_is_cancelled_with_what_became_of_its_outage(
    cast: Cast, incident: Ticket, api: Api
) -> None:
    client, address = api(cast.agent), f"{BASE}/tickets/{incident.pk}/cancel/"
    refused = client.post(address, {"reason": "mistake"}, "json").json()
    assert "outages" in refused["error"]["fields"]
    said = {"reason": "mistake", "outages": "voided"}
    assert client.post(address, said, "json").status_code == 200
    assert Outage.objects.get().is_void
