"""Browsers and API clients of anybody, whose errors are answers: a 500 is seen, not raised."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import User

Web = Callable[[User], Client]
Api = Callable[[User], APIClient]


@pytest.fixture(autouse=True)
def _forget_counts() -> None:
    """Throttles count in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def web() -> Web:
    """Sign a browser in as somebody."""

    def sign_in(user: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def api() -> Api:
    """Sign a program in as somebody."""

    def sign_in(user: User) -> APIClient:
        _, token = AuthToken.objects.create(user=user)
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return sign_in
