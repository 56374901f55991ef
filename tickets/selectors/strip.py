"""The strip above a ticket: how long it took, or takes, to be opened, answered and solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.choices import SupportLevel
from tickets import formats
from tickets.choices import Capacity, Status, TargetKind, Visibility
from tickets.models import Ticket, Transition
from tickets.selectors.due import Due
from tickets.selectors.history import History

# Where nothing is promised; a policy has its own word on it.
CLOCK_STOPS = (Status.WAITING_CUSTOMER, Status.RESOLVED, Status.CLOSED, Status.CANCELLED)
WHY_STOPPED = {
    Status.WAITING_CUSTOMER: "waiting on the customer",
    Status.WAITING_VENDOR: "waiting on the vendor",
    Status.ON_HOLD: "on hold",
    Status.RESOLVED: "resolved",
    Status.CLOSED: "closed",
    Status.CANCELLED: "cancelled",
}

INTERNAL = (TargetKind.ACCEPT, TargetKind.HAND_OVER, TargetKind.LEVEL_RESOLUTION)
# What is promised about each cell, in their order; of several the first that there is.
PROMISED = (
    (TargetKind.FIRST_RESPONSE,),
    (TargetKind.FIRST_REPLY,),
    (TargetKind.NEXT_RESPONSE,),
    (TargetKind.RESOLUTION,),
    INTERNAL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One span of time. `state` is met (it ended), running, paused or none (it never began)."""

    name: str
    state: str
    seconds: float | None
    detail: str = ""
    at: datetime | None = None
    level: int | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The five cells of a ticket, as of a moment."""

    cells: Sequence[Cell]


def build_strip(history: History, *, now: datetime, dues: Mapping[str, Due] | None = None) -> Strip:
    """Compute the cells from the ledger, in calendar time; `dues` are the promises about them by
    kind (see selectors/due.py): whether a clock runs is for them to say. Touches no database."""
    ticket, dues = history.ticket, dues or {}
    resolution = TargetKind.RESOLUTION
    cells = (
        _pick_up(ticket, now=now),
        _first_reply(history, now=now),
        _next_reply(ticket, now=now),
        _resolution(
            ticket,
            history.transitions,
            is_stopped=_is_stopped(ticket, dues, resolution),
            now=now,
        ),
        _at_level(ticket, is_stopped=_is_stopped(ticket, dues, *INTERNAL, resolution), now=now),
    )
    return Strip(
        cells=tuple(
            replace(cell, due=_first(kinds, dues))
            for cell, kinds in zip(cells, PROMISED, strict=True)
        )
    )


def _first(kinds: Sequence[str], dues: Mapping[str, Due]) -> Due | None:
    return next((dues[kind] for kind in kinds if kind in dues), None)


def _is_stopped(ticket: Ticket, dues: Mapping[str, Due], *kinds: str) -> bool:
    """Whether the clock stands still: by the first of these promises that still counts, else by
    what is usual."""
    told = (dues[kind].is_stopped for kind in kinds if kind in dues)
    return next((each for each in told if each is not None), ticket.status in CLOCK_STOPS)


def _span(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def _pick_up(ticket: Ticket, *, now: datetime) -> Cell:
    if ticket.picked_up_at:
        taken = _span(ticket.received_at, ticket.picked_up_at)
        return Cell(name="Pick-up", state="met", seconds=taken, at=ticket.picked_up_at)
    if ticket.status == Status.NEW:
        waited = _span(ticket.received_at, now)
        return Cell(name="Pick-up", state="running", seconds=waited, detail="nobody opened it yet")
    return Cell(name="Pick-up", state="none", seconds=None, detail="never picked up")


def _first_reply(history: History, *, now: datetime) -> Cell:
    """First public message or live contact by a human agent."""
    ticket, voided = history.ticket, history.voided_contact_ids
    replies = [
        row.occurred_at
        for row in history.messages
        if row.author_capacity == Capacity.AGENT
        and row.visibility == Visibility.PUBLIC
        and not row.is_machine
    ]
    calls = [row.occurred_at for row in history.contacts if row.pk not in voided]
    first = min([*replies, *calls], default=None)
    if first:
        taken = _span(ticket.received_at, first)
        return Cell(name="First reply", state="met", seconds=taken, at=first)
    if not ticket.is_open:
        return Cell(name="First reply", state="none", seconds=None, detail="never answered")
    waited = _span(ticket.received_at, now)
    return Cell(name="First reply", state="running", seconds=waited, detail="nobody answered yet")


def _next_reply(ticket: Ticket, *, now: datetime) -> Cell:
    if ticket.waiting_since is None or not ticket.is_open:
        return Cell(name="Next reply", state="none", seconds=None, detail="no answer is owed")
    waited = _span(ticket.waiting_since, now)
    return Cell(
        name="Next reply",
        state="running",
        seconds=waited,
        detail="since",
        at=ticket.waiting_since,
    )


def _resolution(
    ticket: Ticket, transitions: Sequence[Transition], *, is_stopped: bool, now: datetime
) -> Cell:
    """Gross time to the last resolution, or how long it is open; beside it the net time, where it
    waited on the customer."""
    if ticket.status == Status.CANCELLED:
        return Cell(
            name="Resolution", state="none", seconds=None, detail="cancelled, counts no more"
        )
    end = ticket.resolved_at or now
    paused = _paused_seconds(transitions, until=end)
    gross = _span(ticket.received_at, end)
    state = "met" if ticket.resolved_at else "paused" if is_stopped else "running"
    return Cell(
        name="Resolution" if ticket.resolved_at else "Open for",
        state=state,
        seconds=gross,
        detail=f"net {formats.duration(gross - paused)}" if paused else "",
        at=ticket.resolved_at or (ticket.status_since if is_stopped else None),
    )


def _paused_seconds(transitions: Sequence[Transition], *, until: datetime) -> float:
    """Sum the time in statuses that stop the clock, up to `until`."""
    total = 0.0
    for row, following in zip(transitions, [*transitions[1:], None], strict=True):
        if row.to_status in CLOCK_STOPS:
            end = following.occurred_at if following else until
            total += _span(row.occurred_at, min(end, until))
    return total


def _at_level(ticket: Ticket, *, is_stopped: bool, now: datetime) -> Cell:
    level = SupportLevel(ticket.level)
    stopped = WHY_STOPPED.get(Status(ticket.status), "by the policy") if is_stopped else ""
    end = (
        ticket.status_since
        if ticket.status in (Status.RESOLVED, Status.CLOSED, Status.CANCELLED)
        else now
    )
    return Cell(
        name=f"At {level.label} for",
        state="paused" if stopped else "running",
        seconds=_span(ticket.level_since, end),
        detail=f"clock stopped, {stopped} since" if stopped else "clock runs",
        at=ticket.status_since if stopped else None,
        level=ticket.level,
    )
