"""Seeding: refused where it would do harm, the same for the same seed, of any size."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from tickets.demo.arrivals import draw_arrivals
from tickets.models import LEDGER_MODELS, Ticket

UNTIL = datetime(2026, 3, 7, 22, 0, tzinfo=UTC)


def seed(*options: str) -> None:
    given = ("--until", UNTIL.isoformat(), "--tickets", "3", *options)
    call_command("seed_demo", *given, stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.django_db
def test_a_production_desk_is_refused_unless_meant(settings):
    settings.ENV = type("Env", (), {"has_demo": False})()
    with pytest.raises(CommandError, match="--yes"):
        seed()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_end_in_the_future_is_refused():
    with pytest.raises(CommandError, match="future"):
        seed("--until", "2199-01-01T00:00:00Z")


def _content() -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = list(
        Ticket.objects.order_by("pk").values_list(
            "subject", "description", "customer__email", "received_at", "status", "access_key"
        )
    )
    for model in LEDGER_MODELS:
        rows = model._default_manager.order_by("ticket__received_at", "seq")
        found += rows.values_list("seq", "occurred_at", "actor__email", "action_id", "level")
    return found


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_data():
    contents = []
    for options in ((), (), ("--seed", "2")):
        with transaction.atomic():
            seed("--tickets", "70", *options)
            contents.append(_content())
            transaction.set_rollback(True)
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


@pytest.mark.django_db
def test_a_small_desk_can_be_had():
    seed()
    assert Ticket.objects.count() == 3
    assert Ticket.objects.aggregate(last=Max("received_at"))["last"] < UNTIL


def test_arrivals_follow_the_week_and_the_day():
    zone = ZoneInfo("Europe/Amsterdam")
    arrivals = draw_arrivals(3_000, until=UNTIL, zone=zone, rng=Random(1))
    local = [moment.astimezone(zone) for moment in arrivals]
    assert len(arrivals) == 3_000
    assert arrivals == sorted(arrivals)
    assert arrivals[0] >= UNTIL - timedelta(days=365)
    mondays = sum(moment.weekday() == 0 for moment in local)
    assert mondays > 5 * sum(moment.weekday() == 6 for moment in local)
    assert sum(8 <= moment.hour < 18 for moment in local) > 2_400
