"""A random desk at which more goes on than tickets being worked: late entries, merges, properties
that change, calendars that are edited, and open tickets imported from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import time_machine

from metrics.tasks import fill
from tests.cast import Cast
from tests.metrics.desk import RandomDesk, Step
from tests.metrics.logs import import_log
from tickets.choices import Channel
from tickets.errors import DeskError
from tickets.models import CalendarSlot, Holiday, ServiceAgreement, Ticket
from tickets.services.contacting import log_contact
from tickets.services.escalating import escalate
from tickets.services.picking import pick_up
from tickets.services.properties import change_properties
from tickets.services.relating import link, merge, unlink
from tickets.services.states import reopen, resolve

HAND_OVER: Final[Mapping[str, Any]] = {"reason": "knowledge", "tried": "All.", "known": "Nothing."}
KINDS: Final = ("duplicate", "follow_up", "related")


class BusyDesk(RandomDesk):
    """All that a random desk does, and the rest; `folder` is for the logs that it imports.

    Nothing is agreed about its services: where something is, every day follows a calendar's edit,
    and none could be forgotten.
    """

    def __init__(self, cast: Cast, *, seed: int, start: datetime, folder: Path) -> None:
        super().__init__(cast, seed=seed, start=start)
        self._folder = folder
        self._imports = 0
        ServiceAgreement.objects.all().delete()
        self.fill()

    def fill(self) -> None:
        """What the worker does."""
        with time_machine.travel(self.now, tick=False):
            fill()

    def choose(self, offered: Sequence[str]) -> str:
        """One of some texts, at random."""
        return self._random.choice(offered)

    def period(self, first: date) -> tuple[date, date]:
        """Some days from the first on: all until now, or a few that are over."""
        days = max((self.now.date() - first).days - 1, 1)
        if self._random.random() < 0.4:
            return first, self.now.date()
        start = self._random.randint(0, days - 1)
        end = self._random.randint(start, days)
        return first + timedelta(days=start), first + timedelta(days=end)

    def sort_anew(self) -> None:
        """Change what tickets are about, of whatever age and state."""
        for ticket in self._random.sample(self.tickets, min(4, len(self.tickets))):
            with time_machine.travel(self.now, tick=False):
                ticket.refresh_from_db()
                try:
                    change_properties(ticket, changes=self._properties(), actor=self.cast.agent)
                except DeskError:
                    continue

    def edit_calendar(self) -> None:
        """A holiday comes or goes, near now; or a day has other hours."""
        calendar = self.cast.calendar
        on_date = self.now.date() + timedelta(days=self._random.randint(-9, 3))
        match self._random.randint(0, 3):
            case 0 | 1:
                Holiday.objects.get_or_create(calendar=calendar, on_date=on_date, name="Fair")
            case 2:
                Holiday.objects.filter(calendar=calendar).delete()
            case _:
                hour = self._random.randint(11, 16)
                slots = CalendarSlot.objects.filter(calendar=calendar, weekday=on_date.weekday())
                slots.update(closes=f"{hour}:00")

    def take_over(self) -> None:
        """Import tickets that another desk has open, or done, since some days."""
        self._imports += 1
        rows = [row for number in range(3) for row in self._rows_of(f"{self._imports}-{number}")]
        with time_machine.travel(self.now, tick=False):
            import_log(self._folder, *rows, name=f"desk {self._imports}")

    def _rows_of(self, key: str) -> list[str]:
        at = self.now - timedelta(days=self._random.randint(1, 15))
        rows = []
        for what in self._random.choice((("new",), ("working",), ("new", "working", "asked"))):
            level = self._random.randint(1, 2)
            rows.append(f"{key},{at:%Y-%m-%d %H:%M},{what},{level},Ada,Vega")
            at += timedelta(hours=self._random.randint(1, 20))
        if self._random.random() < 0.3:
            rows.append(f"{key},{at:%Y-%m-%d %H:%M},solved,1,Ada,Vega")
        return [row for row in rows if at < self.now] or rows[:1]

    def _properties(self) -> Mapping[str, object]:
        cast, choice = self.cast, self._random.choice
        return choice(
            (
                {"category": choice((cast.category, cast.other_category, None))},
                {"priority": choice((1, 2, 3, 4))},
                {"type": choice(("incident", "problem")), "product": choice((cast.product, None))},
                {"impact": "high", "urgency": choice(("low", "high"))},
            )
        )

    def _steps(self) -> list[Step]:
        agent = self.cast.agent
        past = self.now - timedelta(seconds=self._random.randint(60, 40 * 3600))
        later: list[Step] = [
            lambda t: pick_up(t, actor=agent, at=past),
            lambda t: resolve(t, resolution_code="solved", actor=agent, reply="So.", at=past),
            lambda t: reopen(t, reason="Again.", actor=agent, at=past),
            lambda t: escalate(t, actor=agent, to_team=self.cast.l2, at=past, **HAND_OVER),
            lambda t: self._log_call(t, past),
            lambda t: change_properties(t, changes=self._properties(), actor=agent, at=past),
        ]
        among: list[Step] = [
            lambda t: merge(t, into=self._another(), actor=agent),
            lambda t: link(t, other=self._another(), kind=self.choose(KINDS), actor=agent),
            self._unlink,
        ]
        return [*super()._steps(), *later, *later, *among, *among]

    def _another(self) -> Ticket:
        ticket = self._random.choice(self.tickets)
        ticket.refresh_from_db()
        return ticket

    def _log_call(self, ticket: Ticket, past: datetime) -> None:
        log_contact(
            ticket,
            channel=Channel.PHONE,
            started_at=past,
            ended_at=past + timedelta(seconds=30),
            actor=self.cast.agent,
        )

    def _unlink(self, ticket: Ticket) -> None:
        made = ticket.links.filter(corrections__isnull=True).first()
        if made is not None:
            unlink(ticket, link=made, actor=self.cast.agent)
