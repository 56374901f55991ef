"""Major incidents: what is said of an outage is a row, and a correction is another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.choices import LinkKind
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import Outage, OutageEvent, Service, Ticket
from tickets.services.ledger_check import find_differences
from tickets.services.outages import (
    announce_outage,
    correct_outage,
    declare_outage,
    end_outage,
)
from tickets.services.relating import link

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def mail(cast: Cast) -> Service:
    return make_service()


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with time_machine.travel(NOW, tick=False):
        return new_ticket(cast)


@pytest.fixture
def outage(cast: Cast, ticket: Ticket, mail: Service) -> Outage:
    """Declared at ten past, down since half an hour before the ticket came."""
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        declare_outage(
            ticket,
            services=[mail],
            began_at=NOW - HOUR / 2,
            words="We are on it.",
            actor=cast.agent,
        )
    return Outage.objects.get()


def sound(ticket: Ticket) -> bool:
    return not list(find_differences(Ticket.objects.filter(pk=ticket.pk)))


def test_declaring_writes_a_row_and_says_what_is_out(ticket: Ticket, outage: Outage) -> None:
    row = OutageEvent.objects.get()
    assert (row.kind, row.occurred_at, row.ticket_id) == ("began", NOW - HOUR / 2, ticket.pk)
    assert row.recorded_at == NOW + timedelta(minutes=10)
    assert (outage.is_running, outage.words) == (True, "We are on it.")
    assert sound(ticket)


def test_declaring_again_changes_nothing(cast: Cast, ticket: Ticket, outage: Outage) -> None:
    assert declare_outage(ticket, services=[outage.service], actor=cast.agent) == ()
    assert OutageEvent.objects.count() == 1


def test_another_impact_ends_the_one_outage_and_begins_the_other(
    cast: Cast, ticket: Ticket, outage: Outage
) -> None:
    with time_machine.travel(NOW + HOUR, tick=False):
        declare_outage(ticket, services=[outage.service], impact="degraded", actor=cast.agent)
    told = Outage.objects.order_by("pk").values_list("impact", "began_at", "ended_at")
    assert list(told) == [
        ("down", NOW - HOUR / 2, NOW + HOUR),
        ("degraded", NOW + HOUR, None),
    ]
    assert sound(ticket)


def test_the_end_can_be_corrected_as_can_the_beginning(
    cast: Cast, ticket: Ticket, outage: Outage
) -> None:
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        end_outage(ticket, actor=cast.agent)
        end_outage(ticket, outage=outage, ended_at=NOW + HOUR, actor=cast.agent)
        correct_outage(
            ticket,
            outage=outage,
            kind="begin_corrected",
            began_at=NOW,
            note="By the log.",
            actor=cast.agent,
        )
    outage.refresh_from_db()
    assert (outage.began_at, outage.ended_at) == (NOW, NOW + HOUR)
    assert OutageEvent.objects.count() == 4
    assert sound(ticket)


def test_it_can_go_on_after_all_or_have_been_none(
    cast: Cast, ticket: Ticket, outage: Outage
) -> None:
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        end_outage(ticket, actor=cast.agent)
        correct_outage(ticket, outage=outage, kind="resumed", note="Again.", actor=cast.agent)
        outage.refresh_from_db()
        assert outage.is_running
        correct_outage(ticket, outage=outage, kind="voided", note="A cable.", actor=cast.agent)
        outage.refresh_from_db()
        assert not outage.is_running
        again = correct_outage(ticket, outage=outage, kind="voided", note="x", actor=cast.agent)
    assert again is None
    assert sound(ticket)


def test_what_cannot_be_is_refused(cast: Cast, ticket: Ticket, outage: Outage) -> None:
    later = time_machine.travel(NOW + 3 * HOUR, tick=False)
    with later, pytest.raises(InvalidInput):
        end_outage(ticket, ended_at=NOW - HOUR, actor=cast.agent)
    with later, pytest.raises(InvalidInput):
        end_outage(ticket, ended_at=NOW + 9 * HOUR, actor=cast.agent)
    with later, pytest.raises(InvalidInput):
        correct_outage(ticket, outage=outage, kind="told", note="x", actor=cast.agent)
    with later, pytest.raises(InvalidInput):
        correct_outage(new_ticket(cast), outage=outage, kind="voided", note="x", actor=cast.agent)
    with later, pytest.raises(InvalidInput):
        declare_outage(ticket, services=[], actor=cast.agent)
    assert OutageEvent.objects.count() == 1


def test_customers_declare_and_end_nothing(cast: Cast, ticket: Ticket, outage: Outage) -> None:
    with pytest.raises(NotAllowed):
        declare_outage(ticket, services=[outage.service], actor=cast.customer)
    with pytest.raises(NotAllowed):
        end_outage(ticket, actor=cast.customer)
    with pytest.raises(NotAllowed):
        announce_outage(ticket, words="All is well.", actor=cast.customer)


def test_the_last_words_for_customers_are_kept(cast: Cast, ticket: Ticket, outage: Outage) -> None:
    with time_machine.travel(NOW + HOUR, tick=False):
        announce_outage(ticket, words="Half is back.", actor=cast.agent)
    outage.refresh_from_db()
    assert (outage.words, outage.told_at) == ("Half is back.", NOW + HOUR)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        end_outage(ticket, words="All is back.", actor=cast.agent)
        with pytest.raises(InvalidInput):
            announce_outage(ticket, words="Still back.", actor=cast.agent)


def test_a_part_of_a_major_incident_is_none_itself(
    cast: Cast, ticket: Ticket, outage: Outage
) -> None:
    child = new_ticket(cast)
    link(child, other=ticket, kind=LinkKind.CHILD_OF, actor=cast.agent)
    child.refresh_from_db()
    assert child.parent == ticket
    with pytest.raises(InvalidInput):
        declare_outage(child, services=[outage.service], actor=cast.agent)


def test_what_is_stored_wrongly_is_found(ticket: Ticket, outage: Outage) -> None:
    Outage.objects.update(ended_at=NOW)
    assert not sound(ticket)
