"""“Mistakes that others made, and we do not” of docs/definitions.md: each is a test, on real rows
that the commands left and the fill measured."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Team
from metrics.fill import fill_touched
from metrics.fill.rollup import fill_days
from metrics.models import Snapshot, TicketFacts
from metrics.query import (
    Count,
    Distribution,
    Level,
    Rate,
    Scope,
    Waiting,
    backlog_ages,
    breakdown,
    figures,
    series,
    tickets,
)
from metrics.registry import all_figures
from metrics.zone import end_of
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.choices import Channel, Source
from tickets.ledger import Action
from tickets.models import BusinessCalendar, Ticket
from tickets.services.contacting import log_contact
from tickets.services.escalating import accept_escalation, escalate
from tickets.services.picking import pick_up
from tickets.services.properties import change_properties
from tickets.services.states import reopen, resolve, resume, wait
from tickets.services.talking import reply

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Amsterdam
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LONG_AFTER = datetime(2026, 6, 1, tzinfo=UTC)


def _at(moment: datetime, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Do something at a moment, as live work: recorded when it happens."""
    with time_machine.travel(moment, tick=False):
        return act(*args, **options)


def _fill(now: datetime = LONG_AFTER) -> None:
    with time_machine.travel(now, tick=False):
        fill_touched()
        fill_days(now=now)


def _march(as_of: datetime = LONG_AFTER, **filters: tuple[str, ...]) -> Scope:
    return Scope(start=date(2026, 3, 1), end=date(2026, 3, 31), filters=filters, as_of=as_of)


def _rate(key: str, scope: Scope) -> Rate:
    found = figures([key], scope)[key].main
    assert isinstance(found, Rate)
    return found


def _spread(key: str, scope: Scope, variant: str = "calendar") -> Distribution:
    found = figures([key], scope, is_exact=True)[key][variant]
    assert isinstance(found, Distribution)
    return found


def _count(key: str, scope: Scope) -> int:
    found = figures([key], scope)[key].main
    assert isinstance(found, Count)
    return found.value


def _solved(cast: Cast, at: datetime, *, after: timedelta = HOUR, **fields: Any) -> Ticket:
    """A mail that an L1 agent picks up at once and answers for good."""
    ticket: Ticket = _at(at, new_ticket, cast, channel=Channel.EMAIL, **fields)
    _at(at, pick_up, ticket, actor=cast.agent)
    _resolve(cast, ticket, at + after)
    return ticket


def _resolve(cast: Cast, ticket: Ticket, at: datetime, **options: Any) -> None:
    options = {"actor": cast.agent, "resolution_code": "solved", "reply": "Do this."} | options
    _at(at, resolve, ticket, **options)


def _escalate(cast: Cast, ticket: Ticket, at: datetime, *, team: Team | None = None) -> None:
    words = {"reason": "knowledge", "tried": "All.", "known": "Nothing."}
    _at(at, escalate, ticket, to_team=team or cast.l2, actor=cast.lead, **words)


def test_mistake_01_averages_over_survivors_only(cast: Cast) -> None:
    """Those that still wait stand beside the mean; a breach is not dropped by being slow."""
    quick = _at(MONDAY, new_ticket, cast)
    _at(MONDAY + HOUR, pick_up, quick, actor=cast.agent)
    slow = _at(MONDAY, new_ticket, cast)
    _at(MONDAY + 9 * HOUR, pick_up, slow, actor=cast.agent)
    _at(MONDAY + 2 * HOUR, new_ticket, cast)
    now = MONDAY + 10 * HOUR
    _fill(now)
    found = _spread("ttfr", _march(now))
    assert (found.n, found.mean) == (2, 5 * 3600)
    assert found.waiting is not None
    assert (found.waiting.n, found.waiting.oldest_s) == (1, 8 * 3600)
    turns = _spread("response_time", _march(now))
    assert turns.waiting is not None
    assert (turns.n, turns.waiting.n, turns.waiting.oldest_s) == (0, 3, 10 * 3600)


@pytest.mark.parametrize("key", ["ttfr", "response_time"])
def test_mistake_01_a_day_that_is_waited_on_is_provisional_everywhere(cast: Cast, key: str) -> None:
    """Of two mails of Monday one is answered: what Monday says can still change, and tile, series
    and snapshot say so; on Tuesday nobody waits."""
    for day in (MONDAY, MONDAY + DAY):
        ticket = _at(day, new_ticket, cast)
        _at(day + HOUR, pick_up, ticket, actor=cast.agent)
        _at(day + HOUR, reply, ticket, body="So.", actor=cast.agent)
    _at(MONDAY, new_ticket, cast)
    now = MONDAY + 3 * DAY
    _fill(now)
    scope = _march(now).between(MONDAY.date(), (MONDAY + DAY).date())
    monday, tuesday = series(key, scope)
    assert isinstance(monday.value, Distribution)
    assert isinstance(tuesday.value, Distribution)
    assert (monday.value.n, monday.value.waiting) == (1, Waiting(1, 3 * 86_400.0))
    assert (tuesday.value.n, tuesday.value.waiting) == (1, Waiting())
    assert [monday.is_provisional, tuesday.is_provisional] == [True, False]
    assert figures([key], scope)[key].is_provisional
    stored = Snapshot.objects.filter(figure=key, dimension="", variant="calendar").order_by("day")
    told = stored.values_list("is_provisional", "undecided", "count")
    assert list(told) == [(True, 1, 1), (False, 0, 1)]


def test_mistake_02_numerator_and_denominator_from_different_sets(cast: Cast) -> None:
    """What stands in the numerator of a rate stands in its denominator, ticket by ticket."""
    for number in range(6):
        ticket = _solved(cast, MONDAY + number * DAY)
        if number % 2:
            _at(MONDAY + number * DAY + 2 * HOUR, reopen, ticket, reason="Again.", actor=cast.agent)
        if number % 3 == 0 and number:
            _escalate(cast, ticket, MONDAY + number * DAY + 3 * HOUR)
    # Received in one month and resolved in the next: each figure counts it on one day alone.
    _solved(cast, datetime(2026, 2, 27, 9, tzinfo=UTC), after=5 * DAY)
    _fill()
    for figure in all_figures():
        if figure.kind != "rate" or figure.is_of_services:
            continue
        for variant in figure.measures:
            above, below = (
                tickets(figure.key, _march(), part=part, variant=variant, user=cast.manager)
                for part in ("numerator", "denominator")
            )
            assert not set(above) - set(below), figure.key
            found = figures([figure.key], _march())[figure.key][variant]
            assert isinstance(found, Rate)
            assert found.value is None or 0 <= found.value <= 100


def test_mistake_03_events_shown_as_tickets(cast: Cast) -> None:
    """Three reopens of one ticket are one reopened ticket; the reopens stand beside it, named."""
    ticket = _solved(cast, MONDAY)
    for number in range(1, 4):
        _at(MONDAY + number * DAY, reopen, ticket, reason="Again.", actor=cast.agent)
        _resolve(cast, ticket, MONDAY + number * DAY + HOUR)
    _solved(cast, MONDAY + DAY)
    _fill()
    found = _rate("reopen_rate", _march())
    assert (found.numerator, found.denominator, found.events) == (1, 2, 3)
    opened = tickets("reopen_rate", _march(), part="numerator", user=cast.manager)
    assert list(opened) == [ticket]


def test_mistake_04_a_reopen_wipes_or_freezes_the_resolution_time(cast: Cast) -> None:
    """Reopened, it leaves its day; resolved again, it counts from receipt; every cycle is kept."""
    ticket = _solved(cast, MONDAY)
    _fill(MONDAY + 2 * HOUR)
    assert _count("resolved", _march(MONDAY + 2 * HOUR)) == 1
    _at(MONDAY + DAY, reopen, ticket, reason="Again.", actor=cast.agent)
    _fill(MONDAY + DAY)
    assert _count("resolved", _march(MONDAY + DAY)) == 0
    assert _spread("ttr", _march(MONDAY + DAY), "gross.calendar").n == 0
    _resolve(cast, ticket, MONDAY + DAY + 3 * HOUR)
    _fill()
    on_tuesday = Scope(start=date(2026, 3, 3), end=date(2026, 3, 3), as_of=LONG_AFTER)
    assert _spread("ttr", on_tuesday, "gross.calendar").mean == 27 * 3600
    assert _spread("ttr", on_tuesday, "net.calendar").mean == (1 + 3) * 3600
    cycles = ticket.resolution_cycles.order_by("number").values_list("resolved_at", "reopened_at")
    assert list(cycles) == [
        (MONDAY + HOUR, MONDAY + DAY),
        (MONDAY + DAY + 3 * HOUR, None),
    ]


def test_mistake_05_the_time_of_the_job_instead_of_the_time_that_it_happened(cast: Cast) -> None:
    """Entered and measured in May, it counts in March, when it happened."""
    ticket = new_ticket(cast, at=MONDAY)
    pick_up(ticket, actor=cast.agent, at=MONDAY + HOUR)
    resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent, at=MONDAY + 2 * HOUR)
    fill_touched()
    fill_days()
    scope = Scope(start=date(2026, 3, 2), end=date(2026, 3, 2))
    assert _count("created", scope) == _count("resolved", scope) == 1
    assert _spread("ttfr", scope).mean == 3600
    assert _spread("ttr", scope, "gross.calendar").mean == 2 * 3600


def test_mistake_06_credit_to_todays_assignee_or_team(cast: Cast) -> None:
    """Who resolved it at L2 keeps the credit, although L3 has it now."""
    ticket = _at(MONDAY, new_ticket, cast)
    _at(MONDAY, pick_up, ticket, actor=cast.agent)
    _escalate(cast, ticket, MONDAY + HOUR)
    _at(MONDAY + HOUR, accept_escalation, ticket, actor=cast.l2_agent)
    _resolve(cast, ticket, MONDAY + 2 * HOUR, actor=cast.l2_agent, is_l1_capable=True)
    _at(MONDAY + DAY, reopen, ticket, reason="Again.", actor=cast.lead)
    _escalate(cast, ticket, MONDAY + DAY, team=cast.l3)
    _at(MONDAY + DAY, accept_escalation, ticket, actor=cast.l3_agent)
    _fill()
    ticket.refresh_from_db()
    assert ticket.assignee == cast.l3_agent
    reopened = {
        one.value: one.figure.main for one in breakdown("reopen_rate", _march(), by="agent")
    }
    assert list(reopened) == [str(cast.l2_agent.pk)]
    levels = [one.value for one in breakdown("reopen_rate", _march(), by="level")]
    assert levels == ["2"]
    answered = [one.value for one in breakdown("bounce_rate", _march(), by="agent")]
    assert answered == [str(cast.lead.pk)]


def test_mistake_06_credit_for_a_call_that_is_entered_later(cast: Cast) -> None:
    """L1 spoke with the customer from 11 to 12, L2 got the ticket at 14, the call was entered at
    15: its answer is L1's."""
    ticket = _at(MONDAY, new_ticket, cast)
    _at(MONDAY, pick_up, ticket, actor=cast.agent)
    _escalate(cast, ticket, MONDAY + 4 * HOUR)
    call = {"channel": Channel.PHONE, "started_at": MONDAY + HOUR, "ended_at": MONDAY + 2 * HOUR}
    _at(MONDAY + 5 * HOUR, log_contact, ticket, actor=cast.agent, **call)
    _fill()
    for segment, value in (("level", 1), ("team", cast.l1.pk), ("agent", cast.agent.pk)):
        counted = breakdown("response_time", _march(), by=segment)
        assert [one.value for one in counted] == [str(value)]


def test_mistake_07_tile_chart_drill_down_and_export_disagree(cast: Cast) -> None:
    """One service computes all four, whether from facts, from snapshots or from both. Every
    figure, segment and part on random desks: test_agreement.py."""
    for number in range(8):
        ticket = _solved(cast, MONDAY + number * DAY, after=(number + 1) * HOUR)
        if number % 3 == 0:
            _at(MONDAY + (number + 1) * DAY, reopen, ticket, reason="So.", actor=cast.agent)
    half = MONDAY + 4 * DAY
    for fill_at in (None, half, LONG_AFTER):
        if fill_at:
            with time_machine.travel(fill_at, tick=False):
                fill_days(now=fill_at)
        else:
            fill_touched()
        exported = _exported()
        for key in ("created", "resolved", "fcr", "reopen_rate", "flr"):
            _check_four(cast, key, exported[key])


def _exported() -> dict[str, Any]:
    """What the report of March says of every figure."""
    out = io.StringIO()
    with time_machine.travel(LONG_AFTER, tick=False):
        call_command(
            "metrics_report",
            *("--from", "2026-03-01", "--to", "2026-03-31", "--format", "json"),
            stdout=out,
        )
    found: dict[str, Any] = json.loads(out.getvalue())["figures"]
    return found


def _check_four(cast: Cast, key: str, exported: Any) -> None:
    scope = _march()
    tile = figures([key], scope)[key].main
    chart = [point.value for point in series(key, scope)]
    assert sum(one.n for one in chart) == tile.n
    part = "denominator" if isinstance(tile, Rate) else "count"
    assert tickets(key, scope, part=part, user=cast.manager).count() == tile.n
    if isinstance(tile, Rate):
        assert sum(one.numerator for one in chart if isinstance(one, Rate)) == tile.numerator
        assert (exported["numerator"], exported["denominator"]) == (tile.numerator, tile.n)
    else:
        assert exported == tile.n


def test_mistake_08_server_or_utc_days_and_dst_days(cast: Cast) -> None:
    """Sunday, 29 March 2026 lasts from 23:00 to 22:00 UTC in Amsterdam: 23 hours."""
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)
    sunday = date(2026, 3, 29)
    assert end_of(sunday) - midnight == 23 * HOUR
    moments = (
        midnight - timedelta(seconds=1),
        midnight,
        midnight + 23 * HOUR - timedelta(seconds=1),
        midnight + 23 * HOUR,
    )
    for moment in moments:
        _at(moment, new_ticket, cast)
    held = _at(midnight - HOUR, new_ticket, cast)
    _at(midnight - HOUR, pick_up, held, actor=cast.agent)
    _fill()
    days = {point.start: point.value for point in series("created", _march())}
    assert [days[sunday + offset * DAY] for offset in (-1, 0, 1)] == [Count(2), Count(2), Count(1)]
    work = {point.start: point.value for point in series("touch_time", _march())}
    assert work[sunday].value == 23 * 3600
    assert work[sunday - DAY].value == 3600


def test_mistake_09_zero_where_there_is_no_value(cast: Cast) -> None:
    """None is none: an empty period, no answer yet, nobody asked, no business hours."""
    scope = _march()
    for figure in all_figures():
        answer = figures([figure.key], scope)[figure.key].main
        if figure.kind in ("rate", "index", "distribution", "total"):
            assert answer.value is None, figure.key
        else:
            assert answer.value == 0, figure.key
    closed = BusinessCalendar.objects.create(name="Never open", time_zone="Europe/Amsterdam")
    ticket = _solved(cast, MONDAY)
    Ticket.objects.filter(pk=ticket.pk).update(calendar=closed)
    _fill()
    assert _rate("l1_capable", scope) == Rate()
    assert _rate("bounce_rate", scope).value is None
    days = {point.start: point.value for point in series("ttfr", scope, variant="calendar")}
    assert days[date(2026, 3, 3)].value is None
    assert days[date(2026, 3, 2)].value == 0.0


def test_mistake_10_pause_counters_that_drift_when_priority_changes(cast: Cast) -> None:
    """Pauses are computed from intervals: changes in the middle of one move nothing."""
    ticket = _at(MONDAY, new_ticket, cast)
    _at(MONDAY + HOUR, pick_up, ticket, actor=cast.agent)
    _at(MONDAY + 2 * HOUR, wait, ticket, for_="customer", actor=cast.agent)
    for hours, priority in ((3, 1), (4, 4), (5, 2)):
        moment = MONDAY + hours * HOUR
        _at(moment, change_properties, ticket, changes={"priority": priority}, actor=cast.agent)
        _fill(moment)
    _at(MONDAY + 6 * HOUR, resume, ticket, actor=cast.agent)
    _resolve(cast, ticket, MONDAY + 7 * HOUR)
    _fill()
    facts = TicketFacts.objects.get(pk=ticket.pk)
    assert facts.waiting_customer_seconds == 4 * 3600
    assert facts.ttr_gross_seconds == 7 * 3600
    assert facts.ttr_net_seconds == 3 * 3600
    # 10:00 to 17:00 in the office, all but 12:00 to 16:00.
    assert facts.ttr_net_business_seconds == 3 * 3600


def test_mistake_11_robots_counted_as_responses_contacts_or_reopens(cast: Cast) -> None:
    """Machine mail neither answers, nor asks, nor reopens; a robot never picks up."""
    ticket = _at(MONDAY, new_ticket, cast, channel=Channel.EMAIL)
    _machine_says(ticket, MONDAY + timedelta(minutes=1), capacity="system")
    _fill(MONDAY + HOUR)
    found = _spread("response_time", _march(MONDAY + HOUR))
    assert found.waiting is not None
    assert (found.n, found.waiting.n) == (0, 1)
    assert _spread("ttfr", _march(MONDAY + HOUR)).n == 0
    _at(MONDAY + HOUR, pick_up, ticket, actor=cast.agent)
    _resolve(cast, ticket, MONDAY + HOUR)
    _machine_says(ticket, MONDAY + 2 * HOUR, capacity="customer")  # "I am out of the office"
    _fill()
    facts = TicketFacts.objects.get(pk=ticket.pk)
    assert (facts.contacts, facts.reopens, facts.own_followup_seconds) == (1, 0, None)
    assert _rate("fcr", _march()).numerator == 1
    assert _spread("response_time", _march()).n == 1


def _machine_says(ticket: Ticket, at: datetime, *, capacity: str) -> None:
    with time_machine.travel(at, tick=False):
        action = Action(ticket=ticket, actor=None, capacity="system", source=Source.MAIL, at=at)
        action.say(
            "Automatic answer.",
            author=None,
            author_capacity=capacity,
            visibility="public",
            channel=Channel.EMAIL,
            is_machine=True,
        )
        action.store()


def test_mistake_12_backlog_as_created_less_resolved(cast: Cast) -> None:
    """It is a stock at an instant: what was open before the period is in it, and what was taken is
    never rewritten."""
    _at(datetime(2026, 2, 20, 9, tzinfo=UTC), new_ticket, cast)
    ticket = _solved(cast, MONDAY)
    _at(MONDAY + DAY, reopen, ticket, reason="Again.", actor=cast.agent)
    now = MONDAY + 3 * DAY
    _fill(now)
    scope = Scope(start=date(2026, 3, 2), end=date(2026, 3, 4), as_of=now)
    days = [point.value for point in series("backlog", scope)]
    assert [one.value for one in days if isinstance(one, Level)] == [1, 2, 2]
    assert _count("created", scope) - _count("resolved", scope) == 1
    # Learned afterwards: it had been solved on Tuesday evening already.
    with time_machine.travel(now + HOUR, tick=False):
        _resolve_late(cast, ticket, MONDAY + DAY + 5 * HOUR)
        fill_touched()
    _fill(now + 2 * HOUR)
    later = Scope(start=date(2026, 3, 2), end=date(2026, 3, 4), as_of=now + 2 * HOUR)
    again = [point.value.value for point in series("backlog", later)]
    assert again == [1, 2, 2]
    for day, expected in ((date(2026, 3, 3), 2), (date(2026, 3, 2), 1)):
        asked = Scope(start=day, end=day, as_of=now + 2 * HOUR)
        assert tickets("backlog", asked, part="count", user=cast.manager).count() == expected
        assert sum(bucket.n for bucket in backlog_ages(asked)) == expected
        crossed = {"level": ("1",), "channel": ("email", "portal")}
        narrow = Scope(start=day, end=day, filters=crossed, as_of=now + 2 * HOUR)
        assert figures(["backlog"], narrow)["backlog"].main.value == expected
        assert tickets("backlog", narrow, part="count", user=cast.manager).count() == expected
    assert _count("resolved", later) == 1  # the flow follows


def _resolve_late(cast: Cast, ticket: Ticket, at: datetime) -> None:
    resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent, at=at)


def test_mistake_13_measures_only_for_tickets_under_an_sla(cast: Cast) -> None:
    """No target anywhere, and every ticket is measured."""
    _solved(cast, MONDAY, customer=cast.other_customer, actor=cast.other_customer)
    _solved(cast, MONDAY)
    _fill()
    assert _spread("ttfr", _march()).n == 2
    assert _spread("response_time", _march()).n == 2
    assert _spread("ttr", _march(), "net.business").n == 2
    assert not TicketFacts.objects.filter(ttr_net_business_seconds=None).exists()


def test_mistake_14_a_page_that_computes_everything_live(cast: Cast) -> None:
    """Filled days are read from snapshots: neither more queries nor more rows with more tickets."""
    keys = [figure.key for figure in all_figures()]
    _solved(cast, MONDAY)
    _fill()
    with CaptureQueriesContext(connection) as few:
        figures(keys, _march())
    for number in range(12):
        _solved(cast, MONDAY + number * HOUR)
    _fill()
    with CaptureQueriesContext(connection) as many:
        figures(keys, _march())
    assert len(many) == len(few) <= 10
    # Of facts, only the first day and who still waits are looked up.
    of_facts = [one["sql"] for one in many if "metrics_ticketfacts" in one["sql"]]
    assert all("is_open" in sql or "MIN(" in sql for sql in of_facts)
    before = Snapshot.objects.filter(dimension="").count()
    for number in range(12):
        _solved(cast, MONDAY + number * HOUR)
    _fill()
    assert Snapshot.objects.filter(dimension="").count() == before


def test_mistake_15_a_drill_down_that_shows_what_its_reader_may_not_open(cast: Cast) -> None:
    """A confidential team's ticket counts, and is opened by those alone who may."""
    ticket = _solved(cast, MONDAY)
    secret = _at(MONDAY, new_ticket, cast)
    _at(MONDAY, pick_up, secret, actor=cast.lead)
    _escalate(cast, secret, MONDAY, team=cast.confidential)
    _fill()
    scope = _march()
    assert _count("created", scope) == 2
    for figure in all_figures():
        part = "denominator" if figure.kind in ("rate", "index") else "count"
        part = "missed" if figure.is_of_services else part
        found = tickets(figure.key, scope, part=part, user=cast.agent)
        assert secret not in found, figure.key
        found = tickets(figure.key, scope, part=part, user=cast.other_customer)
        assert not found.exists(), figure.key
    seen = {
        user.name: set(tickets("created", scope, part="count", user=user))
        for user in (cast.agent, cast.insider, cast.manager)
    }
    assert list(seen.values()) == [{ticket}, {ticket, secret}, {ticket, secret}]


def test_mistake_16_a_figure_that_changes_with_the_range_or_drops_its_last_day(cast: Cast) -> None:
    """Days add up to weeks, weeks to months, whatever the range; the last day is in it."""
    last = datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC)  # one second before April in Amsterdam
    for number in range(0, 29, 4):
        _solved(cast, MONDAY + number * DAY)
    _at(last, new_ticket, cast)
    _at(last + timedelta(seconds=1), new_ticket, cast)
    for _ in range(2):  # from facts, then from snapshots
        fill_touched()
        assert _count("created", _march()) == 9
        only = Scope(start=date(2026, 3, 31), end=date(2026, 3, 31), as_of=LONG_AFTER)
        assert _count("created", only) == 1
        for key in ("created", "fcr", "resolved"):
            whole = figures([key], _march())[key].main
            for bucket in ("day", "week", "month"):
                points = series(key, _march(), bucket=bucket)
                assert sum(point.value.n for point in points) == whole.n
                assert points[-1].end == date(2026, 3, 31)
        _fill()


def test_the_report_s_csv_holds_what_its_json_does(cast: Cast) -> None:
    """The export is the report, whatever its form."""
    _solved(cast, MONDAY)
    _fill()
    out = io.StringIO()
    with time_machine.travel(LONG_AFTER, tick=False):
        period = ("--from", "2026-03-01", "--to", "2026-03-31")
        call_command("metrics_report", *period, "--format", "csv", stdout=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    found = {(row["figure"], row["part"]): row["value"] for row in rows}
    assert found["fcr", "numerator"] == "1"
    assert found["ttr", "gross.calendar.mean"] == "3600.0"
    assert found["bounce_rate", "value"] == ""
