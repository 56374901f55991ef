"""Cases worked by hand: a ticket received on a Monday at nine in Amsterdam, minutes since then."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from tests.tickets.sla.histories import MINUTE, Choose, Event, History, Hours, as_story, utc
from tickets.calendars import Slot
from tickets.choices import AlarmKind
from tickets.sla.promises import Promise, derive
from tickets.sla.story import Noted, Story, TakenBack
from tickets.sla.terms import TargetTerms

START = utc("2026-03-02T08:00:00")  # 9:00 in Amsterdam, when the office opens
HOUR, DAY = 60, 1440
OFFICE = Hours(
    slots=tuple(Slot(day, time(9), time(17)) for day in range(5)), zone="Europe/Amsterdam"
)


def target(kind: str, minutes: int, **fields: Any) -> TargetTerms:
    """A promise in calendar time, unless said otherwise."""
    return TargetTerms(kind=kind, seconds=60 * minutes, **({"is_business": False} | fields))


def at(minute: float) -> datetime:
    """The moment of a minute."""
    return START + minute * MINUTE


def tell(*events: Event, entry_level: int = 1, **versions: tuple[TargetTerms, ...]) -> History:
    """A history under version 1 from its receipt; `v1`, `v2`, … say what each promises."""
    return History(
        start=START,
        events=(Choose(0, 1), *events),
        versions={int(name.removeprefix("v")): targets for name, targets in versions.items()},
        calendars={1: OFFICE, 2: Hours(is_always=True), 3: Hours()},
        entry_level=entry_level,
    )


def judged(
    history: History, *, alarms: tuple[Noted, ...] = (), taken_back: tuple[TakenBack, ...] = ()
) -> dict[tuple[str, int, int], Promise]:
    """The promises of a history, by kind, level and cycle."""
    story = as_story(history)
    whole = Story(
        **{
            **{name: getattr(story, name) for name in story.__slots__},
            "alarms": alarms,
            "taken_back": taken_back,
        }
    )
    found = derive(whole, versions=history.terms, calendar_of=history.business)
    return {promise.key: promise for promise in found}


def only(history: History, **ledger: Any) -> Promise:
    """The only promise of a history."""
    (promise,) = judged(history, **ledger).values()
    return promise


def breach(kind: str, due: float, *, seq: int = 90, began_seq: int = 1, version: int = 1) -> Noted:
    """A breach that was noted as row `seq`."""
    return Noted(seq, AlarmKind.BREACH, kind, 0, began_seq, at(due), version)
