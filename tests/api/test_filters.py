"""Who may filter lists by what: nobody learns by a filter what they are not shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.conftest import Opener
from tests.cast import Cast
from tickets.api.serializers.tickets import STAFF_ONLY

Api = Callable[[User], APIClient]

FOR_STAFF = {
    "tickets": {
        "level": "1",
        "priority": "2",
        "impact": "2",
        "urgency": "3",
        "complexity": "complex",
        "tier": "premier",
        "team": "1",
        "assignee": "1",
        "is_assigned": "true",
        "tag": "vip",
        "external_id": "7",
    },
    "messages": {"actor": "1", "visibility": "private"},
}
FOR_ALL = {
    "tickets": {
        "search": "vpn",
        "status": "new",
        "channel": "portal",
        "type": "incident",
        "is_open": "true",
        "received_after": "2020-01-01T00:00:00Z",
        "resolved_before": "2099-01-01T00:00:00Z",
        "customer": "1",
        "organization": "1",
        "category": "1",
        "product": "1",
    },
    "messages": {"ticket": "1", "occurred_after": "2020-01-01T00:00:00Z"},
}
STAFF_CASES = [(rows, pair) for rows, pairs in FOR_STAFF.items() for pair in pairs.items()]
ALL_CASES = [(rows, pair) for rows, pairs in FOR_ALL.items() for pair in pairs.items()]


@pytest.mark.parametrize(("rows", "one"), STAFF_CASES)
def test_customers_get_no_answer_by_what_is_the_desks(
    cast: Cast, api: Api, opened: Opener, rows: str, one: tuple[str, str]
) -> None:
    opened(cast.customer)
    name, value = one
    for text in (value, "", "nonsense"):
        answer = api(cast.customer).get(f"/api/v1/{rows}/", {name: text})
        assert (answer.status_code, answer.data["error"]["fields"].keys()) == (400, {name})
    assert api(cast.agent).get(f"/api/v1/{rows}/", {name: value}).status_code == 200


def test_one_tickets_messages_are_no_way_around(cast: Cast, api: Api, opened: Opener) -> None:
    address = f"/api/v1/tickets/{opened(cast.customer).pk}/messages/"
    assert api(cast.customer).get(address, {"actor": cast.agent.pk}).status_code == 400
    assert api(cast.customer).get(address).status_code == 200


@pytest.mark.parametrize(("rows", "one"), ALL_CASES)
def test_customers_filter_by_what_they_see(
    cast: Cast, api: Api, rows: str, one: tuple[str, str]
) -> None:
    assert api(cast.customer).get(f"/api/v1/{rows}/", dict([one])).status_code == 200


def test_no_field_that_is_hidden_is_offered_to_customers() -> None:
    assert not STAFF_ONLY & FOR_ALL["tickets"].keys()


def test_the_schema_says_which_are_for_staff() -> None:
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    for rows, names in FOR_STAFF.items():
        told = {each["name"]: each for each in paths[f"/api/v1/{rows}/"]["get"]["parameters"]}
        marked = {
            name for name, each in told.items() if "Staff only." in each.get("description", "")
        }
        assert marked == names.keys()
        paging = {"cursor", "page_size"}
        assert told.keys() - marked - paging >= FOR_ALL[rows].keys()
