"""Programs of ours as processes of their own: really started, or forked where all is imported."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
NURSERY = "tests/faults/nursery.py"
START_SECONDS = 60


def base_environment() -> dict[str, str]:
    """What every program is given of our own environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT)}


@functools.cache
def libraries() -> Nursery:
    """The one nursery that all others fork from: it starts the programs that read their settings
    themselves."""
    return Nursery(base_environment())


class Program:
    """One that a nursery started. It leads a process group of its own."""

    def __init__(self, told: socket.socket) -> None:
        """`told` is where the nursery says its number and, once, how it ended."""
        self._told = told
        self.returncode: int | None = None
        self.pid = int(self._next(within=START_SECONDS))

    def poll(self) -> int | None:
        """Return how it ended: its code, or minus the signal; None while it runs."""
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self._note_end()
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait until it ended. Raises TimeoutError after so many seconds."""
        if self.returncode is None:
            self._note_end(within=timeout)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """Tell it something, but not its children."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it and its children at once, without a word (SIGKILL)."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it ended just now
                os.killpg(self.pid, signal.SIGKILL)
        self.wait(timeout=START_SECONDS)

    def _note_end(self, *, within: float = 0) -> None:
        self.returncode = int(self._next(within=within))
        self._told.close()

    def _next(self, *, within: float) -> str:
        self._told.settimeout(within or START_SECONDS)
        said = self._told.recv(64).decode()
        assert said, "The nursery is gone."
        return said


class Nursery:
    """Starts programs of one environment, which has imported what they need (see nursery.py)."""

    def __init__(self, environment: Mapping[str, str], *, within: Nursery | None = None) -> None:
        """Make one: a process started anew, with libraries only, which reads no settings; or one
        that forks from that (`within`) and has the whole project with this environment's."""
        self.environment = dict(environment)
        self._asked, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            if within is None:
                self._start(theirs)
            else:
                within.start(NURSERY, "project", environment=environment, stdin=theirs.fileno())

    def _start(self, theirs: socket.socket) -> None:
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, NURSERY, "libraries"],
            cwd=ROOT,
            env=self.environment,
            stdin=theirs.fileno(),
            start_new_session=True,
        )
        atexit.register(process.wait)
        atexit.register(self.close)  # the last that is registered comes first

    def start(
        self,
        *arguments: str,
        environment: Mapping[str, str],
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> Program:
        """Start a Python program and leave it running. Its streams are given, or lead nowhere."""
        request = {"arguments": arguments, "environment": dict(environment)}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, Path(os.devnull).open("r+b") as nowhere:
            given = (nowhere.fileno() if each is None else each for each in (stdin, stdout, stderr))
            descriptors = [*given, theirs.fileno()]
            socket.send_fds(self._asked, [json.dumps(request).encode()], descriptors)
        return Program(ours)

    def run(
        self, *arguments: str, environment: Mapping[str, str], within: float = 240
    ) -> subprocess.CompletedProcess[str]:
        """Run a Python program to its end, as `subprocess.run` does. Raises TimeoutError."""
        with TemporaryFile() as printed, TemporaryFile() as said:
            streams = {"stdout": printed.fileno(), "stderr": said.fileno()}
            program = self.start(*arguments, environment=environment, **streams)
            try:
                code = program.wait(within)
            finally:
                program.kill()
            return subprocess.CompletedProcess(arguments, code, _text(printed), _text(said))

    def close(self) -> None:
        """End it, and what it started."""
        self._asked.close()


def _text(written: IO[bytes]) -> str:
    written.seek(0)
    return written.read().decode()
