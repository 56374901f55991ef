"""Asking for figures: policies on the same facts, the edges of windows, filters, refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import SupportLevel
from accounts.models import User
from metrics.fill import fill_touched
from metrics.fill.rollup import fill_days
from metrics.policy import DEFAULT, Policy
from metrics.query import (
    Distribution,
    Flow,
    Rate,
    Scope,
    Segment,
    Total,
    arrivals,
    backlog_ages,
    beside,
    breakdown,
    breakdowns,
    figures,
    flow,
    payload,
    series,
    tickets,
)
from metrics.registry import all_figures
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.metrics.desk import RandomDesk
from tests.tickets.scenes import live_ticket, new_ticket
from tickets.choices import Channel
from tickets.errors import InvalidInput
from tickets.models import LevelCost, Ticket
from tickets.services.contacting import end_contact, start_contact
from tickets.services.escalating import accept_escalation, escalate, return_escalation
from tickets.services.picking import pick_up
from tickets.services.relating import merge
from tickets.services.states import cancel, confirm, resolve, wait
from tickets.services.talking import reply, reply_as_customer

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Amsterdam
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LONG_AFTER = datetime(2026, 6, 1, tzinfo=UTC)


def _march(as_of: datetime = LONG_AFTER, **filters: tuple[str, ...]) -> Scope:
    return Scope(start=date(2026, 3, 1), end=date(2026, 3, 31), filters=filters, as_of=as_of)


@pytest.fixture
def desk(db: None) -> RandomDesk:
    """A desk that was filled."""
    return kept(_filled)


def _filled() -> RandomDesk:
    desk = RandomDesk(make_cast(), seed=11, start=MONDAY)
    desk.play(25)
    desk.fill()
    return desk


def _rate(key: str, scope: Scope, policy: Policy = DEFAULT, variant: str = "") -> Rate:
    found = figures([key], scope, policy)[key][variant]
    assert isinstance(found, Rate)
    return found


def _fcr(as_of: datetime = LONG_AFTER, **policy: str) -> tuple[int, int, int]:
    fill_touched()
    found = _rate("fcr", _march(as_of), Policy.parse(policy))
    return found.numerator, found.denominator, found.undecided


def _solved(cast: Cast, at: datetime = MONDAY, **fields: Any) -> Ticket:
    """A mail, answered for good an hour later."""
    ticket = new_ticket(cast, at=at, **({"channel": Channel.EMAIL} | fields))
    pick_up(ticket, actor=cast.agent, at=at)
    resolve(ticket, resolution_code="solved", reply="Do this.", actor=cast.agent, at=at + HOUR)
    return ticket


def _escalate(cast: Cast, ticket: Ticket) -> None:
    escalate(
        ticket,
        to_team=cast.l2,
        reason="knowledge",
        tried="All.",
        known="Nothing.",
        actor=cast.agent,
        at=MONDAY + HOUR,
    )


# Windows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("window", "length"), [("5bd", 7 * DAY), ("48h", 2 * DAY)])
def test_a_window_decides_at_its_end(cast: Cast, window: str, length: timedelta) -> None:
    _solved(cast)
    ends = MONDAY + HOUR + length
    assert _fcr(ends - SECOND, window=window) == (0, 0, 1)
    assert _fcr(ends, window=window) == (1, 1, 0)
    assert _fcr(ends + SECOND, window=window) == (1, 1, 0)


@pytest.mark.parametrize(("window", "length"), [("5bd", 7 * DAY), ("48h", 2 * DAY)])
@pytest.mark.parametrize(("late", "numerator"), [(-SECOND, 0), (0 * SECOND, 0), (SECOND, 1)])
def test_a_follow_up_counts_up_to_the_window_s_end(
    cast: Cast, window: str, length: timedelta, late: timedelta, numerator: int
) -> None:
    ticket = _solved(cast)
    at = MONDAY + HOUR + length + late
    start_contact(ticket, channel=Channel.PHONE, actor=cast.agent, at=at)
    assert _fcr(window=window) == (numerator, 1, 0)


def test_a_follow_up_decides_at_once(cast: Cast) -> None:
    ticket = _solved(cast)
    start_contact(ticket, channel=Channel.PHONE, actor=cast.agent, at=MONDAY + DAY)
    assert _fcr(MONDAY + DAY) == (0, 1, 0)


def test_a_resolution_on_a_closed_day(cast: Cast) -> None:
    """Solved on Saturday: five business days end on Friday, before those of a Friday's ticket."""
    saturday = datetime(2026, 3, 7, 9, tzinfo=UTC)
    friday = datetime(2026, 3, 6, 15, tzinfo=UTC)
    _solved(cast, saturday)
    _solved(cast, friday)
    assert _fcr(datetime(2026, 3, 13, 10, tzinfo=UTC)) == (1, 1, 1)
    assert _fcr(datetime(2026, 3, 13, 16, tzinfo=UTC)) == (2, 2, 0)


# Policies of first contact resolution -------------------------------------------------------


def test_span(cast: Cast) -> None:
    ticket = new_ticket(cast, at=MONDAY, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=MONDAY)
    assert _fcr(MONDAY + HOUR) == (0, 0, 1)
    reply(ticket, body="Which?", actor=cast.agent, then="waiting_customer", at=MONDAY + HOUR)
    reply_as_customer(ticket, body="This.", actor=cast.customer, at=MONDAY + 2 * HOUR)
    assert _fcr(MONDAY + 3 * HOUR) == (0, 1, 0)
    assert _fcr(MONDAY + 3 * HOUR, span="until_resolved") == (0, 0, 1)
    resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent, at=MONDAY + 3 * HOUR)
    assert _fcr() == (0, 1, 0)
    assert _fcr(span="until_resolved") == (1, 1, 0)


def test_confirmation(cast: Cast) -> None:
    _solved(cast)
    confirm(_solved(cast, MONDAY + DAY, category=cast.category), actor=cast.customer)
    assert _fcr() == (2, 2, 0)
    assert _fcr(confirmation="customer") == (1, 2, 0)


def test_match(cast: Cast) -> None:
    """Each is wider: the same category, any of the customer's, any of the organization's."""
    _solved(cast, category=cast.category)
    new_ticket(cast, at=MONDAY + DAY, category=cast.other_category, channel=Channel.EMAIL)
    colleague = {"customer": cast.colleague, "actor": cast.colleague}
    _solved(cast, MONDAY + 9 * DAY, category=cast.product and None, **colleague)
    new_ticket(cast, at=MONDAY + 10 * DAY, channel=Channel.EMAIL)
    assert _fcr(match="linked") == (2, 2, 2)
    assert _fcr() == (2, 2, 2)
    assert _fcr(match="customer") == (1, 2, 2)
    assert _fcr(match="organization") == (0, 2, 2)
    new_ticket(cast, at=MONDAY + 2 * DAY, category=cast.category, channel=Channel.EMAIL)
    assert _fcr() == (1, 2, 3)
    assert _fcr(match="linked") == (2, 2, 3)


def test_denominator(cast: Cast) -> None:
    _solved(cast)
    ticket = new_ticket(cast, at=MONDAY, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=MONDAY)
    reply(ticket, body="Which?", actor=cast.agent, then="waiting_customer", at=MONDAY + HOUR)
    reply_as_customer(ticket, body="This.", actor=cast.customer, at=MONDAY + 2 * HOUR)
    assert _fcr() == (1, 2, 0)
    assert _fcr(denominator="resolved") == (1, 1, 0)


def test_another_policy_needs_no_new_measurement(desk: RandomDesk) -> None:
    with CaptureQueriesContext(connection) as asked:
        figures(["fcr"], desk.scope(date(2026, 3, 1)), Policy.parse({"window": "1bd"}))
    assert all(one["sql"].startswith(("SELECT", "WITH")) for one in asked)


# Other policies -----------------------------------------------------------------------------


def test_reopened_within_days(cast: Cast) -> None:
    ticket = _solved(cast)
    with time_machine.travel(MONDAY + HOUR + 8 * DAY, tick=False):
        reply_as_customer(ticket, body="Again!", actor=cast.customer)
    fill_touched()
    within = Policy.parse({"reopen_window": "7d"})
    assert _rate("reopen_rate", _march()).numerator == 1
    assert _rate("reopen_rate", _march(), within).numerator == 0
    assert _rate("reopen_rate", _march(), Policy.parse({"reopen_window": "8d"})).numerator == 1


def test_next_issue_avoidance_is_undecided_until_its_days_are_over(cast: Cast) -> None:
    _solved(cast, category=cast.category)
    ends = MONDAY + HOUR + 30 * DAY
    fill_touched()
    assert _rate("nia", _march(ends - SECOND)) == Rate(0, 0, undecided=1)
    assert _rate("nia", _march(ends)) == Rate(1, 1)
    new_ticket(cast, at=ends, category=cast.other_category)
    fill_touched()
    assert _rate("nia", _march()) == Rate(1, 1)
    assert _rate("nia", _march(), Policy.parse({"nia_match": "any"})) == Rate(0, 1)
    assert _rate("nia", _march(), Policy.parse({"nia_match": "any", "nia_days": "29"})).value == 100


def test_next_issue_avoidance_is_unmeasured_where_nobody_can_know(cast: Cast) -> None:
    """Without a category nothing is of the same one; of any it can be told."""
    _solved(cast, category=None)
    _solved(cast, category=cast.category)
    fill_touched()
    assert _rate("nia", _march()) == Rate(1, 1, unmeasured=1)
    assert _rate("nia", _march(), Policy.parse({"nia_match": "any"})) == Rate(2, 2)


def test_next_issue_avoidance_of_a_log_without_customers_is_unmeasured(cast: Cast) -> None:
    ticket = _solved(cast, category=cast.category)
    User.objects.filter(pk=ticket.customer_id).update(is_stand_in=True)
    fill_touched()
    for match in ("category", "any"):
        found = _rate("nia", _march(), Policy.parse({"nia_match": match}))
        assert (found, found.value) == (Rate(unmeasured=1), None)


def test_what_stops_the_net_clock(cast: Cast) -> None:
    ticket = new_ticket(cast, at=MONDAY)
    pick_up(ticket, actor=cast.agent, at=MONDAY)
    reply(ticket, body="?", actor=cast.agent, then="waiting_customer", at=MONDAY + HOUR)
    reply_as_customer(ticket, body="!", actor=cast.customer, at=MONDAY + 3 * HOUR)
    resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent, at=MONDAY + 4 * HOUR)
    fill_touched()

    def net(**policy: str) -> float | None:
        found = figures(["ttr"], _march(), Policy.parse(policy))["ttr"]["net.calendar"]
        assert isinstance(found, Distribution)
        return found.mean

    assert net() == 2 * 3600
    assert net(ttr_stops="none") == 4 * 3600
    assert net(ttr_stops="on_hold") == 4 * 3600
    assert net(ttr_stops="waiting_customer,on_hold") == 2 * 3600


# Levels, cost, work, shapes -----------------------------------------------------------------


@pytest.fixture
def _bounced(cast: Cast) -> Ticket:
    """Received at L1, up to L2 and back, solved at L1; on Monday."""
    LevelCost.objects.update_or_create(level=1, defaults={"amount": "20"})
    LevelCost.objects.update_or_create(level=2, defaults={"amount": "50"})
    ticket = new_ticket(cast, at=MONDAY)
    pick_up(ticket, actor=cast.agent, at=MONDAY)
    _escalate(cast, ticket)
    return_escalation(
        ticket, reason="incomplete", note="What?", actor=cast.l2_agent, at=MONDAY + 2 * HOUR
    )
    resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent, at=MONDAY + 3 * HOUR)
    fill_touched()
    return ticket


@pytest.mark.usefixtures("_bounced")
def test_levels(cast: Cast) -> None:
    assert _rate("flr", _march()) == Rate(0, 1)
    assert _rate("escalation_rate", _march(), variant="from_l1") == Rate(1, 1)
    assert _rate("escalation_rate", _march(), variant="from_l2") == Rate(0, 1)
    assert _rate("bounce_rate", _march()) == Rate(1, 1)
    assert _rate("l1_capable", _march()) == Rate()
    cost = figures(["cost"], _march())["cost"].main
    assert isinstance(cost, Total)
    assert (cost.n, cost.total, cost.mean) == (1, 70, 70)
    assert flow(_march()) == [Flow(SupportLevel.L1, SupportLevel.L1, 1)]


@pytest.mark.usefixtures("_bounced")
def test_work_is_credited_to_who_held_it(cast: Cast) -> None:
    found = {
        one.label: one.figure.main.value for one in breakdown("touch_time", _march(), by="level")
    }
    assert found == {"L1": 2 * 3600.0, "L2": 3600.0}
    second_hour = _march(level=("2",))
    assert figures(["touch_time"], second_hour)["touch_time"]["business"].value == 3600


@pytest.mark.parametrize("move", [wait, resolve])
def test_a_move_in_the_instant_of_the_question_comes_after_it(cast: Cast, move: Any) -> None:
    """Backlog, its drill-down and its ages are read just before the instant, like a day's end."""
    words = {"for_": "vendor"} if move is wait else {"resolution_code": "solved", "reply": "So."}
    ticket = new_ticket(cast, at=MONDAY)
    pick_up(ticket, actor=cast.agent, at=MONDAY)
    move(ticket, actor=cast.agent, at=MONDAY + HOUR, **words)
    fill_touched()
    now = _march(MONDAY + HOUR)
    assert figures(["backlog"], now)["backlog"].main.value == 1
    assert figures(["backlog"], now)["backlog"]["in_progress"].value == 1
    assert tickets("backlog", now, part="count", user=cast.manager).count() == 1
    assert sum(bucket.n for bucket in backlog_ages(now)) == 1


def test_arrivals_and_ages(cast: Cast) -> None:
    new_ticket(cast, at=MONDAY)
    new_ticket(cast, at=MONDAY + 3 * DAY)
    fill_touched()
    found = arrivals(_march())
    assert (found.n, found.counts[0][10], found.counts[3][10]) == (2, 1, 1)
    ages = {bucket.label: bucket.levels for bucket in backlog_ages(_march(MONDAY + 4 * DAY))}
    assert ages["1–3 days"] == {1: 1}
    assert ages["3–7 days"] == {1: 1}


# Scopes and refusals ------------------------------------------------------------------------


def test_filters_narrow_every_figure_alike(cast: Cast) -> None:
    _solved(cast, category=cast.category)
    live = live_ticket(cast, at=MONDAY, category=cast.other_category)
    resolve(live, resolution_code="solved", actor=cast.agent, at=MONDAY + HOUR)
    end_contact(live, actor=cast.agent, at=MONDAY + HOUR)
    fill_touched()
    scope = _march(category=(str(cast.category.pk),), channel=("email",))
    for key in ("created", "resolved", "fcr", "flr", "ttfr"):
        assert figures([key], scope)[key].main.n == 1
        part = "denominator" if key in ("fcr", "flr") else "count"
        assert tickets(key, scope, part=part, user=cast.manager).count() == 1
    both = _march(channel=("email", "phone"))
    assert figures(["created"], both)["created"].main.n == 2


def test_every_figure_has_every_segment(desk: RandomDesk) -> None:
    scope = desk.scope(date(2026, 3, 1))
    keys = [figure.key for figure in all_figures()]
    whole = figures(keys, scope)
    for by in Segment.values:
        listed = breakdowns(keys, scope, by=by)
        for figure in all_figures():
            parts = listed[figure.key]
            if by not in figure.segments:  # services have no level, tickets no service
                assert not parts
                continue
            counted = sum(one.figure.main.n for one in parts)
            assert counted == whole[figure.key].main.n, (figure.key, by)
            assert len({one.value for one in parts}) == len(parts)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Scope(start=date(2026, 3, 2), end=date(2026, 3, 1)),
        lambda: Scope(start=date(1, 1, 1), end=date(1, 1, 2)),
        lambda: Scope(start=date(9999, 12, 30), end=date(9999, 12, 31)),
        lambda: _march(colour=("blue",)),
        lambda: _march(team=("first line",)),
        lambda: figures(["happiness"], _march()),
        lambda: breakdown("fcr", _march(), by="colour"),
        lambda: series("fcr", _march(), bucket="year"),  # type: ignore[arg-type]
        lambda: series("ttr", _march(), variant="gross"),
        lambda: tickets("fcr", _march(), part="count", user=None),  # type: ignore[arg-type]
    ],
)
def test_questions_without_sense_are_refused(ask: Any) -> None:
    with pytest.raises(InvalidInput):
        ask()


def test_cancelled_is_told_by_reason(cast: Cast) -> None:
    for reason in ("spam", "spam", "withdrawn", "duplicate", "mistake"):
        ticket = new_ticket(cast, at=MONDAY)
        cancel(ticket, reason=reason, actor=cast.agent, at=MONDAY + HOUR)
    resolved = _solved(cast)
    merge(resolved, into=new_ticket(cast, at=MONDAY), actor=cast.agent, at=MONDAY + DAY)
    for _ in range(2):  # from facts, then from snapshots
        fill_touched()
        found = figures(["cancelled"], _march())["cancelled"]
        assert found.main.value == 6
        by_reason = {"spam": 2, "duplicate": 1, "merged": 1, "withdrawn": 1, "mistake": 1}
        assert payload(found) == 6
        assert beside(found) == {"cancelled_by_reason": by_reason}
        for reason, number in by_reason.items():
            opened = tickets("cancelled", _march(), part="count", variant=reason, user=cast.manager)
            assert opened.count() == number
            assert set(opened.values_list("cancel_reason", flat=True)) == {reason}
        fill_days(now=LONG_AFTER)


def test_accepting_an_escalation_is_no_bounce(cast: Cast) -> None:
    ticket = new_ticket(cast, at=MONDAY)
    pick_up(ticket, actor=cast.agent, at=MONDAY)
    _escalate(cast, ticket)
    accept_escalation(ticket, actor=cast.l2_agent, at=MONDAY + 2 * HOUR)
    resolve(
        ticket,
        resolution_code="solved",
        is_l1_capable=True,
        actor=cast.l2_agent,
        at=MONDAY + 3 * HOUR,
    )
    fill_touched()
    assert _rate("bounce_rate", _march()) == Rate(0, 1)
    assert _rate("l1_capable", _march()) == Rate(1, 1)
