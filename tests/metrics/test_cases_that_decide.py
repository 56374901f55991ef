"""“Cases that decide” in docs/definitions.md: each line is a test, played with the real commands.

Everything happens in the weeks from Monday, 2 March 2026, 10:00 (Amsterdam; office hours Mon–Fri
09:00–17:00), unless the case says otherwise.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from knowledge.models import SelfServiceSession
from metrics.policy import Policy
from metrics.query import Rate, Scope, figures
from tests.cast import Cast
from tests.metrics.verdicts import LONG_AFTER, facts_of, verdict
from tests.tickets.scenes import live_ticket, new_ticket
from tickets.choices import Channel, ResolutionCode, Status
from tickets.errors import WrongState
from tickets.models import Holiday, Message, Notice, NoticeKind, Ticket
from tickets.services.contacting import end_contact, start_contact
from tickets.services.escalating import accept_escalation, escalate, return_escalation
from tickets.services.picking import pick_up
from tickets.services.relating import merge
from tickets.services.states import close_resolved, confirm, reopen, resolve, resume, wait
from tickets.services.talking import acknowledge, add_note, reply, reply_as_customer

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
UNTIL_RESOLVED = Policy.parse({"span": "until_resolved"})


def _resolve(
    ticket: Ticket,
    cast: Cast,
    *,
    at: datetime,
    by: User | None = None,
    is_l1_capable: bool | None = None,
    reply: str = "",
) -> None:
    resolve(
        ticket,
        resolution_code=ResolutionCode.SOLVED,
        is_l1_capable=is_l1_capable,
        reply=reply,
        actor=by or cast.agent,
        at=at,
    )


def _escalate_cold(ticket: Ticket, cast: Cast, *, at: datetime) -> None:
    escalate(
        ticket,
        to_team=cast.l2,
        reason="knowledge",
        tried="Restarted.",
        known="It fails at noon.",
        actor=cast.agent,
        at=at,
    )


def _solved_call(cast: Cast, at: datetime) -> Ticket:
    """A call; L1 solves it before the customer hangs up, ten minutes later."""
    ticket = live_ticket(cast, at=at)
    _resolve(ticket, cast, at=at + 9 * MINUTE)
    end_contact(ticket, actor=cast.agent, at=at + 10 * MINUTE)
    return ticket


def _solved_mail(cast: Cast, at: datetime) -> Ticket:
    """An e-mail; an hour later one answer with the fix."""
    ticket = new_ticket(cast, at=at, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=at + 50 * MINUTE)
    _resolve(ticket, cast, at=at + HOUR, reply="Do this, then it works.")
    return ticket


def test_case_01_call_solved_by_l1(cast: Cast, now: datetime) -> None:
    ticket = _solved_call(cast, now)
    assert verdict(cast, ticket, "fcr") == "yes"
    assert verdict(cast, ticket, "flr") == "yes"


def test_case_01_is_undecided_while_its_window_is_open(cast: Cast, now: datetime) -> None:
    ticket = _solved_call(cast, now)
    ends = now + 9 * MINUTE + 7 * DAY
    assert verdict(cast, ticket, "fcr", as_of=ends - timedelta(seconds=1)) == "undecided"
    assert verdict(cast, ticket, "fcr", as_of=ends) == "yes"


def test_case_02_call_back_is_a_second_contact(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    end_contact(ticket, actor=cast.agent, at=now + 5 * MINUTE)
    start_contact(
        ticket, channel=Channel.PHONE, direction="outbound", actor=cast.agent, at=now + 2 * HOUR
    )
    _resolve(ticket, cast, at=now + 2 * HOUR + 5 * MINUTE)
    end_contact(ticket, actor=cast.agent, at=now + 2 * HOUR + 6 * MINUTE)
    assert verdict(cast, ticket, "fcr") == "no"
    assert verdict(cast, ticket, "flr") == "yes"
    assert facts_of(ticket).contacts_to_resolution == 2


def test_case_03_warm_transfer_to_l3(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now)
    escalate(
        ticket,
        actor=cast.agent,
        to_team=cast.l3,
        to_agent=cast.l3_agent,
        is_warm=True,
        reason="knowledge",
        tried="Restarted.",
        known="It fails at noon.",
        at=now + 5 * MINUTE,
    )
    _resolve(ticket, cast, by=cast.l3_agent, is_l1_capable=False, at=now + 15 * MINUTE)
    end_contact(ticket, actor=cast.l3_agent, at=now + 16 * MINUTE)
    assert verdict(cast, ticket, "fcr") == "yes"
    assert verdict(cast, ticket, "flr") == "no"
    without = Policy.parse({"live_hand_over": "not"})
    assert verdict(cast, ticket, "fcr", policy=without) == "no"
    facts = facts_of(ticket)
    assert (facts.warm_escalations, facts.cold_escalations) == (1, 0)


def test_case_04_same_issue_on_the_third_business_day(cast: Cast, now: datetime) -> None:
    ticket = _solved_call(cast, now)
    start_contact(ticket, channel=Channel.PHONE, actor=cast.agent, at=now + 3 * DAY)
    assert verdict(cast, ticket, "fcr") == "no"
    assert verdict(cast, ticket, "flr") == "yes"
    assert facts_of(ticket).own_followup_days == 3


def test_case_04_as_a_new_ticket_of_the_same_category(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now, category=cast.category)
    _resolve(ticket, cast, at=now + 9 * MINUTE)
    assert verdict(cast, ticket, "fcr") == "yes"
    again = live_ticket(cast, at=now + 3 * DAY, category=cast.category)
    assert verdict(cast, ticket, "fcr") == "no", "the earlier ticket follows the later one"
    assert verdict(cast, again, "fcr", as_of=now + 4 * DAY) == "undecided"


def test_case_05_reopened_after_six_business_days(cast: Cast, now: datetime) -> None:
    ticket = _solved_call(cast, now)
    reopen(ticket, reason="It is back.", actor=cast.agent, at=now + 8 * DAY)
    assert facts_of(ticket).own_followup_days == 6
    _resolve(ticket, cast, at=now + 8 * DAY + HOUR)
    assert verdict(cast, ticket, "fcr") == "yes"
    assert verdict(cast, ticket, "flr") == "yes"
    scope = Scope(start=date(2026, 3, 2), end=date(2026, 3, 2), as_of=LONG_AFTER)
    rate = figures(["reopen_rate"], scope)["reopen_rate"][""]
    assert isinstance(rate, Rate)
    assert (rate.numerator, rate.denominator) == (1, 1)


def test_case_05_confirmed_stays_confirmed_though_reopened_outside_the_window(
    cast: Cast, now: datetime
) -> None:
    """The customer said "solved" of the resolution that the figure is about."""
    ticket = _solved_call(cast, now)
    confirm(ticket, actor=cast.customer, at=now + HOUR)
    reopen(ticket, reason="Again.", actor=cast.agent, at=now + 8 * DAY + HOUR)
    assert verdict(cast, ticket, "fcr", policy=Policy.parse({"confirmation": "customer"})) == "yes"


def test_case_06_one_answer_then_silence(cast: Cast, now: datetime) -> None:
    ticket = _solved_mail(cast, now)
    assert close_resolved(at=now + 30 * DAY) == 1
    assert verdict(cast, ticket, "fcr") == "yes"
    assert verdict(cast, ticket, "flr") == "yes"
    facts = facts_of(ticket)
    assert (facts.status, facts.is_closed_by_time) == (Status.CLOSED, True)
    assert facts.last_resolved_at == now + HOUR, "not the day on which it closed by itself"


def test_case_07_a_question_back(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, channel=Channel.EMAIL)
    reply(ticket, body="Which version?", then="waiting_customer", actor=cast.agent, at=now + HOUR)
    reply_as_customer(ticket, body="Seven.", actor=cast.customer, at=now + 2 * HOUR)
    _resolve(ticket, cast, reply="Then do this.", at=now + 3 * HOUR)
    assert verdict(cast, ticket, "fcr") == "no"
    assert verdict(cast, ticket, "fcr", policy=UNTIL_RESOLVED) == "yes"
    assert verdict(cast, ticket, "flr") == "yes"


def test_case_08_thanks(cast: Cast, now: datetime) -> None:
    ticket = _solved_mail(cast, now)
    thanks = reply_as_customer(ticket, body="thanks!", actor=cast.customer, at=now + 3 * HOUR)
    assert isinstance(thanks, Message)
    assert verdict(cast, ticket, "fcr") == "no", "nobody has said yet that it was a thank-you"
    assert facts_of(ticket).reopens == 1
    acknowledge(ticket, message=thanks, actor=cast.agent, at=now + 4 * HOUR)
    assert verdict(cast, ticket, "fcr") == "yes"
    assert verdict(cast, ticket, "flr") == "yes"
    facts = facts_of(ticket)
    assert (facts.reopens, facts.contacts, facts.own_followup_seconds) == (0, 1, None)
    assert facts.last_resolved_at == now + HOUR


def test_case_08_known_as_thanks_when_it_came(cast: Cast, now: datetime) -> None:
    ticket = _solved_mail(cast, now)
    reply_as_customer(
        ticket, body="thanks!", actor=None, at=now + 3 * HOUR, is_acknowledgement=True
    )
    assert verdict(cast, ticket, "fcr") == "yes"
    assert verdict(cast, ticket, "flr") == "yes"


def test_case_09_a_failed_search_before(cast: Cast, now: datetime) -> None:
    ticket = _solved_mail(cast, now)
    SelfServiceSession.objects.create(
        customer=cast.customer,
        started_at=now - HOUR,
        recorded_at=now - HOUR,
        query="vpn",
        ticket=ticket,
    )
    assert verdict(cast, ticket, "fcr") == "no"
    assert verdict(cast, ticket, "flr") == "yes"
    ignored = Policy.parse({"self_service": "ignored"})
    assert verdict(cast, ticket, "fcr", policy=ignored) == "yes"
    excluded = Policy.parse({"self_service": "excluded"})
    assert verdict(cast, ticket, "fcr", policy=excluded) == "neither"
    assert facts_of(ticket).self_service_before_seconds == HOUR.total_seconds()


def test_case_10_cold_escalation_before_the_first_answer(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=now + MINUTE)
    _escalate_cold(ticket, cast, at=now + HOUR)
    accept_escalation(ticket, actor=cast.l2_agent, at=now + 2 * HOUR)
    _resolve(ticket, cast, by=cast.l2_agent, is_l1_capable=True, reply="Fixed.", at=now + 3 * HOUR)
    assert verdict(cast, ticket, "fcr") == "no"
    assert verdict(cast, ticket, "flr") == "no"


def test_case_11_received_straight_at_l2(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, channel=Channel.EMAIL, team=cast.l2, level=2)
    _resolve(ticket, cast, by=cast.l2_agent, is_l1_capable=False, reply="So.", at=now + HOUR)
    assert verdict(cast, ticket, "fcr") == "yes", "by contact rules"
    assert verdict(cast, ticket, "flr") == "neither"


def test_case_12_sent_back_and_solved_by_l1(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=now + MINUTE)
    _escalate_cold(ticket, cast, at=now + HOUR)
    return_escalation(
        ticket, reason="not_ours", note="L1 can do it.", actor=cast.l2_agent, at=now + 2 * HOUR
    )
    _resolve(ticket, cast, reply="Done.", at=now + 3 * HOUR)
    assert verdict(cast, ticket, "fcr") == "no"
    assert verdict(cast, ticket, "flr") == "no"
    facts = facts_of(ticket)
    assert (facts.resolving_level, facts.highest_level, facts.deescalations) == (1, 2, 1)
    assert ticket.escalation_facts.get().is_bounced


def test_case_13_two_mails_before_the_first_answer(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, channel=Channel.EMAIL)
    reply_as_customer(ticket, body="And it beeps.", actor=cast.customer, at=now + 20 * MINUTE)
    _resolve(ticket, cast, reply="Do this.", at=now + HOUR)
    assert verdict(cast, ticket, "fcr") == "yes"
    assert verdict(cast, ticket, "flr") == "yes"
    turn = ticket.response_turns.get()
    assert (turn.asked_at, turn.response_seconds) == (now, HOUR.total_seconds())


def test_case_14_duplicate_merged(cast: Cast, now: datetime) -> None:
    kept = _solved_mail(cast, now)
    duplicate = new_ticket(cast, at=now - HOUR, channel=Channel.EMAIL)
    merge(duplicate, into=kept, actor=cast.agent, at=now + 2 * HOUR)
    assert verdict(cast, duplicate, "fcr") == "neither"
    assert verdict(cast, duplicate, "flr") == "neither"
    assert verdict(cast, kept, "fcr") == "yes"


def test_case_14_resolved_before_it_was_merged(cast: Cast, now: datetime) -> None:
    duplicate, kept = _solved_mail(cast, now), _solved_mail(cast, now)
    merge(duplicate, into=kept, actor=cast.agent, at=now + 2 * HOUR)
    assert verdict(cast, duplicate, "fcr") == "neither"
    assert verdict(cast, duplicate, "flr") == "neither"


FRIDAY_17 = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)


def _resolved_on_friday(cast: Cast) -> Ticket:
    ticket = live_ticket(cast, at=FRIDAY_17 - 9 * MINUTE)
    _resolve(ticket, cast, at=FRIDAY_17)
    end_contact(ticket, actor=cast.agent, at=FRIDAY_17)
    return ticket


def test_case_15_next_friday_an_hour_before(cast: Cast) -> None:
    ticket = _resolved_on_friday(cast)
    start_contact(ticket, channel=Channel.PHONE, actor=cast.agent, at=FRIDAY_17 + 7 * DAY - HOUR)
    assert verdict(cast, ticket, "fcr") == "no"
    assert verdict(cast, ticket, "flr") == "yes"
    assert facts_of(ticket).own_followup_days == 5


@pytest.mark.parametrize(
    ("late", "expected"),
    [(timedelta(0), "no"), (timedelta(microseconds=1), "yes")],
    ids=["at the end", "just after"],
)
def test_case_15_at_the_edge_of_the_window(cast: Cast, late: timedelta, expected: str) -> None:
    ticket = _resolved_on_friday(cast)
    start_contact(ticket, channel=Channel.PHONE, actor=cast.agent, at=FRIDAY_17 + 7 * DAY + late)
    assert verdict(cast, ticket, "fcr") == expected


def test_case_16_with_a_holiday_in_between(cast: Cast) -> None:
    Holiday.objects.create(calendar=cast.calendar, on_date=date(2026, 3, 11), name="A Wednesday")
    ticket = _resolved_on_friday(cast)
    start_contact(ticket, channel=Channel.PHONE, actor=cast.agent, at=FRIDAY_17 + 7 * DAY + HOUR)
    assert verdict(cast, ticket, "fcr") == "no"
    assert verdict(cast, ticket, "flr") == "yes"
    assert facts_of(ticket).own_followup_days == 5, "the window ends on Monday, 17:00"


def test_case_17_four_days_of_waiting_on_the_customer(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=now + HOUR)
    wait(ticket, for_="customer", actor=cast.agent, at=now + 2 * HOUR)
    resume(ticket, actor=cast.agent, at=now + 2 * HOUR + 4 * DAY)
    _resolve(ticket, cast, at=now + 3 * HOUR + 4 * DAY)
    facts = facts_of(ticket)
    assert facts.ttr_gross_seconds == (3 * HOUR + 4 * DAY).total_seconds()
    assert facts.ttr_net_seconds == (3 * HOUR).total_seconds()
    assert facts.waiting_customer_seconds == (4 * DAY).total_seconds()
    assert facts.waiting_customer_business_seconds == 4 * 8 * 3600.0
    assert facts.ttr_net_business_seconds == (3 * HOUR).total_seconds()


def test_case_18_two_agents_open_it_at_once(cast: Cast, now: datetime) -> None:
    """The later one is refused (the race itself is in tests/concurrency/)."""
    ticket = new_ticket(cast, at=now)
    late = Ticket.objects.get(pk=ticket.pk)
    pick_up(ticket, actor=cast.agent, at=now + MINUTE)
    with pytest.raises(WrongState):
        pick_up(late, actor=cast.second_agent, at=now + MINUTE)
    assert ticket.transitions.filter(from_status=Status.NEW).count() == 1
    assert Notice.objects.filter(kind=NoticeKind.PICKED_UP).count() == 1
    facts = facts_of(ticket)
    assert (facts.ttfr_seconds, facts.pickup_agent_key) == (60.0, cast.agent.pk)


def test_case_19_a_manager_looks(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    add_note(ticket, body="Who takes this?", actor=cast.manager, at=now + MINUTE)
    facts = facts_of(ticket)
    assert (facts.status, facts.picked_up_at, facts.ttfr_seconds) == (Status.NEW, None, None)
    assert (facts.pickup_agent_key, facts.first_reply_seconds) == (0, None)
