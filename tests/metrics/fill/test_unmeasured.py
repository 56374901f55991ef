"""A ticket that nothing can be made of holds up no other figure for long, and is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

import metrics.facts
from metrics.facts import Clock, Measured
from metrics.fill import facts as filling
from metrics.fill.rollup import fill_days
from metrics.history import History
from metrics.models import DayState, UnmeasuredTicket
from metrics.query import Level, Scope, count_tickets, figures
from metrics.tasks import fill
from metrics.verify import recount, verify
from metrics.web.fill_state import fill_state
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _at(moment: datetime, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
    with time_machine.travel(moment, tick=False):
        return act(*args, **options)


@contextmanager
def _broken(ticket: Ticket) -> Iterator[None]:
    """While it lasts, the ticket's history cannot be measured."""

    def measure(history: History, clock: Clock, costs: Mapping[int, Decimal]) -> Measured:
        if history.ticket_key == ticket.pk:
            raise LookupError("broken")
        return metrics.facts.measure(history, clock, costs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filling, "measure", measure)
        patch.setattr(recount, "measure", measure)
        yield


def _open_on_monday(now: datetime) -> int | None:
    scope = Scope(start=MONDAY, end=MONDAY, as_of=now)
    found = figures(["backlog"], scope)["backlog"].main
    assert isinstance(found, Level)
    assert count_tickets("backlog", scope, part="count") == found.value
    return found.value


def _taken_at() -> datetime | None:
    return DayState.objects.get(day=MONDAY).backlog_taken_at


@pytest.fixture
def broken(cast: Cast) -> Ticket:
    """One of Monday's two tickets."""
    ticket: Ticket = _at(MORNING, new_ticket, cast)
    _at(MORNING, new_ticket, cast)
    return ticket


def test_for_an_hour_the_backlog_waits_for_it(broken: Ticket) -> None:
    late = MORNING + DAY
    with _broken(broken):
        _at(late, fill)
        _at(late + HOUR - timedelta(seconds=1), fill)
        assert _taken_at() is None
        _at(late + HOUR, fill)
        assert "1 changed ticket is being counted" in fill_state(now=late).sentence
    assert _taken_at() == late + HOUR
    assert _open_on_monday(late + HOUR) == 1
    told = fill_state(now=late + HOUR)
    assert (told.tickets, told.unmeasured) == (0, 1)
    assert told.sentence.endswith("1 ticket cannot be measured")


def test_mended_in_time_it_is_in_the_backlog(broken: Ticket) -> None:
    late = MORNING + DAY
    with _broken(broken):
        _at(late, fill)
    _at(late + timedelta(minutes=59), fill)
    assert not UnmeasuredTicket.objects.exists()
    assert _open_on_monday(late + HOUR) == 2


def test_mended_later_it_has_the_backlog_taken_again(broken: Ticket) -> None:
    late = MORNING + DAY
    with _broken(broken):
        _at(late, fill)
        _at(late + HOUR, fill)
    _at(late + 2 * HOUR, fill)
    assert not UnmeasuredTicket.objects.exists()
    assert (_taken_at(), _open_on_monday(late + 2 * HOUR)) == (late + 2 * HOUR, 2)
    assert _at(late + 2 * HOUR, verify).differences == ()


def test_what_is_only_late_is_still_waited_for(broken: Ticket, cast: Cast) -> None:
    """However long the worker was away: that is no reason to count without what it would find."""
    late = MORNING + DAY
    with _broken(broken):
        _at(MORNING, fill)
        _at(MORNING + HOUR, new_ticket, cast)
        fill_days(now=late)
        assert _taken_at() is None
        _at(late, fill)
    assert _open_on_monday(late) == 2


def test_it_is_told_of(broken: Ticket, client: Client) -> None:
    now = timezone.now()
    with _broken(broken):
        _at(now - timedelta(minutes=59), fill)
        assert client.get("/readyz").json()["unmeasured_tickets"] == 0
        UnmeasuredTicket.objects.update(failed_since=now - HOUR)
        answer = client.get("/readyz").json()
        found = verify()
    told = UnmeasuredTicket.objects.get()
    assert (told.ticket, told.error) == (broken, "LookupError('broken')")
    assert (answer["unmeasured_tickets"], answer["oldest_touch_seconds"]) == (1, None)
    words = "Figures lack tickets that cannot be measured: the administration lists them."
    assert words in answer["late"]
    assert [one.tickets for one in found.differences] == [(broken.pk,)]
    assert "broken" in str(found.differences[0])
