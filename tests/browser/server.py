"""The server of the tests: between two of them nothing comes in and nothing is going on.

A page that is closed says good-bye by a request that nobody waits for (`sendBeacon`). It may come
when the next test has begun to empty the tables, and each would wait for the other's locks.
"""

from __future__ import annotations

from threading import Condition
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer

PATIENCE_SECONDS = 30


class GatedServer(ThreadedWSGIServer):
    """Takes connections only while its gate is open, and knows how many it serves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._changed = Condition()
        self._is_open = True
        self._served = 0

    def open_gate(self) -> None:
        """Take connections again."""
        with self._changed:
            self._is_open = True

    def close_gate(self) -> None:
        """Take no more, and wait for the end of those that are open."""
        with self._changed:
            self._is_open = False
            is_quiet = self._changed.wait_for(lambda: self._served == 0, PATIENCE_SECONDS)
        assert is_quiet, "a window that was closed holds a connection open"

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._served += self._is_open
            is_taken = self._is_open
        if is_taken:
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._served -= 1
                self._changed.notify_all()
