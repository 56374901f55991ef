"""Two people, one ticket, the same second."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.services_of import make_service
from tickets.choices import LinkKind, Status
from tickets.errors import Conflict, DeskError, InvalidInput, WrongState
from tickets.models import (
    Assignment,
    Contact,
    Link,
    Notice,
    NoticeKind,
    Outage,
    Ticket,
    Transition,
)
from tickets.services.contacting import start_contact
from tickets.services.files import attach
from tickets.services.joining import join_outage
from tickets.services.ledger_check import find_differences
from tickets.services.outages import declare_outage
from tickets.services.parts import free_parts
from tickets.services.picking import pick_up
from tickets.services.relating import link, merge
from tickets.services.states import cancel, close_resolved
from tickets.services.talking import add_note, reply, reply_as_customer

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _ledger_stays_sound(cast: Cast) -> object:
    yield
    assert list(find_differences(Ticket.objects.all())) == []


def test_two_agents_pick_up_in_the_same_second(cast: Cast, now: datetime, race: Race) -> None:
    """Case 18: one pick-up, one transition, one notice to the customer. Five times, for luck."""
    for _ in range(5):
        _race_for(cast, new_ticket(cast, at=now).pk, race)


def _race_for(cast: Cast, number: int, race: Race) -> None:
    agents = (cast.agent, cast.second_agent)
    results = race(
        *(partial(pick_up, Ticket.objects.get(pk=number), actor=agent) for agent in agents)
    )
    winners = [row for row in results if isinstance(row, Transition)]
    losers = [error for error in results if isinstance(error, WrongState)]
    assert (len(winners), len(losers)) == (1, 1)
    picked_up = Transition.objects.filter(ticket=number, to_status=Status.IN_PROGRESS)
    assert picked_up.get() == winners[0]
    assert Assignment.objects.get(ticket=number).to_assignee == winners[0].actor
    notice = Notice.objects.get(ticket=number, kind=NoticeKind.PICKED_UP)
    assert notice.recipient == cast.customer


def test_many_notes_at_once_keep_one_order(cast: Cast, now: datetime, race: Race) -> None:
    number = new_ticket(cast, at=now).pk
    race(
        *(
            partial(add_note, Ticket.objects.get(pk=number), body=f"{n}", actor=cast.agent)
            for n in range(8)
        )
    )
    ticket = Ticket.objects.get()
    assert ticket.ledger_seq == 10
    assert sorted(ticket.messages.values_list("seq", flat=True)) == list(range(2, 11))


def test_two_calls_at_once(cast: Cast, now: datetime, race: Race) -> None:
    number = ticket_in(cast, Status.IN_PROGRESS, at=now).pk
    results = race(
        *(
            partial(start_contact, Ticket.objects.get(pk=number), channel="phone", actor=agent)
            for agent in (cast.agent, cast.second_agent)
        )
    )
    assert {type(result) for result in results} == {Contact, Conflict}


def test_two_tickets_merged_into_each_other(cast: Cast, now: datetime, race: Race) -> None:
    """Locks are taken in one order, so neither waits for the other; the later is refused."""
    one, two = new_ticket(cast, at=now).pk, new_ticket(cast, at=now).pk

    def merge_them(source: int, target: int) -> object:
        return merge(
            Ticket.objects.get(pk=source), into=Ticket.objects.get(pk=target), actor=cast.agent
        )

    results = race(partial(merge_them, one, two), partial(merge_them, two, one))
    assert {type(result) for result in results} == {Transition, WrongState}
    assert Ticket.objects.filter(status=Status.CANCELLED).count() == 1


def test_nothing_open_stays_part_of_what_is_cancelled(
    cast: Cast, now: datetime, race: Race
) -> None:
    """One links a ticket to a major incident, another joins it, a third cancels it, and a worker
    takes its parts out at the same time: whatever came before goes on by itself, nothing after."""
    service = make_service()
    for _ in range(3):
        early, incident = new_ticket(cast, at=now), new_ticket(cast, at=now)
        declare_outage(incident, services=[service], actor=cast.agent)
        part = new_ticket(cast, at=now)
        link(part, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
        outage, gone = Outage.objects.get(ticket=incident), Ticket.objects.get(pk=incident.pk)
        results = race(
            partial(cancel, gone, reason="mistake", outages="voided", actor=cast.second_agent),
            partial(link, early, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent),
            partial(join_outage, outage, actor=cast.other_customer),
            free_parts,
        )
        faults = [each for each in results if isinstance(each, Exception)]
        assert all(isinstance(each, DeskError) for each in faults), "refused, and no dead end"
        assert Ticket.objects.get(pk=incident.pk).status == Status.CANCELLED
        free_parts()
        assert not Ticket.objects.filter(parent=incident).exists()
        assert Ticket.objects.get(pk=part.pk).corrections.count() == 1


def test_two_workers_close_by_time(cast: Cast, now: datetime, race: Race) -> None:
    for _ in range(5):
        ticket_in(cast, Status.RESOLVED, at=now)
    at = now + 2 * WEEK
    results = race(*(partial(close_resolved, at=at) for _ in range(2)))
    assert sum(int(str(result)) for result in results) == 5
    assert Notice.objects.filter(kind=NoticeKind.CLOSED).count() == 5


def test_the_customer_writes_while_it_is_closed_by_time(
    cast: Cast, now: datetime, race: Race
) -> None:
    """Whoever comes first, the message reopens it: nothing stays closed over it."""
    number = ticket_in(cast, Status.RESOLVED, at=now).pk
    at = now + WEEK + timedelta(hours=1)
    race(
        partial(close_resolved, at=at),
        partial(
            reply_as_customer,
            Ticket.objects.get(pk=number),
            body="It is back.",
            actor=cast.customer,
            at=at,
        ),
    )
    assert Ticket.objects.get().status == Status.IN_PROGRESS
    assert not Link.objects.exists()


def test_files_that_come_at_once_are_counted_one_by_one(
    cast: Cast, now: datetime, race: Race, settings: Settings
) -> None:
    settings.ATTACHMENT_MAX_FILES = 1
    row = reply(ticket_in(cast, Status.IN_PROGRESS, at=now), body="Here.", actor=cast.agent)
    files = [SimpleUploadedFile(f"{letter}.txt", b"a") for letter in "abc"]
    results = race(
        *(partial(attach, row, upload=file, actor=cast.agent, is_later=True) for file in files)
    )
    assert len([each for each in results if isinstance(each, InvalidInput)]) == 2, results
    assert row.attachments.count() == 1
