"""Outages as figures: by service and day, opened to their incidents, corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from metrics.fill import fill_touched
from metrics.fill.following import follow_settings, unfollowed
from metrics.fill.rollup import fill_days
from metrics.models import OutageFact, Snapshot
from metrics.query import Rate, Scope, breakdown, figures, series, series_by, tickets
from metrics.verify import verify
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.errors import InvalidInput
from tickets.models import CalendarSlot, Outage, Service, ServiceAgreement, Ticket
from tickets.services.outages import correct_outage, declare_outage, end_outage

# A Monday, 10:00 in Amsterdam; the reporting zone of tests.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = MONDAY + 4 * DAY
HOURS_A_DAY = 8


@pytest.fixture
def shop(cast: Cast) -> Service:
    """Kept up from nine to five on working days."""
    return make_service("Shop", calendar=cast.calendar)


@pytest.fixture
def incident(cast: Cast, shop: Service) -> Ticket:
    """Down from Monday 15:00 to Tuesday 10:00 in Amsterdam: two hours, and one, of agreed time."""
    with time_machine.travel(MONDAY, tick=False):
        ticket = new_ticket(cast)
    with time_machine.travel(MONDAY + DAY, tick=False):
        declare_outage(ticket, services=[shop], began_at=MONDAY + 5 * HOUR, actor=cast.agent)
    with time_machine.travel(MONDAY + DAY + HOUR, tick=False):
        end_outage(ticket, ended_at=MONDAY + DAY, actor=cast.agent)
    return ticket


def fill() -> None:
    with time_machine.travel(NOW, tick=False):
        follow_settings()
        fill_touched()
        fill_days(now=NOW)


def scope(first: int = 0, last: int = 3, **filters: tuple[str, ...]) -> Scope:
    start = MONDAY.date()
    first_on, last_on = start + first * DAY, start + last * DAY
    return Scope(start=first_on, end=last_on, filters=filters, as_of=NOW)


def hours(*, first: int = 0, last: int = 3) -> tuple[float, float]:
    """Hours available and agreed."""
    rate = figures(["availability"], scope(first, last))["availability"].main
    assert isinstance(rate, Rate)
    return rate.numerator / 3600, rate.denominator / 3600


def clean() -> bool:
    with time_machine.travel(NOW, tick=False):
        found = verify()
    assert found.days
    return not found.differences


@pytest.mark.usefixtures("incident")
@pytest.mark.parametrize("is_filled", [False, True])
def test_agreed_time_less_outage_from_facts_and_from_snapshots(is_filled: bool) -> None:
    fill_touched()
    if is_filled:
        fill()
    assert hours() == (4 * HOURS_A_DAY - 3, 4 * HOURS_A_DAY)
    assert hours(first=0, last=0) == (6, 8)
    assert hours(first=1, last=1) == (7, 8)
    steps = [point.value.value for point in series("availability", scope())]
    assert steps == [75.0, 87.5, 100.0, 100.0]
    if is_filled:
        assert Snapshot.objects.filter(figure="availability", dimension="service").count() == 5
        assert clean()


def test_each_service_apart_and_overlapping_incidents_once(
    cast: Cast, shop: Service, incident: Ticket
) -> None:
    make_service("Mail")
    with time_machine.travel(MONDAY + DAY, tick=False):
        second = new_ticket(cast)
        declare_outage(second, services=[shop], began_at=MONDAY + 4 * HOUR, actor=cast.agent)
        end_outage(second, actor=cast.agent)
    fill()
    found = {one.label: one.figure.main for one in breakdown("availability", scope(), by="service")}
    assert isinstance(found["Shop"], Rate)
    assert found["Shop"].denominator - found["Shop"].numerator == 4 * 3600
    assert found["Mail"].value == 100.0
    opened = tickets("availability", scope(), part="missed", user=cast.manager)
    assert set(opened) == {incident, second}
    assert clean()


def test_each_service_has_its_figure_for_each_month_of_the_desks_zone(cast: Cast) -> None:
    """Down from 31 March, 22:00 to 1 April, 03:00 in Amsterdam, where March lost an hour: two hours
    are March's and three April's, though in UTC it was March until the outage's last hour."""
    last_of_march = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)
    out, other = make_service("Shop"), make_service("Mail")
    with time_machine.travel(last_of_march - 40 * DAY, tick=False):
        new_ticket(cast)  # days are counted from the desk's first on
    with time_machine.travel(last_of_march, tick=False):
        incident = new_ticket(cast)
        declare_outage(incident, services=[out], actor=cast.agent)
    with time_machine.travel(last_of_march + 5 * HOUR, tick=False):
        end_outage(incident, actor=cast.agent)
    fill_touched()
    months = Scope(start=date(2026, 3, 1), end=date(2026, 4, 30), as_of=last_of_march + 40 * DAY)
    found = {
        service: [
            (point.start, point.value.numerator / 3600, point.value.denominator / 3600)
            for point in steps
            if isinstance(point.value, Rate)
        ]
        for service, steps in series_by(
            "availability", months, by="service", bucket="month"
        ).items()
    }
    march, april = (date(2026, 3, 1), 31 * 24 - 1), (date(2026, 4, 1), 30 * 24)
    assert found == {
        str(out.pk): [(march[0], march[1] - 2, march[1]), (april[0], april[1] - 3, april[1])],
        str(other.pk): [(march[0], march[1], march[1]), (april[0], april[1], april[1])],
    }


def test_only_what_took_agreed_time_is_opened(cast: Cast, shop: Service, incident: Ticket) -> None:
    """Down over night, and down where nobody agreed on anything: neither cost availability."""
    bare = Service.objects.create(name="Intranet")
    with time_machine.travel(MONDAY + DAY, tick=False):
        by_night, unagreed = new_ticket(cast), new_ticket(cast)
        for ticket, service in ((by_night, shop), (unagreed, bare)):
            began = MONDAY + 10 * HOUR
            declare_outage(ticket, services=[service], began_at=began, actor=cast.agent)
            end_outage(ticket, ended_at=began + HOUR, actor=cast.agent)
    fill()
    assert hours() == (4 * HOURS_A_DAY - 3, 4 * HOURS_A_DAY)
    assert set(tickets("availability", scope(), part="missed", user=cast.manager)) == {incident}
    weekend = tickets("availability", scope(5, 6), part="missed", user=cast.manager)
    assert not weekend.exists()


def test_a_degraded_service_is_available(cast: Cast, shop: Service) -> None:
    with time_machine.travel(MONDAY, tick=False):
        declare_outage(new_ticket(cast), services=[shop], impact="degraded", actor=cast.agent)
    fill()
    assert hours() == (32, 32)
    assert clean()


def test_figures_follow_a_corrected_end_and_an_outage_that_was_none(
    cast: Cast, incident: Ticket
) -> None:
    fill()
    outage = Outage.objects.get()
    with time_machine.travel(NOW, tick=False):
        end_outage(incident, outage=outage, ended_at=MONDAY + 6 * HOUR, actor=cast.agent)
    fill()
    assert hours() == (31, 32)
    assert clean()
    with time_machine.travel(NOW, tick=False):
        correct_outage(incident, outage=outage, kind="voided", note="None.", actor=cast.agent)
    fill()
    assert hours() == (32, 32)
    assert clean()


def test_a_running_outage_takes_time_up_to_now(cast: Cast, shop: Service) -> None:
    with time_machine.travel(MONDAY, tick=False):
        declare_outage(new_ticket(cast), services=[shop], actor=cast.agent)
    fill()
    assert hours(first=0, last=0) == (1, 8)
    assert hours(first=4, last=4) == (0, 1)
    assert clean()


@pytest.mark.usefixtures("incident")
def test_another_calendar_and_another_agreement_redo_every_day(shop: Service) -> None:
    fill()
    CalendarSlot.objects.filter(weekday=2).delete()
    assert unfollowed()
    fill()
    assert hours() == (3 * HOURS_A_DAY - 3, 3 * HOURS_A_DAY)
    ServiceAgreement.objects.create(
        service=shop, valid_from=date(2026, 3, 5), calendar=None, target_percent="99"
    )
    fill()
    assert hours(first=3, last=3) == (24, 24)
    assert not unfollowed()
    assert clean()


@pytest.mark.usefixtures("incident")
def test_tickets_are_not_told_by_service_nor_services_by_category(shop: Service) -> None:
    fill()
    narrow = scope(service=(str(shop.pk),))
    assert figures(["availability"], narrow)["availability"].main.n == 32 * 3600
    with pytest.raises(InvalidInput):
        figures(["created"], narrow)
    by_category = figures(["availability"], scope(category=("1",)))["availability"].main
    assert by_category.value is None


@pytest.mark.usefixtures("incident")
def test_time_to_restore_counts_on_the_day_restored() -> None:
    fill()
    answer = figures(["restore_time"], scope(first=1, last=1))["restore_time"].main
    assert (answer.n, round((answer.value or 0) / 3600)) == (1, 19)
    assert figures(["restore_time"], scope(first=0, last=0))["restore_time"].main.n == 0
    assert OutageFact.objects.get().ended_on == date(2026, 3, 3)
