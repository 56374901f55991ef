"""Program for fault tests: import once what every program of ours imports, then fork one for each
that is asked for.

Most of what a short program takes is Python reading the same modules again. Given: `libraries`
(what needs no settings) or `project` (all, with the settings of its environment). It is asked over
the socket that is its standard input, see tests/faults/programs.py, and ends when it is closed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

LIBRARIES = (
    "celery.beat",
    "celery.bin.celery",
    "celery.worker",
    "dateutil.rrule",
    "django.contrib.postgres.fields",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.test",
    "fido2.server",
    "gunicorn.arbiter",
    "gunicorn.workers.gthread",
    "holidays",
    "imap_tools",
    "kombu.transport.redis",
    "prometheus_client",
    "psycopg",
    "requests",
    "structlog",
    "time_machine",
    "uritemplate",
    "yaml",
)
MOST_BYTES = 65_536
_ends: dict[int, socket.socket] = {}


def load(what: str) -> None:
    """Import what programs need; nothing of it is collected as garbage any more."""
    if what == "project":
        import django

        django.setup()
        importlib.import_module("helpdesk.urls")
        importlib.import_module("tests.cast")
    else:
        for name in LIBRARIES:
            importlib.import_module(name)
    gc.freeze()


def serve() -> dict[str, Any]:
    """Fork a program for each request; return in that one, with what it is to be."""
    asked = socket.socket(fileno=0)
    signal.signal(signal.SIGCHLD, lambda *_: _tell_ends())
    signal.signal(signal.SIGTERM, lambda *_: _end())
    while True:
        text, descriptors, _, _ = socket.recv_fds(asked, MOST_BYTES, 4)
        if not text:
            _end()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # it may end at once
        child = os.fork()
        if not child:
            asked.detach()
            _become_free(descriptors)
            return dict(json.loads(text))
        _ends[child] = socket.socket(fileno=descriptors.pop())
        for descriptor in descriptors:
            os.close(descriptor)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _become_free(descriptors: list[int]) -> None:
    """Be a process as a shell starts it: own session, own streams, nothing of the nursery's."""
    os.setsid()
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for end in _ends.values():
        end.close()
    _ends.clear()
    *streams, end_descriptor = descriptors
    with socket.socket(fileno=end_descriptor) as end:
        end.send(str(os.getpid()).encode())
    for place, descriptor in enumerate(streams):
        os.dup2(descriptor, place)
        os.close(descriptor)


def _tell_ends() -> None:
    """Say of each program that ended how, as subprocess does: its code, or minus the signal."""
    while _ends:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        with _ends.pop(child) as end, suppress(BrokenPipeError):  # nobody asks any more
            end.send(str(os.waitstatus_to_exitcode(status)).encode())


def _end() -> None:
    """Nobody is left who asks: end what still runs, too. Another nursery ends its own first."""
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    for child in _ends:
        os.killpg(child, signal.SIGKILL if sys.argv[1] == "project" else signal.SIGTERM)
        os.waitpid(child, 0)
    sys.exit()


def run(arguments: list[str], environment: dict[str, str]) -> None:
    """Be that program, from its first line to its end."""
    os.environ.clear()
    os.environ.update(environment)
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = os.path.dirname(os.path.abspath(arguments[0]))
        runpy.run_path(arguments[0], run_name="__main__")


load(sys.argv[1])
run(**serve())
