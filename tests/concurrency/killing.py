"""Workers of their own process on the test's PostgreSQL, to be killed at any instant."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
# What PostgreSQL calls the worker's connections.
WORKER = "worker to be killed"
PATIENCE_SECONDS = 20

# The work again and again, so that a kill is likely to fall into it.
SCRIPT = """
import django
django.setup()
{imports}
print("ready", flush=True)
while True:
    {act}
"""


def kill_in_the_middle(
    *, imports: str, act: str, has_begun: Callable[[], bool], after: float
) -> None:
    """Start a worker that does `act` (one line of Python) for ever, and kill it `after` seconds
    after its first work was seen. Returns once PostgreSQL has let go of its transactions."""
    worker = _start(SCRIPT.format(imports=imports, act=act))
    try:
        _wait(has_begun, otherwise="the worker did not begin")
        time.sleep(after)  # the instant of the kill is what varies; nothing is waited for
    finally:  # it would work for ever
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)
    _wait(_is_gone, otherwise="a connection stayed open")


def _start(script: str) -> subprocess.Popen[str]:
    settings = connection.settings_dict
    login = f"{settings['USER']}:{settings['PASSWORD']}@" if settings["USER"] else ""
    url = f"postgres://{login}{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"
    worker = subprocess.Popen(  # noqa: S603  # our own interpreter and script
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "PGAPPNAME": WORKER,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "ready"
    return worker


def _wait(condition: Callable[[], bool], *, otherwise: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)


def _is_gone() -> bool:
    """PostgreSQL notices that a client is gone when it next speaks to it."""
    its_own = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(its_own, [WORKER])
        return bool(cursor.fetchone() == (0,))
