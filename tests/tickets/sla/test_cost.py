"""What promises cost a command: few queries, whatever is promised and however long the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.sla.desk import HOUR, MINUTE, promise
from tickets.choices import Priority, Status
from tickets.services.picking import pick_up
from tickets.services.properties import change_properties
from tickets.services.talking import add_note, reply

EVERY_KIND: dict[str, Any] = {
    "first_response": 30,
    "first_reply": 60,
    "next_response": 60,
    "resolution": 480,
    "hand_over": (60, 1),
    "accept": (30, 2),
    "level_resolution": (240, 2),
}


def queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def acts(cast: Cast, now: datetime) -> dict[str, Callable[[], object]]:
    new, held = new_ticket(cast, at=now), ticket_in(cast, Status.IN_PROGRESS, at=now)
    later = now + HOUR
    return {
        "open": lambda: new_ticket(cast, at=now, category=cast.category),
        "pick up": lambda: pick_up(new, actor=cast.agent, at=now + MINUTE),
        "note": lambda: add_note(held, body="Hm.", actor=cast.agent, at=later),
        "reply": lambda: reply(held, body="Try.", actor=cast.agent, at=later),
        "priority": lambda: change_properties(
            held, changes={"priority": Priority.URGENT}, actor=cast.agent, at=later
        ),
    }


def counted(cast: Cast, now: datetime) -> dict[str, int]:
    return {name: queries(act) for name, act in acts(cast, now).items()}


def test_what_a_command_takes_more_where_everything_is_promised(cast: Cast, now: datetime) -> None:
    """Seven to read the story, three for the calendar, one for what is stored, one to store it, one
    for what is due next; what cannot change a promise takes none."""
    without = counted(cast, now)
    promise(**EVERY_KIND, target={"is_business": True})
    more = {name: number - without[name] for name, number in counted(cast, now).items()}
    assert more == {"open": 14, "pick up": 13, "note": 0, "reply": 13, "priority": 2}


def test_where_a_desk_promises_nothing_to_this_ticket(cast: Cast, now: datetime) -> None:
    without = counted(cast, now)
    promise(**EVERY_KIND, tiers=("standard",))
    more = {name: number - without[name] for name, number in counted(cast, now).items()}
    assert more == {"open": 1, "pick up": 1, "note": 0, "reply": 1, "priority": 2}


def test_a_long_history_takes_no_more(cast: Cast, now: datetime) -> None:
    promise(**EVERY_KIND)
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    seen = set()
    for number in range(1, 8):
        moment = now + number * MINUTE
        seen.add(queries(lambda at=moment: reply(ticket, body="Try.", actor=cast.agent, at=at)))  # type: ignore[misc]
    assert len(seen) <= 2, "the first reply also stores that it was met"
