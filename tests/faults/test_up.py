"""`manage.py up`: serves, sends what is promised, ends when told, and loses nothing when killed."""

from __future__ import annotations

import json
import re
import signal
import urllib.error
import urllib.request

import pytest

from tests.faults.desk import Desk, wait_until
from tests.faults.programs import Program
from tests.faults.servers import MailServer, Redis
from tickets.demo.desk import DEMO_PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("faults")]


def start(desk: Desk) -> Program:
    program = desk.start("manage.py", "up", "--no-demo")
    wait_until(lambda: answer(desk) is not None, within=180, what="it serves")
    return program


def answer(desk: Desk) -> dict[str, object] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{desk.port}/readyz", timeout=5) as page:
            return dict(json.load(page))
    except (urllib.error.URLError, ConnectionError):
        return None


@pytest.mark.parametrize(("number", "has_demo"), [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_it_serves_and_ends_when_told(
    small_desk: Desk, number: signal.Signals, has_demo: bool
) -> None:
    """And says where, and on a demo desk who may sign in with which password."""
    if has_demo:
        small_desk.manage("seed_demo", "--tickets", "20")
    process = start(small_desk)
    assert answer(small_desk) is not None
    told = small_desk.logs()
    assert f"The desk is at http://127.0.0.1:{small_desk.port}" in told
    parts = ("customer", "L1 agent", "L2 agent", "L3 agent", "manager", "administrator")
    for part in parts:
        assert bool(re.search(rf"^  {part} +\S+@\S+$", told, re.MULTILINE)) == has_demo
    assert (DEMO_PASSWORD in told) == has_demo
    process.send_signal(number)
    assert process.wait(timeout=60) == 0
    assert answer(small_desk) is None


def test_notices_left_by_a_killed_desk_are_sent_after_the_next_start(
    small_desk: Desk, mail_server: MailServer
) -> None:
    mail_server.seconds = 0.1
    small_desk.run("tests/faults/open_tickets.py", "20")
    process = start(small_desk)
    wait_until(lambda: len(mail_server.message_ids) >= 3, within=90, what="some are sent")
    process.kill()
    assert len(mail_server.message_ids) < 20
    mail_server.seconds = 0
    start(small_desk)
    wait_until(lambda: len(set(mail_server.message_ids)) == 20, within=120, what="all are sent")


def test_a_taken_port_is_told_in_one_sentence(small_desk: Desk) -> None:
    start(small_desk)
    second = small_desk.start("manage.py", "up", "--no-demo")
    assert second.wait(timeout=120) == 1
    assert f"Cannot listen on 127.0.0.1:{small_desk.port}" in small_desk.logs()


def test_its_worker_comes_back_when_redis_does(
    desk: Desk, mail_server: MailServer, redis: Redis
) -> None:
    start(desk)
    desk.run("tests/faults/open_tickets.py", "2")
    wait_until(lambda: len(mail_server.message_ids) == 2, within=120, what="two are sent")
    redis.stop()
    desk.run("tests/faults/open_tickets.py", "2")
    redis.start()
    wait_until(lambda: len(mail_server.message_ids) == 4, within=120, what="four are sent")
