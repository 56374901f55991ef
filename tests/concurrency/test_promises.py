"""The watch over promises by two workers at once, or killed: everybody is told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.concurrency.killing import kill_in_the_middle
from tests.tickets.scenes import ticket_in
from tests.tickets.sla.desk import HOUR, promise, revise
from tickets.choices import EscalationKind, Status
from tickets.models import (
    Escalation,
    Notice,
    NoticeKind,
    PolicyChoice,
    SlaVersion,
    TargetAlarm,
    Ticket,
)
from tickets.selectors.rulebook import rule_book
from tickets.services import alarms
from tickets.services.ledger_check import find_differences
from tickets.services.resettling import calendar_changed, tier_changed
from tickets.services.talking import add_note
from tickets.services.watching import follow_changes, watch_targets

LOUD = {"tell_at_breach": ["assignee", "lead"], "escalates": True}


@pytest.fixture(autouse=True)
def _everything_agrees(cast: Cast) -> object:
    yield
    assert list(find_differences(Ticket.objects.all())) == []


def overdue(cast: Cast, now: datetime, *, tickets: int) -> None:
    """In progress with Anna, and missed an hour later."""
    promise(resolution=60, target=LOUD)
    for _ in range(tickets):
        ticket_in(cast, Status.IN_PROGRESS, at=now)


def assert_told_once(tickets: int) -> None:
    assert TargetAlarm.objects.count() == tickets
    assert Notice.objects.filter(kind=NoticeKind.SLA_BREACH).count() == tickets
    assert Notice.objects.filter(kind=NoticeKind.DRAWN_IN).count() == tickets
    assert Escalation.objects.filter(kind=EscalationKind.HIERARCHICAL).count() == tickets


def test_two_workers_tell_once(cast: Cast, now: datetime, race: Race) -> None:
    overdue(cast, now, tickets=8)
    results = race(*[partial(watch_targets, now + 2 * HOUR)] * 3)
    assert not [each for each in results if isinstance(each, Exception)], results
    assert_told_once(8)


def test_agents_go_on_working_meanwhile(cast: Cast, now: datetime, race: Race) -> None:
    overdue(cast, now, tickets=6)
    tickets = list(Ticket.objects.all())

    def work() -> None:
        for ticket in tickets:
            add_note(ticket, body="Hm.", actor=cast.agent, at=now + HOUR + HOUR / 2)

    results = race(work, *[partial(watch_targets, now + 2 * HOUR)] * 2)
    assert not [each for each in results if isinstance(each, Exception)], results
    assert_told_once(6)


@pytest.mark.parametrize("after", ["settle_promises", "_tell"])
def test_killed_between_the_row_and_the_mail(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """Row, notice and escalation are one transaction: all of it or nothing, and then again."""
    overdue(cast, now, tickets=2)

    class Killed(BaseException):
        """What nobody catches."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(alarms, after, die)
        with pytest.raises(Killed):
            watch_targets(now + 2 * HOUR)
    assert not TargetAlarm.objects.exists()
    assert not Notice.objects.filter(kind=NoticeKind.SLA_BREACH).exists()
    watch_targets(now + 2 * HOUR)
    assert_told_once(2)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
def test_a_killed_worker_loses_and_doubles_nothing(
    cast: Cast, now: datetime, seconds: float
) -> None:
    overdue(cast, now, tickets=16)
    kill_in_the_middle(
        imports="from datetime import datetime\n"
        "from tickets.services.watching import watch_targets",
        act=f"watch_targets(datetime.fromisoformat('{now + 2 * HOUR}'), limit=1)",
        has_begun=TargetAlarm.objects.exists,
        after=seconds,
    )
    watch_targets(now + 2 * HOUR)
    assert_told_once(16)


def test_two_workers_follow_a_version_once(cast: Cast, now: datetime, race: Race) -> None:
    policy = promise(resolution=600)
    for _ in range(6):
        ticket_in(cast, Status.IN_PROGRESS, at=now)
    revise(policy, resolution=300, at=now + HOUR)
    results = race(*[partial(follow_changes, now + 2 * HOUR)] * 3)
    assert not [each for each in results if isinstance(each, Exception)], results
    assert PolicyChoice.objects.filter(version__number=2).count() == 6


def test_two_policies_published_at_once_are_both_in_the_book(
    cast: Cast, now: datetime, race: Race
) -> None:
    """The later key is never seen before the earlier one is there."""
    first, second = promise("One", position=1, resolution=60), promise("Two", resolution=60)
    for minutes in (70, 80, 90):
        race(
            partial(revise, first, resolution=minutes),
            partial(revise, second, resolution=minutes),
        )
        rule_book()
    assert rule_book().versions.keys() == set(SlaVersion.objects.values_list("pk", flat=True))


def test_a_calendar_and_a_tier_change_while_commands_run(
    cast: Cast, now: datetime, race: Race
) -> None:
    promise(resolution=600, target={"is_business": True})
    tickets = [ticket_in(cast, Status.IN_PROGRESS, at=now) for _ in range(6)]

    def work() -> None:
        for ticket in reversed(tickets):
            add_note(ticket, body="Hm.", actor=cast.agent, at=now + HOUR)

    results = race(
        work, partial(calendar_changed, cast.calendar), partial(tier_changed, cast.organization)
    )
    assert not [each for each in results if isinstance(each, Exception)], results
    follow_changes(now + timedelta(hours=2))
    assert not Ticket.objects.filter(sla_stale_since__isnull=False).exists()
