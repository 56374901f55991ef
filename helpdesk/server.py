"""The web server of `manage.py up`: gunicorn with threads, one process, worker and beat in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication

from helpdesk.embedded import Embedded

GRACE_SECONDS = 20


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves the site at `bind`:`port` until SIGTERM or SIGINT; `when_ready` is called once it
    listens. Blocks."""

    def __init__(self, *, bind: str, port: int, when_ready: Callable[[], None]) -> None:
        self._bind = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
        self._when_ready = when_ready
        self._embedded: Embedded | None = None
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings; it reads none from files or the environment."""
        values: dict[str, Any] = {
            "bind": self._bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": settings.ENV.web_threads,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda arbiter: self._when_ready(),
            "post_worker_init": lambda worker: self._start(),
            "worker_exit": lambda arbiter, worker: self._stop(),
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the site. Called in the serving process, after the fork."""
        from helpdesk.wsgi import application  # noqa: PLC0415  # builds the middleware: not before

        return application

    def _start(self) -> None:
        self._embedded = Embedded()
        self._embedded.start()

    def _stop(self) -> None:
        if self._embedded:
            self._embedded.stop()
