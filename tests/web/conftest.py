"""Fixtures of the page tests: a browser without script, signed in as anybody of the cast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from tickets.models import Ticket

SignIn = Callable[[User], Client]
Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nobody_is_there() -> None:
    """Who looks at a ticket is in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def no_cache(settings: Settings) -> None:
    """A cache that keeps nothing, as while Redis is away."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def sign_in() -> SignIn:
    """Return a client that is signed in as somebody."""

    def as_user(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_user


@pytest.fixture
def do(sign_in: SignIn) -> Do:
    """Return a function that does an act by its page and follows to where it leads."""

    def act(user: User, ticket: Ticket, slug: str, **values: object) -> Any:
        url = reverse("act", kwargs={"number": ticket.pk, "slug": slug})
        return sign_in(user).post(url, values, follow=True)

    return act
