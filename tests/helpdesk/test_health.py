"""The health pages: alive, ready, and what monitoring reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from helpdesk import health
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.models import Notice

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


def test_a_broker_that_is_away_is_told(client: Client, settings: Settings) -> None:
    found = health.Health(
        has_database=True,
        has_broker=False,
        oldest_notice_seconds=None,
        notices_waiting=0,
        notices_given_up=0,
        oldest_touch_seconds=None,
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
