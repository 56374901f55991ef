"""Fixtures of tests about tickets."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.fixture
def admin(cast: Cast) -> Client:
    """The administrator's browser."""
    client = Client()
    client.force_login(cast.administrator)
    return client
