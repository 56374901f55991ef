"""Notices while things break: a killed worker, a Redis that goes and comes, two workers at once."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.faults.desk import Desk, wait_until
from tests.faults.servers import MailServer, Redis

# One group: each of these keeps a core busy, so they are not run beside each other.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("faults")]
OPEN = "tests/faults/open_tickets.py"


def wait_for_mails(mail_server: MailServer, desk: Desk, number: int) -> None:
    try:
        wait_until(
            lambda: len(set(mail_server.message_ids)) >= number,
            within=120,
            what=f"{number} notices are sent, {len(mail_server.message_ids)} were",
        )
    except AssertionError as problem:
        raise AssertionError(f"{problem}\n{desk.logs()[-4000:]}") from None


def test_a_worker_killed_while_it_sends_loses_nothing(desk: Desk, mail_server: MailServer) -> None:
    mail_server.seconds = 0.1
    desk.run(OPEN, "30")
    worker = desk.start_worker()
    wait_until(lambda: len(mail_server.message_ids) >= 5, within=90, what="some notices are sent")
    worker.kill()
    time.sleep(mail_server.seconds * 2)  # what the mail server has in hand, it takes
    sent_before = len(mail_server.message_ids)
    assert sent_before < 30
    mail_server.seconds = 0
    desk.start_worker()
    wait_for_mails(mail_server, desk, 30)
    twice = [key for key, times in Counter(mail_server.message_ids).items() if times > 1]
    # Only what was in the killed worker's hands may come again, under the same Message-ID.
    assert len(twice) <= 2


def test_redis_stopped_and_started_loses_nothing(
    desk: Desk, mail_server: MailServer, redis: Redis
) -> None:
    desk.start_worker()
    desk.run(OPEN, "1")
    wait_for_mails(mail_server, desk, 1)
    wait_until(desk.is_idle, within=60, what="what Redis gave it before is done")
    redis.stop()
    slowest = float(desk.run(OPEN, "5"))  # people go on working
    assert slowest < 5
    assert len(mail_server.message_ids) == 1
    redis.start()
    wait_for_mails(mail_server, desk, 6)
    assert len(mail_server.message_ids) == 6
    wait_until(
        lambda: "6 tickets" in desk.manage("verify_metrics"),
        within=120,
        what="what happened meanwhile is counted, and nothing of it wrong",
        every=1,
    )


def test_two_workers_send_each_notice_once(desk: Desk, mail_server: MailServer) -> None:
    mail_server.seconds = 0.02
    desk.run(OPEN, "40")
    desk.start_worker()
    desk.start_worker()
    wait_for_mails(mail_server, desk, 40)
    assert len(mail_server.message_ids) == 40
