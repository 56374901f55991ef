"""What a ticket's events mean in our words: a step for each, with status, level, contact. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets.choices import DONE_STATUSES, Status
from tickets.importing.events import Event
from tickets.importing.mapping import LogMapping


@dataclass(slots=True)
class Step:
    """One event, translated: where the ticket stands from `at` on.

    `is_accepting` says that whoever holds the ticket now works on it, so that an escalation to them
    is accepted. `begins_contact` is the channel of a live contact that starts here; it lasts to the
    next step with `ends_contact`.
    """

    event: Event
    at: datetime
    status: str
    level: int
    is_accepting: bool = False
    begins_contact: str = ""
    ends_contact: bool = False


def translate(events: Sequence[Event], mapping: LogMapping) -> list[Step]:
    """Return a step for each event of one ticket; the first is its receipt.

    `events` are in order and not empty. A value that keeps the status reopens a ticket that was
    done.
    """
    steps: list[Step] = []
    status: str = Status.NEW
    level = mapping.first_level
    is_touched = False
    cycle = 0  # the step with which the present resolution cycle began
    for event in events:
        before, status = status, _next_status(event, status, is_touched=is_touched)
        is_touched = is_touched or status != Status.NEW
        level = _next_level(event, level)
        step = Step(event, event.at, status, level, _is_accepting(event))
        steps.append(step)
        if before in DONE_STATUSES and status not in DONE_STATUSES:
            cycle = len(steps) - 1
        if event.rule.contact and before not in DONE_STATUSES:
            steps[cycle].begins_contact = event.rule.contact
            step.ends_contact = True
    return steps


def _next_status(event: Event, status: str, *, is_touched: bool) -> str:
    rule = event.rule
    if not rule.becomes:
        return Status.IN_PROGRESS if status in DONE_STATUSES else status
    if rule.is_new_until_picked_up and not is_touched:
        return Status.NEW
    return rule.becomes


def _next_level(event: Event, level: int) -> int:
    if event.level is not None:
        return event.level
    return level if event.rule.level is None else event.rule.level


def _is_accepting(event: Event) -> bool:
    """A queue, a note and the escalation itself accept nothing."""
    rule = event.rule
    return bool(rule.becomes) and not rule.is_new_until_picked_up and rule.level is None
