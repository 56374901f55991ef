"""Tokens are made with a password once, shown once, and revoked one by one."""

from __future__ import annotations

import base64
from collections.abc import Callable

from rest_framework.test import APIClient

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


def test_nobody_revokes_anothers_token(cast: Cast, api: Api) -> None:
    [token] = api(cast.agent).get("/api/v1/tokens/").data["results"]
    assert api(cast.manager).delete(f"/api/v1/tokens/{token['id']}/").status_code == 404
