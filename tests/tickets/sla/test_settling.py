"""What is stored of promises follows the ledger: breaches stay, late entries count."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from tests.cast import Cast
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tests.tickets.sla.desk import DAY, HOUR, MINUTE, promise, revise, stored
from tickets.choices import AlarmKind, Status
from tickets.models import (
    BusinessCalendar,
    CalendarSlot,
    Holiday,
    Message,
    SlaTarget,
    TargetAlarm,
    Ticket,
)
from tickets.services.contacting import end_contact, log_contact, void_contact
from tickets.services.ledger_check import find_differences
from tickets.services.picking import pick_up
from tickets.services.relating import merge
from tickets.services.resettling import calendar_changed
from tickets.services.states import cancel, resolve, wait
from tickets.services.talking import acknowledge, reply, reply_as_customer
from tickets.services.watching import follow_changes, watch_targets

BUSINESS = {"is_business": True}


@pytest.fixture(autouse=True)
def _everything_agrees(db: None) -> object:
    yield
    assert list(find_differences(Ticket.objects.all())) == []


def alarms(ticket: Ticket) -> list[tuple[str, str, datetime]]:
    rows = TargetAlarm.objects.filter(ticket=ticket).order_by("seq")
    return [(row.kind, row.target, row.occurred_at) for row in rows]


def test_every_command_keeps_what_falls_due_next(cast: Cast, now: datetime) -> None:
    promise(first_response=30, resolution=240, target={"pauses": ["waiting_customer"]})
    ticket = new_ticket(cast, at=now)

    def due() -> tuple[Any, str]:
        row = Ticket.objects.get(pk=ticket.pk)
        return row.next_due_at, row.next_target

    assert due() == (now + 30 * MINUTE, "first_response")
    pick_up(ticket, actor=cast.agent, at=now + 10 * MINUTE)
    assert due() == (now + 4 * HOUR, "resolution")
    wait(ticket, for_="customer", actor=cast.agent, at=now + HOUR)
    assert due() == (None, "")
    reply_as_customer(ticket, body="Here.", actor=cast.customer, at=now + 2 * HOUR)
    assert due() == (now + 5 * HOUR, "resolution")
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + 3 * HOUR)
    assert due() == (None, "")


def test_what_was_missed_stands_first_until_it_is_done(cast: Cast, now: datetime) -> None:
    promise(first_response=30, resolution=240)
    ticket = new_ticket(cast, at=now)
    watch_targets(now + HOUR)
    ticket.refresh_from_db()
    assert (ticket.next_due_at, ticket.next_target) == (now + 30 * MINUTE, "first_response")


def test_a_live_ticket_is_picked_up_and_answered_at_once(cast: Cast, now: datetime) -> None:
    promise(first_response=30, first_reply=30, next_response=30)
    live_ticket(cast, at=now)
    told = SlaTarget.objects.values_list("kind", "state", "left_seconds").order_by("kind")
    assert list(told) == [("first_reply", "met", 1800), ("first_response", "met", 1800)]


def test_a_recorded_breach_survives_a_longer_promise(cast: Cast, now: datetime) -> None:
    policy = promise(resolution=60)
    ticket = new_ticket(cast, at=now)
    watch_targets(now + 2 * HOUR)
    revise(policy, resolution=6000, at=now + 3 * HOUR)
    follow_changes(now + 3 * HOUR)
    row = stored(ticket, "resolution")
    assert (row.state, row.breached_at, row.version.number) == ("breached", now + HOUR, 1)


def test_a_recorded_breach_survives_another_calendar(
    cast: Cast, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now + 3 * HOUR, tick=False)
    promise(resolution=60, target=BUSINESS)
    ticket = new_ticket(cast, at=now)
    other = new_ticket(cast, at=now + 3 * HOUR)
    watch_targets(now + 2 * HOUR)
    Holiday.objects.create(calendar=cast.calendar, on_date=date(2026, 3, 2), name="Strike")
    assert calendar_changed(cast.calendar, since=date(2026, 3, 2)) == 2
    assert follow_changes(now + 4 * HOUR) == 2
    assert stored(ticket, "resolution").breached_at == now + HOUR
    assert stored(other, "resolution").due_at == now + DAY, "an hour after Tuesday's opening"


def test_a_breach_that_nobody_noted_before_the_calendar_changed_is_kept_too(
    cast: Cast, now: datetime, time_machine: Any
) -> None:
    """The worker was down when it fell due; somebody adds a holiday before it comes back."""
    promise(resolution=60, target=BUSINESS | {"tell_at_breach": ["team"]})
    time_machine.move_to(now, tick=False)
    ticket = new_ticket(cast, team=cast.l1)
    time_machine.move_to(now + 2 * HOUR, tick=False)
    Holiday.objects.create(calendar=cast.calendar, on_date=date(2026, 3, 2), name="Strike")
    calendar_changed(cast.calendar, since=date(2026, 3, 2))
    watch_targets(now + 3 * HOUR)
    assert alarms(ticket) == [("breach", "resolution", now + HOUR)]
    assert stored(ticket, "resolution").breached_at == now + HOUR
    assert ticket.notices.filter(kind="sla_breach").count() == 3


def test_a_deleted_holiday_shows_a_breach_and_nobody_is_told_of_old_ones(
    cast: Cast, now: datetime
) -> None:
    promise(resolution=60, target=BUSINESS | {"tell_at_breach": ["team"]})
    holiday = Holiday.objects.create(
        calendar=cast.calendar, on_date=date(2026, 3, 2), name="Founders' day"
    )
    ticket = new_ticket(cast, at=now, team=cast.l1)
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + 4 * HOUR)
    assert stored(ticket, "resolution").state == "met"
    holiday.delete()
    calendar_changed(cast.calendar, since=date(2026, 3, 2))
    follow_changes(now + DAY)
    watch_targets(now + DAY)
    assert stored(ticket, "resolution").breached_at == now + HOUR
    assert alarms(ticket) == [("breach", "resolution", now + HOUR)]
    assert not ticket.notices.filter(kind="sla_breach").exists()


def test_what_ended_before_the_first_date_that_changed_is_left_alone(
    cast: Cast, now: datetime
) -> None:
    promise(resolution=60, target=BUSINESS)
    ticket_in(cast, Status.RESOLVED, at=now)
    assert calendar_changed(cast.calendar, since=date(2026, 12, 24)) == 0
    CalendarSlot.objects.create(calendar=cast.calendar, weekday=5, opens=time(9), closes=time(12))
    assert calendar_changed(cast.calendar) == 1


def test_a_calendar_that_only_the_policy_names(
    cast: Cast, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    nights = BusinessCalendar.objects.create(name="Nights", time_zone="UTC")
    slot = CalendarSlot.objects.create(calendar=nights, weekday=0, opens=time(20), closes=time(23))
    promise(resolution=60, target=BUSINESS | {"calendar": nights})
    ticket = new_ticket(cast, at=now)
    assert stored(ticket, "resolution").due_at == now.replace(hour=21)
    slot.opens = time(21)
    slot.save()
    calendar_changed(nights)
    follow_changes(now + HOUR)
    assert stored(ticket, "resolution").due_at == now.replace(hour=22)


def test_a_call_entered_later_shows_that_it_was_answered_in_time(cast: Cast, now: datetime) -> None:
    promise(first_reply=60)
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    watch_targets(now + 2 * HOUR)
    assert stored(ticket, "first_reply").state == "breached"
    call = log_contact(
        ticket,
        channel="phone",
        started_at=now + 30 * MINUTE,
        ended_at=now + 40 * MINUTE,
        actor=cast.agent,
        at=now + 3 * HOUR,
    )
    assert stored(ticket, "first_reply").state == "met"
    assert alarms(ticket) == [("breach", "first_reply", now + HOUR)], (
        "the alarm stays in the ledger"
    )
    void_contact(ticket, contact=call, note="Wrong number.", actor=cast.agent, at=now + 4 * HOUR)
    row = stored(ticket, "first_reply")
    assert (row.state, row.breached_at) == ("breached", now + HOUR)


def test_a_reopen_that_was_only_thanks_takes_its_cycle_along(cast: Cast, now: datetime) -> None:
    promise(resolution=240)
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    thanks = reply_as_customer(ticket, body="Thanks!", actor=cast.customer, at=now + HOUR)
    assert isinstance(thanks, Message)
    watch_targets(now + 6 * HOUR)
    assert stored(ticket, "resolution", cycle=2).state == "breached"
    acknowledge(ticket, message=thanks, actor=cast.agent, at=now + 7 * HOUR)
    assert not SlaTarget.objects.filter(ticket=ticket, cycle=2).exists()
    # The next reopening is cycle 2 again, and has its own four hours.
    reply_as_customer(ticket, body="It is back.", actor=cast.customer, at=now + 9 * HOUR)
    again = stored(ticket, "resolution", cycle=2)
    assert (again.state, again.due_at) == ("running", now + 13 * HOUR)
    watch_targets(now + 14 * HOUR)
    assert stored(ticket, "resolution", cycle=2).breached_at == now + 13 * HOUR
    assert [at for _, _, at in alarms(ticket)] == [now + 5 * HOUR, now + 13 * HOUR]


def test_thanks_while_it_waited_give_the_time_back(cast: Cast, now: datetime) -> None:
    """The breach that the wrongly running clock had brought about does not stand."""
    promise(resolution=240, target={"pauses": ["waiting_customer"]})
    ticket = ticket_in(cast, Status.WAITING_CUSTOMER, at=now)
    thanks = reply_as_customer(ticket, body="Will do.", actor=cast.customer, at=now + HOUR)
    assert isinstance(thanks, Message)
    watch_targets(now + 6 * HOUR)
    assert stored(ticket, "resolution").state == "breached"
    acknowledge(ticket, message=thanks, actor=cast.agent, at=now + 7 * HOUR)
    row = stored(ticket, "resolution")
    assert (row.state, row.spent_seconds) == ("paused", 2 * 60)
    reply_as_customer(ticket, body="Done, and?", actor=cast.customer, at=now + 8 * HOUR)
    due_at = now + 12 * HOUR - 2 * MINUTE
    assert stored(ticket, "resolution").due_at == due_at
    watch_targets(now + 13 * HOUR)
    assert stored(ticket, "resolution").breached_at == due_at
    assert len(alarms(ticket)) == 2


def test_thanks_take_back_a_question(cast: Cast, now: datetime) -> None:
    promise(next_response=60)
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    reply(ticket, body="Try.", actor=cast.agent, at=now + HOUR)
    thanks = reply_as_customer(ticket, body="Thanks.", actor=cast.customer, at=now + 2 * HOUR)
    assert isinstance(thanks, Message)
    reply_as_customer(ticket, body="But how?", actor=cast.customer, at=now + 3 * HOUR)
    watch_targets(now + 3 * HOUR + 30 * MINUTE)
    acknowledge(ticket, message=thanks, actor=cast.agent, at=now + 4 * HOUR)
    row = stored(ticket, "next_response")
    assert (row.state, row.started_at, row.due_at) == (
        "running",
        now + 3 * HOUR,
        now + 4 * HOUR,
    )


def test_what_a_customer_writes_inside_a_call_asks_nothing(cast: Cast, now: datetime) -> None:
    promise(next_response=60)
    ticket = live_ticket(cast, at=now)
    reply_as_customer(ticket, body="My screen.", actor=cast.customer, at=now + 5 * MINUTE)
    assert not SlaTarget.objects.exists()
    end_contact(ticket, actor=cast.agent, at=now + 10 * MINUTE)
    reply_as_customer(ticket, body="Again.", actor=cast.customer, at=now + HOUR)
    assert stored(ticket, "next_response").started_at == now + HOUR


@pytest.mark.parametrize("way", ["cancel", "merge"])
def test_cancelled_and_merged_tickets_break_nothing(cast: Cast, now: datetime, way: str) -> None:
    promise(first_response=30, resolution=240)
    ticket, other = new_ticket(cast, at=now), new_ticket(cast, at=now)
    watch_targets(now + HOUR)
    if way == "cancel":
        cancel(ticket, reason="spam", actor=cast.agent, at=now + 2 * HOUR)
    else:
        merge(ticket, into=other, actor=cast.agent, at=now + 2 * HOUR)
    states = SlaTarget.objects.filter(ticket=ticket).values_list("state", flat=True)
    assert set(states) == {"void"}
    ticket.refresh_from_db()
    assert ticket.next_due_at is None
    assert alarms(ticket) == [(AlarmKind.BREACH, "first_response", now + 30 * MINUTE)]
    watch_targets(now + DAY)
    assert len(alarms(ticket)) == 1
