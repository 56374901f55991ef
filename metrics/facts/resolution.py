"""Facts about resolving a ticket: when, by whom, how long it took, what stopped the clock. Pure.

Times to resolution run from receipt to the last resolution. Time in Closed counts as Resolved: both
stop the clock until a reopen.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from accounts.choices import SupportLevel
from metrics.facts.clock import NO_TIME, Clock, Duration
from metrics.facts.credit import credit_of
from metrics.facts.replay import Change, Replay
from metrics.history import History
from tickets.choices import DONE_STATUSES, Status, TransitionReason


@dataclass(frozen=True, kw_only=True)
class ResolutionFacts:
    """Field names are those of `TicketFacts`. What ends at the last resolution is None without one;
    a ticket that is open again, or cancelled, has none."""

    first_resolved_at: datetime | None
    first_resolved_on: date | None
    last_resolved_at: datetime | None
    last_resolved_on: date | None
    resolving_level: int
    resolving_agent_key: int
    resolving_team_key: int
    ttr_gross_seconds: float | None
    ttr_gross_business_seconds: float | None
    ttr_net_seconds: float | None
    ttr_net_business_seconds: float | None
    waiting_customer_seconds: float | None
    waiting_customer_business_seconds: float | None
    waiting_vendor_seconds: float | None
    waiting_vendor_business_seconds: float | None
    on_hold_seconds: float | None
    on_hold_business_seconds: float | None
    resolved_gap_seconds: float | None
    resolved_gap_business_seconds: float | None
    is_l1_capable: bool | None
    is_l1_capable_by_resolver: bool | None
    is_l1_capable_by_audit: bool | None
    is_confirmed_by_customer: bool
    is_first_confirmed_by_customer: bool
    is_closed_by_time: bool
    reopens: int
    first_reopen_after_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class CycleRow:
    """From receipt or reopen to a resolution, and to the reopen that ended it."""

    number: int
    opened_at: datetime
    resolved_at: datetime | None
    resolved_on: date | None
    reopened_at: datetime | None
    reopened_on: date | None
    level: int
    team_key: int
    agent_key: int


def resolution_facts(history: History, replay: Replay, clock: Clock) -> ResolutionFacts:
    """Measure one ticket."""
    first, last = replay.first_resolution, replay.last_resolution
    first_at, last_at = first.at if first else None, last.at if last else None
    spent = _time_by_status(replay, clock, until=last_at) if last_at else {}
    gross = clock.between(history.received_at, last_at) if last_at else None
    customer = _spent(spent, Status.WAITING_CUSTOMER) if last_at else None
    vendor = _spent(spent, Status.WAITING_VENDOR) if last_at else None
    hold = _spent(spent, Status.ON_HOLD) if last_at else None
    gap = _spent(spent, Status.RESOLVED) if last_at else None
    net = gross - customer - gap if gross and customer and gap else None
    credit = credit_of(last, replay) if last else None
    endings = _endings(replay, last)
    first_endings = _endings(replay, first)
    by_resolver, by_audit = last.row.is_l1_capable if last else None, _audited(history, last)
    reopens = replay.reopens
    return ResolutionFacts(
        first_resolved_at=first_at,
        first_resolved_on=clock.day_or_none(first_at),
        last_resolved_at=last_at,
        last_resolved_on=clock.day_or_none(last_at),
        resolving_level=credit.level if credit else 0,
        resolving_agent_key=credit.agent_key if credit else 0,
        resolving_team_key=credit.team_key if credit else 0,
        ttr_gross_seconds=gross.seconds if gross else None,
        ttr_gross_business_seconds=gross.business_seconds if gross else None,
        ttr_net_seconds=net.seconds if net else None,
        ttr_net_business_seconds=net.business_seconds if net else None,
        waiting_customer_seconds=customer.seconds if customer else None,
        waiting_customer_business_seconds=customer.business_seconds if customer else None,
        waiting_vendor_seconds=vendor.seconds if vendor else None,
        waiting_vendor_business_seconds=vendor.business_seconds if vendor else None,
        on_hold_seconds=hold.seconds if hold else None,
        on_hold_business_seconds=hold.business_seconds if hold else None,
        resolved_gap_seconds=gap.seconds if gap else None,
        resolved_gap_business_seconds=gap.business_seconds if gap else None,
        is_l1_capable=by_resolver if by_audit is None else by_audit,
        is_l1_capable_by_resolver=by_resolver,
        is_l1_capable_by_audit=by_audit,
        is_confirmed_by_customer=TransitionReason.CONFIRMED in endings,
        is_first_confirmed_by_customer=TransitionReason.CONFIRMED in first_endings,
        is_closed_by_time=TransitionReason.CLOSED_BY_TIME in endings,
        reopens=len(reopens),
        first_reopen_after_seconds=(
            (reopens[0].at - first_at).total_seconds() if reopens and first_at else None
        ),
    )


def _audited(history: History, last: Change | None) -> bool | None:
    """What the newest audit of the last resolution says; None without one. An audit is of the
    resolution that was there when it was written, whenever somebody enters that one happened."""
    if last is None or last.row.level <= SupportLevel.L1:
        return None
    return next(
        (one.is_l1_capable for one in reversed(history.audits) if one.seq > last.row.seq), None
    )


def cycles(history: History, replay: Replay, clock: Clock) -> tuple[CycleRow, ...]:
    """Return every resolution cycle, oldest first; the last one may be unresolved."""
    opened: list[datetime] = [history.received_at]
    done: list[tuple[Change | None, Change | None]] = []
    resolved: Change | None = None
    for change in replay.changes:
        if change.is_resolution:
            resolved = change
        elif change.is_reopen:
            done.append((resolved, change))
            opened.append(change.at)
            resolved = None
    done.append((resolved, None))
    return tuple(
        _cycle(number, start, resolution, reopen, replay=replay, clock=clock)
        for number, (start, (resolution, reopen)) in enumerate(
            zip(opened, done, strict=True), start=1
        )
    )


def _cycle(
    number: int,
    start: datetime,
    resolution: Change | None,
    reopen: Change | None,
    *,
    replay: Replay,
    clock: Clock,
) -> CycleRow:
    credit = credit_of(resolution, replay) if resolution else None
    resolved_at = resolution.at if resolution else None
    reopened_at = reopen.at if reopen else None
    return CycleRow(
        number=number,
        opened_at=start,
        resolved_at=resolved_at,
        resolved_on=clock.day_or_none(resolved_at),
        reopened_at=reopened_at,
        reopened_on=clock.day_or_none(reopened_at),
        level=credit.level if credit else 0,
        team_key=credit.team_key if credit else 0,
        agent_key=credit.agent_key if credit else 0,
    )


def _time_by_status(replay: Replay, clock: Clock, *, until: datetime) -> dict[str, Duration]:
    """Add up the time in each status before `until`; Closed counts as Resolved."""
    spent: dict[str, Duration] = defaultdict(lambda: NO_TIME)
    for held in replay.held:
        if held.started_at >= until:
            break
        end = until if held.ended_at is None else min(held.ended_at, until)
        status = Status.RESOLVED if held.status in DONE_STATUSES else held.status
        if status not in (Status.NEW, Status.IN_PROGRESS):
            spent[status] += clock.between(held.started_at, end)
    return spent


def _spent(spent: dict[str, Duration], status: str) -> Duration:
    return spent.get(status, NO_TIME)


def _endings(replay: Replay, resolution: Change | None) -> set[str]:
    """The reasons of what followed a resolution, up to the reopen that ended it."""
    if resolution is None:
        return set()
    later = [one for one in replay.changes if one.row.place > resolution.row.place]
    return {one.row.reason for one in takewhile(lambda one: not one.is_reopen, later)}
