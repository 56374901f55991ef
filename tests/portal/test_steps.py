"""The four steps and the sentence of what happens next, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from tickets.choices import CancelReason, Status
from tickets.models import Ticket
from tickets.selectors.portal_next import Promise, Rules, promise
from tickets.selectors.portal_steps import Course, StepState, steps

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULES = Rules(reopen_days=14, close_after_days=7)
PRIYA = User(pk=1, name="Priya Lindqvist", role="agent")
DAY = timedelta(days=1)


def course(status: str, **changes: object) -> Course:
    fields: dict[str, object] = {
        "status": status,
        "received_at": NOW - 3 * DAY,
        "picked_up_at": None if status == Status.NEW else NOW - 2 * DAY,
        "status_since": NOW - DAY,
        "resolved_at": NOW - DAY if status in (Status.RESOLVED, Status.CLOSED) else None,
        "assignee": None if status == Status.NEW else PRIYA,
    }
    return Course(ticket=Ticket(**(fields | changes)), resolver=PRIYA)


def words(said: Promise) -> str:
    return f"{said.lead} {said.before} {said.after}"


def tell(status: str, *, opens_at: datetime | None = None, **changes: object) -> Promise:
    return promise(course(status, **changes), rules=RULES, now=NOW, opens_at=opens_at)


@pytest.mark.parametrize(
    ("status", "states"),
    [
        (Status.NEW, "now later later later"),
        (Status.IN_PROGRESS, "past now later later"),
        (Status.WAITING_VENDOR, "past now later later"),
        (Status.ON_HOLD, "past now later later"),
        (Status.WAITING_CUSTOMER, "past past now later"),
        (Status.RESOLVED, "past past skipped past"),
        (Status.CLOSED, "past past skipped past"),
        (Status.CANCELLED, "past past skipped now"),
    ],
)
def test_each_status_has_its_place(status: str, states: str) -> None:
    found = steps(course(status))
    assert " ".join(step.state for step in found) == states
    assert sum(step.is_current for step in found) == 1


def test_who_helps_is_named_once_somebody_does() -> None:
    assert steps(course(Status.NEW))[1].who == ""
    assert steps(course(Status.IN_PROGRESS))[1].who == "Priya Lindqvist"
    assert steps(course(Status.IN_PROGRESS, assignee=None))[1].who == "Support"


def test_a_ticket_cancelled_unseen_was_never_in_progress() -> None:
    found = steps(course(Status.CANCELLED, picked_up_at=None))
    assert [found[1].state, found[3].name] == [StepState.SKIPPED, "Cancelled"]


def test_having_waited_shows_once_it_is_over() -> None:
    waited = Course(ticket=course(Status.RESOLVED).ticket, has_waited=True)
    assert steps(waited)[2].state == StepState.PAST


def test_a_reopened_ticket_is_in_progress_since_then() -> None:
    again = Course(ticket=course(Status.IN_PROGRESS).ticket, reopened_at=NOW - DAY)
    assert steps(again)[1].at == NOW - DAY


def test_while_the_desk_is_closed_the_next_moment_is_named() -> None:
    for status in (Status.NEW, Status.WAITING_CUSTOMER):
        assert tell(status, opens_at=NOW + DAY).at == NOW + DAY
        assert tell(status).at is None
    assert tell(Status.IN_PROGRESS, opens_at=NOW + DAY, waiting_since=NOW).at == NOW + DAY


def test_whose_turn_it_is() -> None:
    assert "Your turn" in words(tell(Status.WAITING_CUSTOMER))
    assert "Nothing is needed from you" in words(tell(Status.IN_PROGRESS))
    assert "has what you wrote" in words(tell(Status.IN_PROGRESS, waiting_since=NOW))


def test_a_resolved_ticket_says_when_it_closes() -> None:
    assert tell(Status.RESOLVED).at == NOW + 6 * DAY
    assert "shortly" in words(tell(Status.RESOLVED, status_since=NOW - 8 * DAY))


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (DAY, "13 days left"),
        (13 * DAY, "1 day left"),
        (14 * DAY - timedelta(seconds=1), "1 day left"),
        (14 * DAY, "becomes a new ticket"),
    ],
)
def test_a_closed_ticket_counts_the_days_to_reopen(ago: timedelta, said: str) -> None:
    assert said in words(tell(Status.CLOSED, resolved_at=NOW - ago))


@pytest.mark.parametrize("reason", ["", *CancelReason.values])
def test_every_reason_of_a_cancellation_has_words(reason: str) -> None:
    assert "cancelled" in words(tell(Status.CANCELLED, cancel_reason=reason))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": Status.NEW}, "Somebody begins with it by"),
        ({"status": Status.IN_PROGRESS, "waiting_since": NOW - DAY}, "You get an answer by"),
        ({"status": Status.IN_PROGRESS}, "It should be solved by"),
    ],
)
def test_what_was_promised_is_named_with_its_moment(changes: dict[str, object], said: str) -> None:
    told = promise(
        replace(course(**changes), due_at=NOW + DAY),  # type: ignore[arg-type]  # a test's shorthand
        rules=RULES,
        now=NOW,
        opens_at=None,
    )
    assert (told.before, told.at) == (said, NOW + DAY)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"status": Status.WAITING_VENDOR},
            "asked a supplier and keeps at it. It should be solved by",
        ),
        ({"status": Status.ON_HOLD}, "a change of ours. It should be solved by"),
        (
            {"status": Status.ON_HOLD, "waiting_since": NOW},
            "a change of ours. You get an answer by",
        ),
        ({"status": Status.WAITING_CUSTOMER}, "needs an answer from you. It should be solved by"),
    ],
)
@pytest.mark.parametrize("opens_at", [None, NOW + DAY])
def test_wherever_its_clock_runs_it_is_named(
    changes: dict[str, object], said: str, opens_at: datetime | None
) -> None:
    running = replace(course(**changes), due_at=NOW + 2 * DAY)  # type: ignore[arg-type]  # as above
    told = promise(running, rules=RULES, now=NOW, opens_at=opens_at)
    assert said in told.before
    assert (told.at, told.opens_at, told.is_day) == (NOW + 2 * DAY, opens_at, False)
    stopped = promise(replace(running, due_at=None), rules=RULES, now=NOW, opens_at=None)
    assert (stopped.at, " by" in stopped.before[-4:]) == (None, False)


def test_who_looks_on_is_told_the_same_moment() -> None:
    waits = replace(course(Status.WAITING_CUSTOMER, customer=User(name="Carla")), due_at=NOW + DAY)
    told = promise(replace(waits, is_readers_turn=False), rules=RULES, now=NOW, opens_at=None)
    assert told.lead == "Priya Lindqvist needs an answer from Carla."
    assert (told.before, told.at) == ("It should be solved by", NOW + DAY)


@pytest.mark.parametrize(
    ("status", "lead", "said"),
    [
        (Status.WAITING_VENDOR, "longer than we promised", "has asked a supplier"),
        (Status.ON_HOLD, "longer than we promised", "depends on a change of ours"),
        (Status.WAITING_CUSTOMER, "Your turn.", "needs an answer from you"),
    ],
)
def test_what_was_missed_while_others_are_asked_says_whom_it_waits_for(
    status: str, lead: str, said: str
) -> None:
    late = replace(course(status), due_at=NOW - DAY)
    told = promise(late, rules=RULES, now=NOW, opens_at=None)
    assert lead in told.lead
    assert (said in told.before, told.at) == (True, None)
    closed = promise(late, rules=RULES, now=NOW, opens_at=NOW + DAY)
    assert [closed.at, closed.opens_at].count(NOW + DAY) == 1


def test_a_promise_that_was_missed_is_not_repeated() -> None:
    late = replace(course(Status.IN_PROGRESS), due_at=NOW - DAY)
    told = promise(late, rules=RULES, now=NOW, opens_at=None)
    assert "longer than we promised" in told.lead
    assert told.at is None


def test_that_the_desk_is_closed_stands_beside_what_was_promised() -> None:
    promised = replace(course(Status.IN_PROGRESS), due_at=NOW + 2 * DAY)
    told = promise(promised, rules=RULES, now=NOW, opens_at=NOW + DAY)
    assert (told.at, told.opens_at) == (NOW + 2 * DAY, NOW + DAY)
    assert promise(promised, rules=RULES, now=NOW, opens_at=None).opens_at is None


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(0), "For 14 more days an answer opens it again."),
        (13 * DAY, "For 1 more day an answer opens it again."),
        (14 * DAY, ""),
    ],
)
def test_a_resolved_ticket_counts_the_days_to_reopen(ago: timedelta, said: str) -> None:
    told = tell(Status.RESOLVED, status_since=NOW, resolved_at=NOW - ago)
    assert told.after == said
