"""A desk of real processes for fault tests: own database, Redis, mail server and workers."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from celery import Celery

from tests.faults.programs import Nursery, Program, base_environment, libraries

LEASE_SECONDS = 3


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(
    is_true: Callable[[], bool], *, within: float, what: str, every: float = 0.05
) -> None:
    """Look again and again until it is true; fail the test where it does not become so in time.
    All in seconds."""
    deadline = time.monotonic() + within
    while not is_true():
        assert time.monotonic() < deadline, f"Not within {within} s: {what}"
        time.sleep(every)


class Desk:
    """Runs this project's programs in an environment of their own. `close()` ends all of them."""

    def __init__(
        self, folder: Path, *, like: Desk | None = None, mail_port: int = 0, redis_port: int = 0
    ) -> None:
        """Make a desk with an empty database, or with a copy of that of the desk `like`."""
        self.folder = folder
        self.port = free_port()
        self.database = f"fault_{uuid.uuid4().hex[:12]}"
        self._running: list[Program] = []
        self._nurseries: dict[frozenset[tuple[str, str]], Nursery] = {}
        self.environment = base_environment() | {
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "VAR_DIR": str(folder),
            "PORT": str(self.port),
            "DATABASE_URL": self._create_database(like),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "NOTICE_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        if redis_port:  # 0: the queue is in memory
            self.environment["REDIS_URL"] = f"redis://127.0.0.1:{redis_port}/0"

    def run(self, *arguments: str, within: float = 240) -> str:
        """Run a Python program to its end; return what it printed. Fails where it fails."""
        done = self.nursery().run(*arguments, environment=self.environment, within=within)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *arguments: str) -> str:
        """Run a management command."""
        return self.run("manage.py", *arguments)

    def start(self, *arguments: str) -> Program:
        """Start a Python program and leave it running; its output is kept in the folder."""
        with (self.folder / f"{len(self._running)}.log").open("wb") as log:
            streams = {"stdout": log.fileno(), "stderr": log.fileno()}
            program = self.nursery().start(*arguments, environment=self.environment, **streams)
        self._running.append(program)
        return program

    def nursery(self) -> Nursery:
        """That of the environment as it is now: settings are read once."""
        key = frozenset(self.environment.items())
        if key not in self._nurseries:
            self._nurseries[key] = Nursery(self.environment, within=libraries())
        return self._nurseries[key]

    def start_worker(self) -> Program:
        """Start a Celery worker with its beat, as docs/operations.md does."""
        options = ("--beat", "--concurrency", "2", "--loglevel", "INFO")
        return self.start("-m", "celery", "-A", "helpdesk", "worker", *options)

    def nudge(self, *tasks: str) -> None:
        """Have a worker do this now, which the beat asks for in a while anyway."""
        with Celery(broker=self.environment["REDIS_URL"], set_as_current=False) as app:
            for task in tasks:
                app.send_task(task, expires=60)

    def waiting_tasks(self) -> int:
        """How many tasks no worker has taken yet."""
        with Celery(broker=self.environment["REDIS_URL"], set_as_current=False) as app:
            channel: Any = app.connection_for_read().default_channel
            return int(channel.client.llen("celery"))

    def is_idle(self) -> bool:
        """Whether a worker answers, and none has anything in hand."""
        with Celery(broker=self.environment["REDIS_URL"], set_as_current=False) as app:
            asking = app.control.inspect(timeout=5, limit=1)
            in_hand = (asking.active(), asking.reserved())
        return all(each and not any(each.values()) for each in in_hand)

    def logs(self) -> str:
        """Return what all programs wrote, for a failing test's report."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """End what runs, and drop the database."""
        for program in self._running:
            program.kill()
        for nursery in self._nurseries.values():
            nursery.close()
        if _server_url():
            _ask_server(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def change(self, statement: str) -> None:
        """Write to the database past all programs, as an operator does."""
        if _server_url():
            _ask_server(statement, url=self.environment["DATABASE_URL"])
            return
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as connection:
            connection.execute(statement)
            connection.commit()

    def _create_database(self, like: Desk | None) -> str:
        server = _server_url()
        if server:
            template = f" TEMPLATE {like.database}" if like else ""
            _ask_server(f"CREATE DATABASE {self.database}{template}")
            return urlunsplit(urlsplit(server)._replace(path=f"/{self.database}"))
        if like:
            for path in like.folder.glob("db.sqlite3*"):
                shutil.copy(path, self.folder)
        return f"sqlite:///{self.folder / 'db.sqlite3'}"


def _server_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def _ask_server(statement: str, *, url: str = "") -> None:
    import psycopg  # only where the tests run on PostgreSQL

    with psycopg.connect(url or _server_url(), autocommit=True) as connection:
        connection.execute(statement.encode())
