"""A small desk in the week of 2 March 2026 whose figures can be worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Team
from metrics.fill import fill_touched
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.tickets.scenes import live_ticket, new_ticket
from tickets.choices import Channel, ResolutionCode
from tickets.models import Ticket
from tickets.services.contacting import end_contact
from tickets.services.escalating import accept_escalation, escalate
from tickets.services.picking import pick_up
from tickets.services.states import reopen, resolve

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = {"from": "2026-03-02", "to": "2026-03-08"}


@dataclass(frozen=True)
class Desk:
    """Its tickets, by what became of them."""

    cast: Cast
    solved_call: Ticket
    escalated: Ticket
    confidential: Ticket
    reopened: Ticket
    untouched: Ticket


def solve(ticket: Ticket, cast: Cast, *, at: datetime, **more: object) -> None:
    values = {"resolution_code": ResolutionCode.SOLVED, "actor": cast.agent, "at": at}
    resolve(ticket, **(values | more))  # type: ignore[arg-type]


def solved_call(cast: Cast, *, at: datetime) -> Ticket:
    ticket = live_ticket(cast, at=at)
    solve(ticket, cast, at=at + 9 * MINUTE)
    end_contact(ticket, actor=cast.agent, at=at + 10 * MINUTE)
    return ticket


def hand_off(ticket: Ticket, cast: Cast, *, to: Team, at: datetime) -> None:
    words = {"reason": "knowledge", "tried": "Restarted.", "known": "It fails at noon."}
    escalate(ticket, to_level=2, to_team=to, actor=cast.agent, at=at, **words)  # type: ignore[arg-type]


def escalated_mail(cast: Cast, *, at: datetime) -> Ticket:
    ticket = new_ticket(cast, at=at, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=at + 30 * MINUTE)
    hand_off(ticket, cast, to=cast.l2, at=at + HOUR)
    accept_escalation(ticket, actor=cast.l2_agent, at=at + 2 * HOUR)
    solve(ticket, cast, at=at + 3 * HOUR, actor=cast.l2_agent, is_l1_capable=True, reply="Done.")
    return ticket


def confidential_mail(cast: Cast, *, at: datetime) -> Ticket:
    ticket = new_ticket(cast, at=at, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=at + 20 * MINUTE)
    hand_off(ticket, cast, to=cast.confidential, at=at + HOUR)
    return ticket


def fill() -> None:
    while fill_touched(500):
        pass


@pytest.fixture
def desk(db: None) -> Desk:
    """Six tickets of one week, measured."""
    return kept(_measured)


def _measured() -> Desk:
    cast, now = make_cast(), MONDAY
    reopened = solved_call(cast, at=now + DAY)
    reopen(reopened, actor=cast.agent, reason="It came back.", at=now + DAY + 2 * HOUR)
    solve(reopened, cast, at=now + DAY + 4 * HOUR)
    made = Desk(
        cast=cast,
        solved_call=solved_call(cast, at=now),
        escalated=escalated_mail(cast, at=now + HOUR),
        confidential=confidential_mail(cast, at=now + 2 * HOUR),
        reopened=reopened,
        untouched=new_ticket(cast, at=now + 2 * DAY, channel=Channel.PORTAL),
    )
    fill()
    return made
