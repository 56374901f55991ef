"""From when to when each target counts: receipt to pick-up, a customer's turn to its answer, …

A span that something ended without keeping or breaking the promise is void: the ticket was
cancelled, the level was left the other way. Reopening begins a new cycle; the old one stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tickets.choices import DONE_STATUSES, OPEN_STATUSES, EscalationKind, Status, TargetKind
from tickets.sla.story import Handed, Moved, Spoke, Story

Row = Moved | Handed | Spoke


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One target's time. `began_seq` is the row of the ledger that it began with. `stopped_at`
    None: it still counts. `is_void`: ended without a verdict."""

    kind: str
    level: int
    cycle: int
    began_seq: int
    started_at: datetime
    stopped_at: datetime | None
    is_void: bool = False


def find_spans(story: Story) -> tuple[Span, ...]:
    """Return the spans of all kinds, also of those that no policy promises anything about."""
    spans = (
        *_first_response(story),
        *_first_reply(story),
        *_next_responses(story),
        *_resolutions(story),
        *_levels(story),
        *_acceptances(story),
    )
    return tuple(spans)


def _first_response(story: Story) -> Iterator[Span]:
    """Receipt to pick-up: the first move by an agent. Void where it was cancelled, or a robot was
    done with it, before anybody picked it up."""
    for move in story.moves[1:]:
        is_pick_up = move.is_by_agent and move.to_status != Status.CANCELLED
        if is_pick_up or move.to_status not in OPEN_STATUSES:
            yield _span(TargetKind.FIRST_RESPONSE, story.moves[0], move.at, is_void=not is_pick_up)
            return
    yield _span(TargetKind.FIRST_RESPONSE, story.moves[0], None)


def _first_reply(story: Story) -> Iterator[Span]:
    """Receipt to the first word of a human agent; void where it was done with without one."""
    first = next((each.at for each in story.speech if each.is_by_agent), None)
    end = next((move.at for move in story.moves if move.to_status not in OPEN_STATUSES), None)
    if first is not None and (end is None or first <= end):
        yield _span(TargetKind.FIRST_REPLY, story.moves[0], first)
    else:
        yield _span(TargetKind.FIRST_REPLY, story.moves[0], end, is_void=end is not None)


def _next_responses(story: Story) -> Iterator[Span]:
    """Each turn of the customer after the first reply, or after it was done with, to its answer;
    void where the ticket was done with first."""
    kind = TargetKind.NEXT_RESPONSE
    cycle, is_begun = 0, False
    asked: Spoke | None = None
    for each in _turns(story):
        is_end = isinstance(each, Moved) and each.to_status not in OPEN_STATUSES
        is_answer = isinstance(each, Spoke) and each.is_by_agent
        if is_end or is_answer:
            if asked is not None:
                yield _span(kind, asked, each.at, cycle=cycle, is_void=is_end)
            asked, is_begun = None, True
        elif isinstance(each, Spoke) and is_begun and asked is None:
            asked, cycle = each, cycle + 1
    if asked is not None and _is_open(story):
        yield _span(kind, asked, None, cycle=cycle)


def _resolutions(story: Story) -> Iterator[Span]:
    """Receipt, or a reopen, to the resolution."""
    for cycle, (begin, stop, to_status) in enumerate(_open_stretches(story), start=1):
        is_void = to_status == Status.CANCELLED
        yield _span(TargetKind.RESOLUTION, begin, stop, cycle=cycle, is_void=is_void)


def _levels(story: Story) -> Iterator[Span]:
    """At each level: arrival to handing over upwards or resolving, and arrival to resolving."""
    cycles: dict[int, int] = {}
    for level, begin, stop, end in _stays(story):
        cycles[level] = cycle = cycles.get(level, 0) + 1
        is_resolved = end in DONE_STATUSES
        for kind, is_kept in (
            (TargetKind.HAND_OVER, is_resolved or end == "up"),
            (TargetKind.LEVEL_RESOLUTION, is_resolved),
        ):
            is_void = stop is not None and not is_kept
            yield _span(kind, begin, stop, level=level, cycle=cycle, is_void=is_void)


def _stays(story: Story) -> Iterator[tuple[int, Row, datetime | None, str]]:
    """Yield (level, the row of arrival, departure or None, what ended it: a status, "up", "down" or
    "")."""
    level = story.entry_level
    since: Row | None = story.moves[0]
    for each in _holdings(story):
        if isinstance(each, Handed):
            if since is not None and each.to_level != level:
                yield level, since, each.at, "up" if each.to_level > level else "down"
                since = each
            level = each.to_level
        elif since is not None and each.to_status not in OPEN_STATUSES:
            yield level, since, each.at, each.to_status
            since = None
        elif since is None and each.to_status in OPEN_STATUSES:
            since = each
    if since is not None:
        yield level, since, None, ""


def _acceptances(story: Story) -> Iterator[Span]:
    """A cold escalation to the answer of the level that it went to: accepted, sent back, passed on
    or resolved. One inside a live contact is taken on the line."""
    cycles: dict[int, int] = {}
    pending: Handed | None = None
    for each in _holdings(story):
        is_end = isinstance(each, Moved) and each.to_status not in OPEN_STATUSES
        is_answer = isinstance(each, Handed) and each.kind != EscalationKind.HIERARCHICAL
        if pending is not None and (is_end or is_answer):
            is_void = isinstance(each, Moved) and each.to_status == Status.CANCELLED
            yield _acceptance(pending, each.at, cycles, is_void=is_void)
            pending = None
        if isinstance(each, Handed) and each.kind == EscalationKind.FUNCTIONAL and not each.is_warm:
            pending = each
            cycles[each.to_level] = cycles.get(each.to_level, 0) + 1
    if pending is not None:
        yield _acceptance(pending, None, cycles)


def _acceptance(
    pending: Handed, stop: datetime | None, cycles: Mapping[int, int], *, is_void: bool = False
) -> Span:
    level = pending.to_level
    return _span(
        TargetKind.ACCEPT, pending, stop, level=level, cycle=cycles[level], is_void=is_void
    )


def _open_stretches(story: Story) -> Iterator[tuple[Moved, datetime | None, str]]:
    """Yield (the row that began it, end or None, the status that ended it) for every time that it
    was open."""
    since: Moved | None = story.moves[0]
    for move in story.moves[1:]:
        if since is not None and move.to_status not in OPEN_STATUSES:
            yield since, move.at, move.to_status
            since = None
        elif since is None and move.to_status in OPEN_STATUSES:
            since = move
    if since is not None:
        yield since, None, ""


def _is_open(story: Story) -> bool:
    return story.moves[-1].to_status in OPEN_STATUSES


def _turns(story: Story) -> list[Moved | Spoke]:
    rows: list[Moved | Spoke] = [*story.moves, *story.speech]
    return sorted(rows, key=lambda each: (each.at, each.seq))


def _holdings(story: Story) -> list[Moved | Handed]:
    rows: list[Moved | Handed] = [*story.moves[1:], *story.hands]
    return sorted(rows, key=lambda each: (each.at, each.seq))


def _span(
    kind: str,
    begin: Row,
    stop: datetime | None,
    *,
    level: int = 0,
    cycle: int = 1,
    is_void: bool = False,
) -> Span:
    return Span(
        kind=kind,
        level=level,
        cycle=cycle,
        began_seq=begin.seq,
        started_at=begin.at,
        stopped_at=stop,
        is_void=is_void,
    )
