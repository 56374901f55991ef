"""Tokens are made with a password once, shown once, and revoked one by one."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from accounts.models import User
from tests.cast import PASSWORD, Cast

Api = Callable[[User], APIClient]


def _basic(email: str, password: str) -> dict[str, str]:
    words = base64.b64encode(f"{email}:{password}".encode()).decode()
    return {"Authorization": f"Basic {words}"}


def test_a_password_makes_the_first_token(cast: Cast) -> None:
    client = APIClient()
    made = client.post("/api/v1/tokens/", headers=_basic(cast.agent.email, PASSWORD))
    assert made.status_code == 201
    client.credentials(HTTP_AUTHORIZATION=f"Token {made.data['token']}")
    assert client.get("/api/v1/tickets/").status_code == 200
    listed = client.get("/api/v1/tokens/").data["results"]
    assert [each["id"] for each in listed] == [made.data["id"]]
    assert "token" not in listed[0]


def test_a_wrong_password_makes_none(cast: Cast) -> None:
    answer = APIClient().post("/api/v1/tokens/", headers=_basic(cast.agent.email, "no"))
    assert answer.status_code == 401


def test_a_revoked_token_is_out_at_once(cast: Cast, api: Api) -> None:
    client = api(cast.agent)
    [token] = client.get("/api/v1/tokens/").data["results"]
    assert client.delete(f"/api/v1/tokens/{token['id']}/").status_code == 204
    assert client.get("/api/v1/tickets/").status_code == 401


def test_tokens_of_one_person_share_a_limit(
    cast: Cast, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program gains nothing by a second token, and is told how long to wait; others go on."""
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "user", "3/min")
    first, second = api(cast.agent), api(cast.agent)
    codes = [
        client.get("/api/v1/products/").status_code for client in (first, second, first, second)
    ]
    assert codes == [200, 200, 200, 429]
    refused = first.get("/api/v1/products/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "throttled")
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert api(cast.manager).get("/api/v1/products/").status_code == 200


@pytest.mark.parametrize(
    ("limit", "others"), [("passwords_of", 201), ("passwords_from", 429)], ids=["account", "net"]
)
def test_passwords_are_tried_so_often(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, limit: str, others: int
) -> None:
    """Of one account, and from one address of the net; then the right one waits, too."""
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, limit, "2/min")
    wrong, right = _basic(cast.agent.email, "no"), _basic(cast.agent.email.upper(), PASSWORD)
    other = _basic(cast.manager.email, PASSWORD)
    answers = [
        APIClient().post("/api/v1/tokens/", headers=each) for each in (wrong, wrong, right, other)
    ]
    assert [each.status_code for each in answers] == [401, 401, 429, others]
    assert int(answers[2].headers["Retry-After"]) > 0


def test_right_passwords_use_up_no_tries(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that asks for a token each time goes on; wrong ones in between still count."""
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "passwords_of", "2/min")
    wrong, right = _basic(cast.agent.email, "no"), _basic(cast.agent.email, PASSWORD)
    tried = [wrong, right, right, right, wrong, right]
    answers = [APIClient().post("/api/v1/tokens/", headers=each) for each in tried]
    assert [each.status_code for each in answers] == [401, 201, 201, 201, 401, 429]


def test_nobody_revokes_anothers_token(cast: Cast, api: Api) -> None:
    [token] = api(cast.agent).get("/api/v1/tokens/").data["results"]
    assert api(cast.manager).delete(f"/api/v1/tokens/{token['id']}/").status_code == 404
