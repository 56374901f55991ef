"""Promises about time through the API: readable by staff, on the tickets that they see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import time_machine
from rest_framework.test import APIClient

from accounts.models import User
from tests.cast import Cast
from tests.metrics.policies import promise
from tests.tickets.scenes import new_ticket

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Api = Callable[[User], APIClient]


def test_a_ticket_names_its_next_target(cast: Cast, api: Api) -> None:
    promise(first_response=30, resolution=240)
    with time_machine.travel(MONDAY, tick=False):
        ticket = new_ticket(cast)
    found = api(cast.agent).get(f"/api/v1/tickets/{ticket.pk}/").json()
    assert found["next_target"] == "first_response"
    assert found["next_due_at"] == "2026-03-02T10:30:00+01:00"
    rows = api(cast.agent).get(f"/api/v1/tickets/{ticket.pk}/targets/").json()["results"]
    assert {row["kind"]: row["state"] for row in rows} == {
        "first_response": "running",
        "resolution": "running",
    }


def test_customers_get_no_internal_targets(cast: Cast, api: Api) -> None:
    promise(first_response=30)
    ticket = new_ticket(cast)
    client = api(cast.customer)
    assert "next_target" not in client.get(f"/api/v1/tickets/{ticket.pk}/").json()
    assert client.get(f"/api/v1/tickets/{ticket.pk}/targets/").status_code == 403
    assert client.get("/api/v1/sla-policies/").status_code == 403


def test_targets_of_hidden_tickets_are_hidden(cast: Cast, api: Api) -> None:
    promise(first_response=30)
    ticket = new_ticket(cast, team=cast.confidential)
    assert api(cast.agent).get(f"/api/v1/tickets/{ticket.pk}/targets/").status_code == 404
    assert api(cast.agent).get("/api/v1/targets/").json()["results"] == []
    assert len(api(cast.insider).get("/api/v1/targets/").json()["results"]) == 1


def test_targets_can_be_asked_for_by_state_and_due_time(cast: Cast, api: Api) -> None:
    promise(first_response=30, resolution=240)
    with time_machine.travel(MONDAY, tick=False):
        new_ticket(cast)
    before = (MONDAY + timedelta(hours=1)).isoformat()
    client = api(cast.manager)
    rows = client.get("/api/v1/targets/", {"due_before": before, "state": "running"}).json()
    assert [row["kind"] for row in rows["results"]] == ["first_response"]
    assert client.get("/api/v1/targets/", {"state": "late"}).status_code == 400


def test_policies_can_be_read(cast: Cast, api: Api) -> None:
    promise(resolution=240)
    (policy,) = api(cast.agent).get("/api/v1/sla-policies/").json()["results"]
    assert policy["targets"][0]["minutes"] == 240
