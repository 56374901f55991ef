"""A mail server's program on loopback, with a folder of its own: what Dovecot and Postfix share."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

START_SECONDS = 20


class MailProgram:
    """Runs `command()` until the block ends. Who inherits makes `folder`, takes `port` and starts
    it; it logs to "log" in its folder."""

    folder: Path
    port: int

    def command(self) -> Sequence[str]:
        """The program and its arguments."""
        raise NotImplementedError

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Serve, and wait until connections are taken."""
        self._process = subprocess.Popen(  # noqa: S603  # own words
            self.command(), stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, f"It does not answer: {self.log()}"
            time.sleep(0.02)

    def stop(self) -> None:
        """End, as a server that is switched off."""
        self._process.terminate()
        self._process.wait(timeout=START_SECONDS)

    def kill(self) -> None:
        """End all of it at once, as a machine that loses power."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=START_SECONDS)

    def log(self) -> str:
        """What it said."""
        path = self.folder / "log"
        return path.read_text()[-3000:] if path.exists() else "nothing was logged"

    def _answers(self) -> bool:
        with socket.socket() as asking:
            asking.settimeout(0.2)
            return asking.connect_ex(("127.0.0.1", self.port)) == 0
