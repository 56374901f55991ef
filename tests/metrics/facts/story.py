"""Writes the history of one ticket by hand, for tests of facts: no database, no commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from metrics.facts import Clock, Measured, measure
from metrics.history import (
    Audit,
    Dimensions,
    HandOver,
    History,
    LevelMove,
    LiveContact,
    SaidMessage,
    StatusChange,
)
from tickets.calendars import Slot, build

ZONE = ZoneInfo("Europe/Amsterdam")
# Monday, 2 March 2026, 10:00 in Amsterdam: the office has been open for an hour.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT, COLLEAGUE, EXPERT = 11, 12, 31
TEAM, EXPERTS = 1, 3
COSTS = {1: Decimal(20), 2: Decimal(60), 3: Decimal(100)}

OFFICE = build(
    [Slot(day, time(9), time(17)) for day in range(5)],
    (),
    ZONE,
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
)
CLOCK = Clock(OFFICE, ZONE)
NOWHERE = Dimensions(1, 0, 0, 0, 1, "", "email", "incident", 3, "")


def minutes(count: float) -> datetime:
    """The moment so many minutes after receipt."""
    return MONDAY + timedelta(minutes=count)


def days(count: float) -> datetime:
    """The moment so many days after receipt."""
    return MONDAY + timedelta(days=count)


class Story:
    """A ticket received (on Monday) at L1 by the first team; tell what happened in order."""

    def __init__(
        self,
        *,
        level: int = 1,
        team: int = TEAM,
        has_contact_record: bool = True,
        received_at: datetime = MONDAY,
    ) -> None:
        self._received_at = received_at
        self._seq = 0
        self._level, self._team, self._agent = level, team, 0
        self._entry = (level, team)
        self._has_contact_record = has_contact_record
        self._statuses: list[StatusChange] = []
        self._moves: list[LevelMove] = []
        self._hand_overs: list[HandOver] = []
        self._messages: list[SaidMessage] = []
        self._live: list[LiveContact] = []
        self._audits: list[Audit] = []
        self.status("new", received_at, by="system", reason="opened")

    def status(
        self,
        to: str,
        at: datetime,
        *,
        by: str = "agent",
        agent: int = AGENT,
        reason: str = "",
        is_l1_capable: bool | None = None,
    ) -> Story:
        """A transition."""
        row = StatusChange(
            at, self._next(), to, reason, by, agent if by == "agent" else 0, self._level,
            self._team, self._agent, is_l1_capable,
        )  # fmt: skip
        self._statuses.append(row)
        return self

    def void_last_status(self) -> Story:
        """A correction took the last transition back."""
        self._statuses.pop()
        return self

    def audit(self, *, is_l1_capable: bool) -> Story:
        """Somebody who leads says whether L1 could have solved it."""
        self._audits.append(Audit(self._next(), is_l1_capable))
        return self

    def move(
        self, to: int, at: datetime, *, team: int = EXPERTS, call: int = 0, kind: str = "functional"
    ) -> Story:
        """A row of the escalation ledger; warm inside `call`."""
        row = LevelMove(
            at, self._next(), kind, self._level, to, team, bool(call), call, "knowledge", AGENT,
            self._team, self._agent,
        )  # fmt: skip
        self._moves.append(row)
        self._level, self._team = to, team
        return self

    def give(self, agent: int, at: datetime, *, team: int = 0) -> Story:
        """The ticket goes to an agent."""
        self._team = team or self._team
        self._hand_overs.append(HandOver(at, self._next(), agent, self._team))
        self._agent = agent
        return self

    def customer(self, at: datetime, **fields: Any) -> Story:
        """The customer writes."""
        return self._say("customer", 0, at, **fields)

    def agent(self, at: datetime, *, agent: int = AGENT, **fields: Any) -> Story:
        """An agent writes."""
        return self._say("agent", agent, at, **fields)

    def call(
        self, at: datetime, end: datetime | None, *, direction: str = "inbound", agent: int = AGENT
    ) -> Story:
        """A live contact."""
        seq = self._next()
        self._live.append(LiveContact(at, seq, seq, "phone", direction, agent, end))
        return self

    def _say(self, capacity: str, author: int, at: datetime, **fields: Any) -> Story:
        row = SaidMessage(
            at, self._next(), self._seq, capacity, author, "public", "email", False, False
        )
        self._messages.append(replace(row, **fields))
        return self

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    @property
    def last_seq(self) -> int:
        """The place, and so the key, of the last row."""
        return self._seq

    def history(self, **fields: Any) -> History:
        """The history as it is loaded: everything in its place."""

        def placed(rows: list[Any]) -> tuple[Any, ...]:
            return tuple(sorted(rows, key=lambda row: (row.occurred_at, row.seq)))

        history = History(
            ticket_key=1,
            ledger_seq=self._seq,
            received_at=self._received_at,
            entry_level=self._entry[0],
            entry_team_key=self._entry[1],
            has_contact_record=self._has_contact_record,
            is_imported=False,
            dimensions=NOWHERE,
            statuses=placed(self._statuses),
            moves=placed(self._moves),
            hand_overs=placed(self._hand_overs),
            messages=placed(self._messages),
            live=placed(self._live),
            audits=tuple(self._audits),
        )
        return replace(history, **fields)

    def measured(self, **fields: Any) -> Measured:
        """Its facts."""
        return measure(self.history(**fields), CLOCK, COSTS)
