"""An imported log leaves the rows that live work would have left."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from tickets.choices import EscalationKind, Status, TransitionReason
from tickets.models import Contact, Escalation, LedgerTouch, Ticket, Transition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(run_import) -> dict[str, Ticket]:
    run_import()
    return {ticket.external_id: ticket for ticket in Ticket.objects.all()}


def test_statuses_follow_the_mapping(tickets):
    rows = Transition.objects.filter(ticket=tickets["A"]).values_list("from_status", "to_status")
    assert list(rows) == [
        ("", Status.NEW),
        (Status.NEW, Status.IN_PROGRESS),
        (Status.IN_PROGRESS, Status.RESOLVED),
        (Status.RESOLVED, Status.IN_PROGRESS),  # a note reopens what was done
        (Status.IN_PROGRESS, Status.RESOLVED),
        (Status.RESOLVED, Status.CLOSED),
    ]


def test_new_until_first_picked_up(tickets):
    assert tickets["A"].received_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert tickets["A"].picked_up_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_rows_say_when_it_happened_and_when_it_was_imported(tickets):
    row = Transition.objects.filter(ticket=tickets["A"]).first()
    assert row is not None
    assert row.occurred_at == tickets["A"].received_at
    assert (timezone.now() - row.recorded_at).total_seconds() < 60


def test_a_higher_line_is_an_escalation_that_the_next_worker_accepts(tickets):
    rows = Escalation.objects.filter(ticket=tickets["A"])
    assert [(row.kind, row.from_level, row.to_level) for row in rows] == [
        (EscalationKind.FUNCTIONAL, 1, 2),
        (EscalationKind.ACCEPTED, 2, 2),
    ]
    assert rows[1].answers == rows[0]
    assert tickets["A"].pending_escalation is None


def test_the_owner_holds_the_ticket(tickets):
    assert tickets["A"].assignee.name == "Olaf"
    assert tickets["A"].assignee.email.endswith(".invalid")
    assert not tickets["A"].assignee.is_active


def test_solved_on_the_phone_is_a_live_contact_from_receipt(tickets):
    contact = Contact.objects.get()
    assert contact.ticket == tickets["B"]
    assert contact.occurred_at == tickets["B"].received_at
    assert contact.legs.get(kind="ended").occurred_at == tickets["B"].resolved_at
    assert tickets["B"].has_contact_record
    assert not tickets["A"].has_contact_record


def test_what_came_by_time_has_no_actor(tickets):
    row = Transition.objects.get(ticket=tickets["A"], to_status=Status.CLOSED)
    assert row.reason == TransitionReason.CLOSED_BY_TIME
    assert row.actor is None


def test_figures_are_told_of_every_ticket(tickets):
    assert LedgerTouch.objects.count() == 2


def test_the_calendar_is_made_from_the_mapping(tickets):
    calendar = tickets["A"].calendar
    assert calendar.name == "Small hours"
    assert calendar.slots.count() == 2


def test_events_in_disorder_are_put_into_order(log_file, run_import):
    header, *rows = log_file.read_text().splitlines()
    log_file.write_text("\n".join((header, *reversed(rows))))
    run_import()
    assert Ticket.objects.get(external_id="A").picked_up_at == datetime(
        2026, 3, 2, 9, 30, tzinfo=UTC
    )


def test_customers_that_a_log_names_stand_for_themselves(tickets):
    assert {ticket.customer.is_stand_in for ticket in tickets.values()} == {False}


def test_a_log_without_customers_gets_a_stand_in_for_each_ticket(run_import, mapping_file):
    named = '[ticket.customer]\ncolumn = "customer"\n'
    words = mapping_file.read_text(encoding="utf-8")
    mapping_file.write_text(words.replace(named, ""), encoding="utf-8")
    run_import()
    customers = [ticket.customer for ticket in Ticket.objects.all()]
    assert len({customer.pk for customer in customers}) == len(customers) == 2
    assert {customer.is_stand_in for customer in customers} == {True}
