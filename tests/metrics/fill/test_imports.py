"""History that is imported into a desk at work: what it tells of days that were filled already."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from metrics.fill import fill_touched
from metrics.models import DayState, DirtyDay
from metrics.query import Scope, count_tickets, figures
from metrics.query.values import Level, Total
from metrics.tasks import fill
from metrics.verify import verify
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.metrics.logs import import_log
from tests.tickets.scenes import new_ticket
from tickets.models import Ticket
from tickets.services.picking import pick_up
from tickets.services.properties import change_properties

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Amsterdam
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
FRIDAY = date(2026, 3, 6)
DAY_SECONDS = 86_400


@pytest.fixture
def desk(db: None) -> Cast:
    """A ticket in progress since Monday morning, and every day up to the 12th filled."""
    return kept(_filled)


def _filled() -> Cast:
    cast = make_cast()
    with time_machine.travel(MONDAY, tick=False):
        pick_up(new_ticket(cast), actor=cast.agent)
    _fill(NOW)
    return cast


def _fill(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        fill()


def _friday(now: datetime = NOW, **filters: tuple[str, ...]) -> Scope:
    return Scope(start=FRIDAY, end=FRIDAY, filters=filters, as_of=now)


def _work(scope: Scope) -> tuple[int, float | None]:
    found = figures(["touch_time"], scope)["touch_time"].main
    assert isinstance(found, Total)
    return found.n, found.value


def _open(scope: Scope) -> int | None:
    found = figures(["backlog"], scope)["backlog"].main
    assert isinstance(found, Level)
    assert count_tickets("backlog", scope, part="count") == found.value
    return found.value


@pytest.mark.usefixtures("desk")
def test_who_is_still_at_work_counts_on_every_day_since(tmp_path: Path) -> None:
    """Worked on since 25 February, and nothing happened to it since."""
    assert (_work(_friday()), _open(_friday())) == ((1, DAY_SECONDS), 1)
    with time_machine.travel(NOW, tick=False):
        import_log(tmp_path, "A,2026-02-25 10:00,working,1,Ada,Vega")
    _fill(NOW + timedelta(minutes=2))
    assert _work(_friday()) == (2, 2 * DAY_SECONDS)
    assert _work(_friday(channel=("email",))) == (1, DAY_SECONDS)
    assert verify().differences == ()


@pytest.mark.usefixtures("desk")
def test_who_waits_still_was_in_the_backlog_of_every_day_since(tmp_path: Path) -> None:
    """A day that told one and a day that told two of the same tickets would be a jump that never
    was."""
    with time_machine.travel(NOW, tick=False):
        import_log(tmp_path, "A,2026-02-25 10:00,new,1,,Vega")
    _fill(NOW + timedelta(minutes=2))
    days = [date(2026, 2, 25), date(2026, 3, 1), FRIDAY, date(2026, 3, 11)]
    scopes = [Scope(start=day, end=day, as_of=NOW + timedelta(minutes=2)) for day in days]
    assert [_open(scope) for scope in scopes] == [1, 1, 2, 2]
    assert verify().differences == ()


def test_days_that_nobody_filled_are_not_asked_for(tmp_path: Path) -> None:
    """An import that ends with open tickets, years ago, does not redo every day since."""
    with time_machine.travel(NOW, tick=False):
        import_log(tmp_path, "A,2019-02-25 10:00,working,1,Ada,Vega")
    _fill(NOW)
    old = DayState.objects.filter(day__year__lt=2025)
    assert list(old.values_list("day", flat=True)) == [date(2019, 2, 25)]
    in_2021 = Scope(start=date(2021, 3, 6), end=date(2021, 3, 6), as_of=NOW)
    assert (_work(in_2021), _open(in_2021)) == ((1, DAY_SECONDS), 1)
    assert verify().differences == ()


def test_what_is_done_to_an_imported_ticket_later_rewrites_no_backlog(
    desk: Cast, tmp_path: Path
) -> None:
    """Imported, it is a ticket as any other: a taken backlog keeps the category of then."""
    with time_machine.travel(NOW, tick=False):
        import_log(tmp_path, "A,2026-02-25 10:00,working,1,Ada,Vega")
    _fill(NOW + timedelta(minutes=2))
    later = NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        ticket = Ticket.objects.get(external_id="A")
        change_properties(ticket, changes={"category": desk.category}, actor=desk.agent)
        fill_touched()
    assert not DirtyDay.objects.filter(needs_backlog=True).exists()
    _fill(later)
    in_category = _friday(later, category=(str(desk.category.pk),))
    assert figures(["backlog"], in_category)["backlog"].main.value == 0
    assert verify().differences == ()
