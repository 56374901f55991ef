"""What nobody means to send: every page and endpoint refuses it with a sentence, never with 500."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.matrix.conftest import Api, Web
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Status
from tickets.models import CustomField

NINES = "9" * 5000
WORDS = ("²", "9" * 30, NINES, "-1", "٣")
CURSORS = (
    *WORDS,
    f"~{NINES}",
    f"{NINES}~1",
    "0001-01-01T00:00:00+14:00~1",
    "9999-12-31T23:59:59-14:00~1",
    "2026-01-01T00:00:00~1",
)


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("sort", ["waiting", "newest", "priority"])
def test_a_cursor_that_cannot_be_is_the_first_page(
    cast: Cast, web: Web, sort: str, cursor: str
) -> None:
    new_ticket(cast)
    address = {"view": "all", "sort": sort, "after": cursor}
    assert web(cast.agent).get("/queue/", address).status_code == 200
    assert web(cast.customer).get("/portal/", {"after": cursor}).status_code == 200


@pytest.mark.parametrize("word", WORDS)
def test_numbers_that_are_none_choose_nothing(cast: Cast, web: Web, api: Api, word: str) -> None:
    ticket, browser = new_ticket(cast), web(cast.agent)
    for values in ({"ticket": word, "to": "me"}, {"ticket": ticket.pk, "agent": word}):
        assert browser.post("/queue/bulk/", values).status_code == 302
    assert browser.post("/tickets/new/", {"customer": word}).status_code == 422
    program = api(cast.manager)
    answers = [
        program.get("/api/v1/tickets/", {"page_size": word}),
        program.get("/api/v1/metrics/figures/created/", {"team": word}),
    ]
    assert {answer.status_code for answer in answers} <= {200, 400}


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_custom_fields_hold_what_a_database_keeps(cast: Cast, api: Api, sign: str) -> None:
    CustomField.objects.create(key="asset", label="Asset", is_public=True)
    for custom in ({"asset": f"a{sign}"}, {f"b{sign}": "1"}):
        body = json.dumps({"subject": "x", "description": "y", "custom": custom})
        answer = api(cast.customer).generic(
            "POST", "/api/v1/tickets/", body, content_type="application/json"
        )
        assert answer.status_code == 400


@pytest.mark.parametrize("zone", ["Europe", "../etc", "Nope/X"])
def test_a_time_zone_exists(cast: Cast, api: Api, zone: str) -> None:
    address = f"/api/v1/customers/{cast.customer.pk}/"
    assert api(cast.agent).patch(address, {"time_zone": zone}).status_code == 400


def test_customers_act_now(cast: Cast, api: Api) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    ticket = ticket_in(cast, Status.CLOSED, at=long_ago)
    body = {"body": "Again.", "at": (long_ago + timedelta(days=1)).isoformat()}
    answer = api(cast.customer).post(f"/api/v1/tickets/{ticket.pk}/messages/", body)
    assert (answer.status_code, answer.data["error"]["fields"].keys()) == (403, {"at"})
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


@pytest.mark.parametrize("place", ["p=abc", f"p={NINES}", "p=%00", "p=-1"])
@pytest.mark.parametrize("rows", ["tickets", "messages", "teams"])
def test_an_api_cursor_that_was_made_up_is_refused(
    cast: Cast, api: Api, rows: str, place: str
) -> None:
    cursor = b64encode(place.encode()).decode()
    answer = api(cast.manager).get(f"/api/v1/{rows}/", {"cursor": cursor})
    assert answer.status_code in ((404,) if rows != "teams" else (200, 404))
