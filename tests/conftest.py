"""Fixtures that all tests share: the cast, a fixed now, quick passwords."""

from __future__ import annotations

import gc
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from math import inf

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker, Settings

from tests.cast import Cast, make_cast
from tests.effort import EFFORT
from tests.emptying import empty_tables
from tests.faults.desk import Desk
from tests.kept import kept

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("desk", derandomize=EFFORT == 1, deadline=None)
hypothesis.settings.load_profile("desk")


def pytest_collection_finish() -> None:
    """Let the garbage collector look no more at what lives to the end: thousands of tests, the
    code itself. Each sweep went through all of it. And let it look less often, since pages and
    queries make many things that go by themselves: an eighth of the time went into looking."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are processors: a test often waits for a database, a browser or another
    process, and with one more a sixth of the time nobody worked."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the tests that commit, which come last, walk through a browser first, and the longest ways
    before all (they have a file each): the last tests are short then, and no worker goes on long
    after the others."""
    neighbours = Counter(item.path for item in items)

    def turn(item: pytest.Item) -> tuple[bool, float]:
        is_walk = bool(item.get_closest_marker("browser"))
        return _commits(item), neighbours[item.path] if is_walk else inf

    items.sort(key=turn)


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction"))


@pytest.fixture(scope="session", autouse=True)
def _empty_quickly() -> Iterator[None]:
    """After a test that commits, empty the tables in our own way (see tests/emptying.py)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


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
    return kept(make_cast)


@pytest.fixture(scope="session")
def migrated(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Desk]:
    """A migrated, empty desk for programs of their own, which others are copied from. A test needs
    the mark `django_db` for it: without one that has it there is no database to copy."""
    desk = Desk(tmp_path_factory.mktemp("migrated"))
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), sqlite3.connect(desk.folder / "db.sqlite3") as copy:
            connection.ensure_connection()
            assert "memory" in str(connection.settings_dict["NAME"])  # no desk that is at work
            connection.connection.backup(copy)
    else:
        desk.manage("migrate", "--verbosity", "0")
    yield desk
    desk.close()
