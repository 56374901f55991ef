"""A seeded demo desk: its ledger is sound, figures tell its stories, and there is live work."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import QuerySet

from accounts.choices import Role, SupportLevel
from accounts.models import Team, User
from knowledge.models import SelfServiceSession
from metrics.fill import fill_touched
from metrics.query import Scope, tickets
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, Status
from tickets.demo.desk import DEMO_PASSWORD
from tickets.models import (
    LEDGER_MODELS,
    Category,
    Contact,
    Correction,
    Escalation,
    Link,
    Message,
    Survey,
    SurveyTask,
    Ticket,
    Transition,
)
from tickets.querysets import TicketQuerySet
from tickets.selectors.candidates import candidates, knowing_by_team
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


# What stories are told, and what the figures make of them ------------------------------------


@pytest.fixture(scope="module")
def filled(demo: str, django_db_blocker: Any):
    """The same desk, measured: what the worker does first."""
    with django_db_blocker.unblock():
        fill_touched()


def behind(key: str, part: str) -> TicketQuerySet:
    """The tickets behind a part of a figure over all that the demo tells."""
    first = UNTIL.date() - timedelta(days=366)
    scope = Scope(start=first, end=UNTIL.date(), as_of=UNTIL)
    manager = User.objects.get(role=Role.MANAGER)
    return tickets(key, scope, part=part, user=manager)


def reopens() -> QuerySet[Transition, Transition]:
    """Every time that a ticket which was done became open again, and was not put right since."""
    again = Transition.objects.filter(from_status__in=DONE_STATUSES, to_status__in=OPEN_STATUSES)
    return again.filter(corrections=None)


@pytest.mark.django_db
def test_customers_reopened_tickets_with_their_own_words(demo):
    rows = list(reopens().select_related("ticket", "message"))
    assert {row.reason for row in rows} == {"customer_replied", "rejected"}
    for row in rows:
        assert (row.capacity, row.actor_id) == ("customer", row.ticket.customer_id)
        assert row.message
        assert row.message.author_id == row.ticket.customer_id


@pytest.mark.django_db
def test_the_reopen_rate_opens_to_exactly_the_reopened_tickets(filled):
    reopened = set(reopens().values_list("ticket", flat=True))
    assert set(behind("reopen_rate", "numerator").values_list("pk", flat=True)) == reopened
    assert behind("reopen_rate", "missed").exists()
    solved_again = Ticket.objects.filter(pk__in=reopened, status__in=DONE_STATUSES)
    assert all(each.facts.reopens and each.facts.last_resolved_at for each in solved_again)
    assert solved_again.exists()


@pytest.mark.django_db
def test_thanks_reopen_nothing(filled):
    thanks = Message.objects.filter(is_acknowledgement=True)
    assert thanks.filter(ticket__in=behind("fcr", "numerator")).exists()
    for message in thanks:
        assert message.author_capacity == "customer"
        assert not Transition.objects.filter(action_id=message.action_id).exists()


@pytest.mark.django_db
def test_thanks_that_reopened_a_ticket_were_put_right(filled):
    corrections = Correction.objects.filter(kind="acknowledgement").select_related("ticket__facts")
    assert corrections
    for row in corrections:
        assert row.message
        assert row.transition
        assert row.capacity == "agent"
        assert row.message.author_capacity == "customer"
        assert row.transition.message_id == row.message_id
        back = Transition.objects.get(action_id=row.action_id)
        assert (back.reason, back.to_status) == ("corrected", row.transition.from_status)
        assert row.ticket.facts.reopens == reopens().filter(ticket=row.ticket).count()


@pytest.mark.django_db
def test_a_call_back_is_a_second_contact_and_no_first_contact_resolution(filled):
    calls = Contact.objects.filter(direction="outbound").select_related("ticket__facts")
    first_contact = set(behind("fcr", "numerator").values_list("pk", flat=True))
    assert calls.filter(ticket__in=behind("fcr", "missed")).exists()
    for call in calls:
        assert call.occurred_at > call.ticket.received_at
        assert call.legs.filter(kind="ended").exists()
        assert (call.ticket.facts.contacts_to_resolution or 0) >= 2
        assert call.ticket_id not in first_contact


@pytest.mark.django_db
def test_a_follow_up_is_linked_to_the_ticket_that_had_not_helped(filled):
    links = Link.objects.filter(kind="follow_up").select_related("ticket", "other__facts")
    assert links
    for row in links:
        again, earlier = row.ticket, row.other
        assert (again.customer_id, again.category_id) == (earlier.customer_id, earlier.category_id)
        assert earlier.facts.first_resolved_at
        after = again.received_at - earlier.facts.first_resolved_at
        assert 0 < earlier.facts.linked_followup_seconds <= after.total_seconds()


@pytest.mark.django_db
def test_every_category_has_specialists_who_know_it(demo):
    agents = User.objects.filter(role=Role.AGENT)
    for category in Category.objects.filter(children=None):
        knowing = [each for each in candidates(agents, category=category) if each.has_skill]
        assert {each.user.home_level for each in knowing} == {SupportLevel.L2, SupportLevel.L3}
        teams = Team.objects.filter(pk__in=knowing_by_team(category))
        assert {team.level for team in teams} == {SupportLevel.L2, SupportLevel.L3}


@pytest.mark.django_db
def test_some_found_no_answer_and_asked(filled):
    sessions = SelfServiceSession.objects.exclude(ticket=None).select_related("ticket__facts")
    assert sessions.filter(has_viewed_answer=False).exclude(query="").exists()
    assert sessions.filter(has_viewed_answer=True, is_helpful=False).exists()
    for session in sessions:
        assert session.ticket
        assert session.customer_id == session.ticket.customer_id
        before = session.ticket.received_at - session.started_at
        assert timedelta() < before < timedelta(days=1)
        assert session.ticket.facts.self_service_before_seconds == before.total_seconds()


@pytest.mark.django_db
def test_some_customers_never_asked_and_read_what_they_can_do(demo, client):
    quiet = User.objects.filter(role=Role.CUSTOMER, tickets=None).exclude(organization=None)
    assert quiet.filter(is_organization_viewer=False).exists()
    client.force_login(quiet.filter(is_organization_viewer=False)[0])
    page = client.get("/portal/").content.decode()
    assert "You have not asked anything yet" in page
