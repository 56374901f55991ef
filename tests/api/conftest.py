"""A client per part of the cast, signed in with a token as programs are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import User
from tickets.choices import Channel
from tickets.models import Ticket
from tickets.services.opening import open_ticket

Opener = Callable[..., Ticket]


@pytest.fixture(autouse=True)
def _forget_counts() -> None:
    """Throttles count in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def api() -> Callable[[User], APIClient]:
    """Sign a client in as somebody."""

    def sign_in(user: User) -> APIClient:
        _, token = AuthToken.objects.create(user=user)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return sign_in


@pytest.fixture
def opened() -> Opener:
    """Open a ticket as a customer does."""

    def open_for(customer: User, **fields: object) -> Ticket:
        values: dict[str, object] = {
            "customer": customer,
            "actor": customer,
            "subject": "VPN drops",
            "description": "Every ten minutes.",
            "channel": Channel.PORTAL,
        }
        return open_ticket(**{**values, **fields})  # type: ignore[arg-type]  # a test's shorthand

    return open_for
