"""Live contacts: starting, joining, ending, entering one later."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets.choices import Channel, Direction, LegKind, Status
from tickets.errors import Conflict, InvalidInput, WrongState
from tickets.models import Contact, Notice, NoticeKind, Ticket
from tickets.services import contacting
from tickets.services.talking import reply_as_customer

LATER = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_start(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    row = contacting.start_contact(
        ticket, channel="phone", direction="outbound", actor=cast.agent, at=now + LATER
    )
    assert (row.channel, row.direction) == (Channel.PHONE, Direction.OUTBOUND)
    leg = row.legs.get()
    assert (leg.kind, leg.agent, leg.occurred_at) == (LegKind.JOINED, cast.agent, now + LATER)
    stored = Ticket.objects.get()
    assert (stored.live_contact, stored.waiting_since) == (row, None)
    assert stored.status == Status.RESOLVED, "a call alone does not reopen"


def test_a_call_about_a_new_ticket_picks_it_up(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    contacting.start_contact(ticket, channel="phone", actor=cast.agent, at=now + LATER)
    assert (ticket.picked_up_at, ticket.assignee) == (now + LATER, cast.agent)
    assert not Notice.objects.filter(kind=NoticeKind.PICKED_UP).exists(), "they are on the line"


def test_one_call_at_a_time(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    rows = count_rows()
    with pytest.raises(Conflict):
        contacting.start_contact(ticket, channel="phone", actor=cast.second_agent, at=now)
    with pytest.raises(Conflict):
        contacting.log_contact(
            ticket, channel="chat", started_at=now, ended_at=now, actor=cast.agent, at=now
        )
    assert count_rows() == rows


@pytest.mark.parametrize(("channel", "direction"), [("email", "inbound"), ("phone", "sideways")])
def test_channel_and_direction_are_live(
    cast: Cast, now: datetime, channel: str, direction: str
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    with pytest.raises(InvalidInput):
        contacting.start_contact(
            ticket, channel=channel, direction=direction, actor=cast.agent, at=now + LATER
        )


def test_join_once(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    leg = contacting.join_contact(ticket, actor=cast.l3_agent, at=now + MINUTE)
    assert leg is not None
    assert (leg.kind, leg.agent) == (LegKind.JOINED, cast.l3_agent)
    rows = count_rows()
    assert contacting.join_contact(ticket, actor=cast.l3_agent, at=now + MINUTE) is None
    assert contacting.join_contact(ticket, actor=cast.agent, at=now + MINUTE) is None
    assert count_rows() == rows


def test_end(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    leg = contacting.end_contact(ticket, note=" All well. ", actor=cast.agent, at=now + MINUTE)
    assert (leg.kind, leg.note, leg.occurred_at) == (LegKind.ENDED, "All well.", now + MINUTE)
    assert Ticket.objects.get().live_contact is None
    for verb in (contacting.end_contact, contacting.join_contact):
        with pytest.raises(WrongState):
            verb(ticket, actor=cast.agent, at=now + MINUTE)


def test_a_second_call_is_a_second_contact(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    contacting.end_contact(ticket, actor=cast.agent, at=now + MINUTE)
    contacting.start_contact(ticket, channel="phone", actor=cast.agent, at=now + LATER)
    assert Contact.objects.count() == 2


def log(cast: Cast, ticket: Ticket, *, start: datetime, end: datetime, at: datetime) -> Contact:
    return contacting.log_contact(
        ticket, channel="phone", started_at=start, ended_at=end, actor=cast.agent, at=at
    )


def test_a_contact_entered_later_counts_from_its_start(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    row = log(cast, ticket, start=now + MINUTE, end=now + 2 * MINUTE, at=now + LATER)
    assert row.occurred_at == now + MINUTE
    ended = row.legs.get(kind=LegKind.ENDED)
    assert ended.occurred_at == now + 2 * MINUTE
    stored = Ticket.objects.get()
    assert (stored.live_contact, stored.waiting_since) == (None, None)
    assert (stored.last_spoke_at, stored.picked_up_at) == (now + MINUTE, now + LATER)


def _told_of_pick_up() -> list[User]:
    notices = Notice.objects.filter(kind=NoticeKind.PICKED_UP)
    return [notice.recipient for notice in notices]


def test_who_is_on_the_line_hears_of_the_pick_up_and_gets_no_mail(
    cast: Cast, now: datetime
) -> None:
    ticket = new_ticket(cast, at=now)
    contacting.start_contact(ticket, channel="phone", actor=cast.agent, at=now + MINUTE)
    assert ticket.picked_up_at == now + MINUTE
    assert _told_of_pick_up() == []


def test_a_call_entered_later_that_picks_up_is_told_by_mail_once(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    for minute in (1, 10):
        start = now + minute * MINUTE
        log(cast, ticket, start=start, end=start + MINUTE, at=now + LATER)
    assert _told_of_pick_up() == [cast.customer]


def test_who_wrote_after_the_call_still_waits(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    reply_as_customer(ticket, body="And?", actor=cast.customer, at=now + LATER)
    log(cast, ticket, start=now + 5 * MINUTE, end=now + 9 * MINUTE, at=now + 2 * LATER)
    assert Ticket.objects.get().waiting_since == now + LATER


def test_times_that_cannot_be(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    future = timezone.now() + LATER
    for start, end in [
        (now + LATER, now + MINUTE),
        (now - MINUTE, now + MINUTE),
        (now + MINUTE, future),
    ]:
        with pytest.raises(InvalidInput):
            log(cast, ticket, start=start, end=end, at=now + LATER)
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        (0, 9, True),  # before
        (0, 10, True),  # up to the beginning
        (0, 11, False),
        (12, 14, False),
        (12, 12, False),
        (10, 20, False),
        (5, 30, False),
        (20, 25, True),  # from the end on
        (20, 20, True),
    ],
)
def test_two_live_contacts_never_overlap(
    cast: Cast, now: datetime, start: int, end: int, fits: bool
) -> None:
    """The customer is on the line once, whoever takes part: an hour told twice is one contact."""
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    ten, twenty = now + 10 * MINUTE, now + 20 * MINUTE
    log(cast, ticket, start=ten, end=twenty, at=now + LATER)
    told = {"start": now + start * MINUTE, "end": now + end * MINUTE, "at": now + LATER}
    if fits:
        log(cast, ticket, **told)
        return
    with pytest.raises(Conflict, match="09:10 to 09:20"):
        log(cast, ticket, **told)
    contacting.void_contact(
        ticket, contact=Contact.objects.get(), note="Other ticket.", actor=cast.agent
    )
    log(cast, ticket, **told)


def test_a_contact_starts_after_the_last_one_ended(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    contacting.end_contact(ticket, actor=cast.agent, at=now + 20 * MINUTE)
    with pytest.raises(Conflict):
        contacting.start_contact(ticket, channel="phone", actor=cast.manager, at=now + 10 * MINUTE)
    contacting.start_contact(ticket, channel="phone", actor=cast.manager, at=now + 20 * MINUTE)
