"""What tests of sign-in need: the limits on tries start anew."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    """Forget the tries of earlier tests."""
    cache.clear()
