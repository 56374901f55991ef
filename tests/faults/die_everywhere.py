"""Program for fault tests: take in the letters that wait and send the notices about them, killed
(SIGKILL) before the first statement to the database, in the next turn before the second, and so on.

Given: the port of the IMAP server and how many letters wait there. Prints how often each of the two
tasks was killed, and what became of the letters.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import django

django.setup()

import time_machine  # noqa: E402  # needs Django to stand
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.faults.open_mailbox import open_mailbox  # noqa: E402
from tests.faults.show_mail import what_became  # noqa: E402
from tickets.choices import MailOutcome  # noqa: E402
from tickets.models import InboundMail, Notice  # noqa: E402
from tickets.tasks import deliver_notices, fetch_mail  # noqa: E402

MOST_TURNS = 200
LATER = 2 * timedelta(seconds=settings.NOTICE_LEASE_SECONDS)
turns = count()


class Bomb:
    """Lets so many statements through, and kills the process before the next. A commit is one."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Do one statement, see `execute_wrapper`."""
        self.tick()
        return execute(*statement)

    def tick(self) -> None:
        """Count one."""
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


def die_everywhere(task: Callable[[], None], *, is_done: Callable[[], bool]) -> int:
    """Run the task in one process after the other until all is done; return how many died. Each
    comes when what the last one had claimed is free again."""
    killed = 0
    for turn in range(MOST_TURNS):
        if is_done():
            return killed
        connection.close()  # what one process has of it, no other may use
        late = next(turns) * LATER
        child = os.fork()
        if not child:
            _run(task, bomb=Bomb(turn), late=late)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
        killed += os.WIFSIGNALED(status)
    raise AssertionError(f"Not done in {MOST_TURNS} turns.")


def _run(task: Callable[[], None], *, bomb: Bomb, late: timedelta) -> None:
    commit = connection.commit

    def tick_and_commit() -> None:
        bomb.tick()
        commit()

    connection.commit = tick_and_commit  # type: ignore[method-assign]  # counts too
    code = 1
    try:
        with time_machine.travel(timezone.now() + late), connection.execute_wrapper(bomb):
            task()
        code = 0
    finally:
        os._exit(code)


def all_are_read() -> bool:
    return InboundMail.objects.exclude(outcome=MailOutcome.PENDING).count() == letters


def all_are_sent() -> bool:
    return not Notice.objects.unsent().exists()


port, letters = map(int, sys.argv[1:])
open_mailbox(port)
kills = (
    die_everywhere(fetch_mail, is_done=all_are_read),
    die_everywhere(deliver_notices, is_done=all_are_sent),
)
json.dump({"kills": kills, **what_became()}, sys.stdout, default=str)
