"""The health pages: alive, ready, and what monitoring reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from helpdesk import health
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.models import InboundMail, Mailbox, Notice
from tickets.services.receiving import keep_mail

pytestmark = pytest.mark.django_db


def test_alive_asks_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "alive"}


def test_ready_when_the_database_answers(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["notices_waiting"] == 0


def test_a_late_notice_is_told(client: Client, cast: Cast) -> None:
    new_ticket(cast)
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    Notice.objects.update(send_after=long_ago)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["notices_waiting"] == 1
    assert answer.json()["oldest_notice_seconds"] >= 600
    assert answer.json()["late"] == ["A notice waits longer than five minutes."]


def test_mail_that_is_not_read_and_mailboxes_that_fail_are_told(client: Client, cast: Cast) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    box = Mailbox.objects.create(
        address="a@desk.example", host="mail", checked_at=long_ago, last_error="Refused."
    )
    Mailbox.objects.create(address="b@desk.example", host="mail", is_active=False, last_error="x")
    kept = [keep_mail(f"Message-ID: <{name}@x>\n\n".encode(), mailbox=box) for name in "abc"]
    for mail, outcome in zip(kept, ("pending", "held", "failed"), strict=True):
        InboundMail.objects.filter(pk=mail.pk).update(outcome=outcome, try_after=long_ago)
    answer = client.get("/readyz").json()
    assert answer["oldest_mail_seconds"] >= 600
    assert answer["oldest_mailbox_check_seconds"] >= 600
    assert [answer[f"mails_{name}"] for name in ("held", "failed")] == [1, 1]
    assert answer["mailboxes_failing"] == 1
    assert answer["late"] == [
        "A mail that came in waits longer than five minutes to be read.",
        "A mail could not be read: see “Mail to decide”.",
        "A mailbox cannot be read: the administration says which, and why.",
        "A mailbox was not asked for new mail for five minutes.",
    ]
    assert b"helpdesk_mails_held 1.0" in client.get("/monitoring").content


def test_a_broker_that_is_away_is_told(client: Client, settings: Settings) -> None:
    found = health.Health(
        has_database=True,
        has_broker=False,
        oldest_notice_seconds=None,
        notices_waiting=0,
        notices_given_up=0,
        oldest_account_mail_seconds=None,
        oldest_touch_seconds=None,
        unmeasured_tickets=0,
        dirty_days=0,
    )
    assert found.is_ready
    assert health.late(found) == ["The broker does not answer: jobs wait for the sweep."]


def test_monitoring_reads_gauges_on_this_machine(client: Client, cast: Cast) -> None:
    new_ticket(cast)
    answer = client.get("/monitoring")
    assert answer.status_code == 200
    assert b"helpdesk_notices_waiting 1.0" in answer.content


def test_monitoring_is_not_there_for_others(client: Client) -> None:
    assert client.get("/monitoring", REMOTE_ADDR="203.0.113.9").status_code == 404


def test_monitoring_takes_its_token(client: Client, settings: Settings) -> None:
    settings.MONITORING_TOKEN = "let-me-see"
    assert client.get("/monitoring").status_code == 404
    wrong = client.get("/monitoring", headers={"authorization": "Bearer let-me"})
    right = client.get("/monitoring", headers={"authorization": "Bearer let-me-see"})
    assert (wrong.status_code, right.status_code) == (404, 200)
