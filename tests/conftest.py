"""Fixtures that all tests share: the cast, a fixed now, quick passwords."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from tests.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def _fast_and_quiet(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hash passwords quickly and keep uploads out of the working tree."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = str(tmp_path_factory.getbasetemp() / "media")


@pytest.fixture
def now() -> datetime:
    """A Monday morning: 2 March 2026, 10:00 in Amsterdam, inside office hours."""
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody (see tests/cast.py)."""
    return make_cast()
