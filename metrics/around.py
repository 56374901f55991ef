"""What a ticket has several of, each told in one row of the export: turns, stays, cycles and
promises. Units stand in the names of columns; an empty cell is none.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Avg, Count, Max, Min, Q, Sum

from accounts.choices import SupportLevel
from metrics.cells import cell
from metrics.models import ResolutionCycle, ResponseTurn, Stay, TargetFact
from metrics.terms import Terms
from tickets.choices import DONE_STATUSES, Status, TargetKind, TargetState

Row = Mapping[str, Any]
ByTicket = Mapping[int, Row]

UNITS: Final = ("seconds", "business_seconds")

TURNS: Final = (
    "responses",
    "response_seconds_mean",
    "response_business_seconds_mean",
    "unanswered_turns",
)

# Time that has ended, by level and in the statuses that facts of the resolution do not tell.
HELD_STATUSES: Final = (Status.NEW, Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED)
HELD: Final = tuple(
    f"{name}_{unit}"
    for name in (
        *(str(level.label).lower() for level in SupportLevel),
        *(status.value for status in HELD_STATUSES),
    )
    for unit in UNITS
)

# Time in waiting up to now, whether the ticket is resolved or not; what still lasts is in it.
WAITING: Final = (Status.WAITING_CUSTOMER, Status.WAITING_VENDOR, Status.ON_HOLD)
SO_FAR: Final = tuple(f"{status.value}_so_far_{unit}" for status in WAITING for unit in UNITS)

# {"name #key": seconds} of who held the ticket while it was not done, as far as that has ended.
AGENTS: Final = tuple(f"agents_{unit}" for unit in UNITS)

CYCLES: Final = ("reopened_at",)

# Of several promises of a kind (turns, cycles, levels) the worst: missed before running before met.
SLA: Final = tuple(
    f"sla_{kind.value}_{part}"
    for kind in TargetKind
    for part in ("state", "left_seconds", "over_seconds")
)
WORST_FIRST: Final = (
    TargetState.BREACHED,
    TargetState.RUNNING,
    TargetState.PAUSED,
    TargetState.MET,
    TargetState.VOID,
)


def turns_of(keys: Sequence[int]) -> ByTicket:
    """The average response time of each ticket; an average over nothing is none. One query."""
    rows = ResponseTurn.objects.filter(ticket_id__in=keys).order_by().values("ticket_id")
    rows = rows.annotate(
        responses=Count("answered_at"),
        response_seconds_mean=Avg("response_seconds"),
        response_business_seconds_mean=Avg("response_business_seconds"),
        unanswered_turns=Count("pk", filter=Q(answered_at__isnull=True)),
    )
    return {row["ticket_id"]: row for row in rows}


def held_of(keys: Sequence[int], agents: Mapping[int, str], terms: Terms) -> ByTicket:
    """Who held each ticket, where, in which status, for how long. Two queries."""
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    by_agent: dict[int, dict[str, dict[str, float]]] = defaultdict(
        lambda: {column: defaultdict(float) for column in AGENTS}
    )
    for key, level, status, agent, *lengths in _ended(keys):
        for unit, length in zip(UNITS, lengths, strict=True):
            for name in _places(level, status):
                found[key][f"{name}_{unit}"] += length
            if agent and status not in DONE_STATUSES:
                name = f"{agents.get(agent, 'Removed')} #{agent}"
                by_agent[key][f"agents_{unit}"][name] += length
    for key, status, started_at, calendar in _lasting(keys):
        lengths = _until(terms, started_at, calendar)
        for unit, length in zip(UNITS, lengths, strict=True):
            found[key][f"{status}_so_far_{unit}"] += length
    return {
        key: {**found.get(key, {}), **_as_json(by_agent.get(key, {}))}
        for key in found.keys() | by_agent.keys()
    }


def _ended(keys: Sequence[int]) -> Any:
    """(ticket, level, status, agent, seconds, business seconds) of what has ended, added up."""
    stays = Stay.objects.filter(ticket_id__in=keys, ended_at__isnull=False).order_by()
    columns = ("ticket_id", "level", "status", "agent_key")
    return stays.values_list(*columns).annotate(Sum("seconds"), Sum("business_seconds"))


def _lasting(keys: Sequence[int]) -> Any:
    """(ticket, status, since when, calendar) of the waiting that still lasts."""
    stays = Stay.objects.filter(ticket_id__in=keys, ended_at__isnull=True, status__in=WAITING)
    columns = ("ticket_id", "status", "started_at", "ticket__facts__calendar_key")
    return stays.order_by().values_list(*columns)


def _places(level: int, status: str) -> list[str]:
    """The names under which a stretch counts."""
    names = [status] if status in HELD_STATUSES else []
    if status in WAITING:
        names.append(f"{status}_so_far")
    if status not in DONE_STATUSES:
        names.append(str(SupportLevel(level).label).lower())
    return names


def _until(terms: Terms, started_at: datetime, calendar: int) -> tuple[float, float]:
    if started_at >= terms.as_of:
        return 0.0, 0.0
    business = terms.calendars[calendar].open_seconds(started_at, terms.as_of)
    return (terms.as_of - started_at).total_seconds(), business


def _as_json(columns: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    return {
        column: json.dumps(named, ensure_ascii=False, sort_keys=True)
        for column, named in columns.items()
        if named
    }


def cycles_of(keys: Sequence[int]) -> ByTicket:
    """The time of each reopen, oldest first, with semicolons between. One query."""
    reopened = ResolutionCycle.objects.filter(ticket_id__in=keys, reopened_at__isnull=False)
    found: dict[int, list[str]] = defaultdict(list)
    for key, at in reopened.order_by("number").values_list("ticket_id", "reopened_at"):
        found[key].append(cell(at))
    return {key: {"reopened_at": ";".join(listed)} for key, listed in found.items()}


def promises_of(keys: Sequence[int]) -> ByTicket:
    """The worst promise of each kind; the least that was left, the most that was over, on each
    promise's own clock. One query."""
    rows = TargetFact.objects.filter(ticket_id__in=keys).order_by()
    grouped = rows.values_list("ticket_id", "kind", "state").annotate(
        Min("left_seconds"), Max("over_seconds")
    )
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for key, kind, state, left, over in grouped:
        told, name = found[key], f"sla_{kind}"
        told[f"{name}_state"] = min(state, told.get(f"{name}_state", state), key=WORST_FIRST.index)
        if left is not None:
            told[f"{name}_left_seconds"] = left
        if over is not None:
            told[f"{name}_over_seconds"] = over
    return found
