"""Real threads on PostgreSQL; SQLite lets one writer in at a time and cannot show a race."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from tests.cast import Cast, make_cast

Race = Callable[..., list[object]]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed, so that other connections see it."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite locks the whole file and has no races to show")
    return make_cast()


@pytest.fixture
def race() -> Race:
    """Run functions at the same instant, each on its own connection; return what each returned or
    the exception that it raised."""
    return _race


def _race(*acts: Callable[[], object]) -> list[object]:
    results: list[object] = [None] * len(acts)
    line = threading.Barrier(len(acts))

    def run(lane: int, act: Callable[[], object]) -> None:
        try:
            line.wait(timeout=10)
            results[lane] = act()
        except Exception as error:  # the test judges it
            results[lane] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results
