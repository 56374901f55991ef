"""The hour that clocks go through twice: which pass an event of a log belongs to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from tickets.importing.events import Event, Reading, after


def settle_passes(events: Sequence[Event]) -> list[Event]:
    """Return the events of one ticket, those of a repeated hour in the second pass where the log's
    own order says that they came after what the first pass would put behind them.

    It says so where its numbers run through the whole ticket: each once, and none against the times
    that mean one moment alone. Numbers that only order events of one time tell nothing here.
    """
    if not any(event.second_at for event in events):
        return list(events)
    ordered = sorted(events, key=lambda event: event.order)
    if not _runs_through(ordered):
        return list(events)
    settled = ordered[:1]
    for event in ordered[1:]:
        time = after(Reading(event.at, event.second_at), settled[-1].at)
        settled.append(replace(event, at=time.at, second_at=time.second_at))
    return settled


def _runs_through(ordered: Sequence[Event]) -> bool:
    is_each_once = all(one.order < other.order for one, other in pairwise(ordered))
    certain = [event.at for event in ordered if event.second_at is None]
    return is_each_once and all(one <= other for one, other in pairwise(certain))
