"""Days as they are stored: whether each would be redone when time changes it, and whether it can
have been computed and taken when it says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from metrics.models import DayState
from metrics.query.late import AT_ONCE
from metrics.verify.difference import Difference
from metrics.verify.recount import Recount
from metrics.zone import end_of


def days_differ(
    states: Iterable[DayState], recount: Recount, *, now: datetime
) -> Iterator[Difference]:
    """Compare the states of the recount's days."""
    for state in states:
        day = state.day
        if day not in recount.as_of:
            continue
        expected = recount.next_change(day)
        if state.next_change_at != expected:
            yield Difference(f"{day}, next change", str(state.next_change_at), str(expected))
        if state.computed_at > now + AT_ONCE:
            yield Difference(f"{day}, computed", str(state.computed_at), f"by {now}")
        taken_at = state.backlog_taken_at
        if taken_at is not None and not end_of(day) <= taken_at <= now + AT_ONCE:
            span = f"from {end_of(day)} to {now}"
            yield Difference(f"{day}, backlog taken", str(taken_at), span)
