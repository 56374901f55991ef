"""A seeded demo desk: its ledger is sound, and there is live work at its end."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from knowledge.models import SelfServiceSession
from tickets.choices import Status
from tickets.demo.desk import DEMO_PASSWORD
from tickets.models import LEDGER_MODELS, Escalation, Message, Survey, SurveyTask, Ticket
from tickets.services.ledger_check import find_differences

UNTIL = datetime(2026, 3, 7, 22, 0, tzinfo=UTC)  # a Saturday night: nobody is at work
TICKETS = 150


def seed(*options: str) -> str:
    out = io.StringIO()
    given = ("--until", UNTIL.isoformat(), "--tickets", str(TICKETS))
    call_command("seed_demo", *given, *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any):
    """A seeded desk for the whole module, and what the seed printed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_ticket_agrees_with_its_ledger(demo):
    assert Ticket.objects.count() == TICKETS
    assert list(find_differences(Ticket.objects.all())) == []


@pytest.mark.django_db
def test_nothing_happens_after_its_end_or_before_receipt(demo):
    for model in LEDGER_MODELS:
        for row in model._default_manager.select_related("ticket"):
            assert row.ticket.received_at <= row.occurred_at <= UNTIL


@pytest.mark.django_db
def test_tickets_are_numbered_in_order_of_receipt(demo):
    received = list(Ticket.objects.order_by("pk").values_list("received_at", flat=True))
    assert received == sorted(received)


@pytest.mark.django_db
def test_there_is_live_work_whatever_the_hour(demo):
    is_open = Ticket.objects.open()
    assert {ticket.status for ticket in is_open} == {
        Status.NEW,
        Status.IN_PROGRESS,
        Status.WAITING_CUSTOMER,
        Status.WAITING_VENDOR,
        Status.ON_HOLD,
    }
    assert is_open.exclude(live_contact=None).count() == 1
    assert is_open.exclude(pending_escalation=None).count() >= 2
    assert is_open.exclude(waiting_since=None).exclude(assignee=None).exists()


@pytest.mark.django_db
def test_the_demo_customer_has_tickets_in_every_step(demo):
    statuses = set(
        Ticket.objects.filter(customer__email__startswith="carla@").values_list("status", flat=True)
    )
    assert {"new", "in_progress", "waiting_customer", "resolved"} <= statuses


@pytest.mark.django_db
def test_escalations_are_warm_and_cold_and_some_come_back(demo):
    assert Escalation.objects.filter(is_warm=True).exists()
    assert Escalation.objects.filter(kind="functional", is_warm=False).exists()
    assert Escalation.objects.filter(kind="returned").exists()


@pytest.mark.django_db
def test_customers_were_asked_by_the_rules(demo):
    surveys = Survey.objects.filter(sent_at__isnull=False).order_by("customer", "sent_at")
    assert {survey.kind for survey in surveys} == {"csat", "nps"}
    for one, other in pairwise(surveys):
        if one.customer_id == other.customer_id:
            assert one.sent_at
            assert other.sent_at
            assert other.sent_at - one.sent_at >= timedelta(days=30)
    answered = [survey for survey in surveys.select_related("response") if survey.response]
    assert 0.15 < len(answered) / len(surveys) < 0.5
    for survey in answered:
        assert survey.response
        assert survey.sent_at
        assert survey.locks_at
        assert survey.sent_at < survey.response.occurred_at < survey.locks_at
        assert survey.responses.order_by("seq").last() == survey.response


@pytest.mark.django_db
def test_some_low_scores_wait_to_be_followed_up(demo):
    for task in SurveyTask.objects.select_related("survey__response"):
        assert task.survey.response
        assert task.survey.response.score <= (2 if task.survey.kind == "csat" else 6)
        assert task.created_at <= UNTIL


@pytest.mark.django_db
def test_texts_are_filled_in(demo):
    assert not Message.objects.filter(body__contains="{").exists()
    assert not Ticket.objects.filter(subject__contains="{").exists()
    assert not Ticket.objects.filter(description__contains="{").exists()


@pytest.mark.django_db
def test_some_looked_for_an_answer_first(demo):
    assert SelfServiceSession.objects.exclude(ticket=None).exists()
    assert SelfServiceSession.objects.filter(ticket=None, is_helpful=True).exists()


@pytest.mark.django_db
def test_the_printed_accounts_can_sign_in(demo):
    addresses = [line.split()[-1] for line in demo.splitlines() if "@" in line]
    assert len(addresses) == 7
    for address in addresses:
        assert User.objects.get(email=address).check_password(DEMO_PASSWORD)


@pytest.mark.django_db
def test_a_desk_that_is_not_empty_is_refused(demo):
    with pytest.raises(CommandError, match="already"):
        seed()
