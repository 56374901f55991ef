"""The backlog of days, recounted as it was known when each day was taken.

Nearly always that is what is known now. A ticket of which something was learned later is measured
as it looked then; one that was sorted otherwise since is counted where it stood, which the changes
of its properties tell. The tier of an organization has no history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from metrics.query.former import Sorting, sorted_at, sorted_since
from metrics.query.late import AT_ONCE, learned_since
from metrics.verify.later import LaterIndex
from metrics.verify.recount import Measurement, Recount, measure_afresh
from metrics.zone import end_of


def add_levels(
    recount: Recount, keys: Sequence[int], fresh: Mapping[int, Measurement], later: LaterIndex
) -> None:
    """Count tickets at the ends of the days on which the backlog was taken."""
    if not recount.taken:
        return
    late = _late_days(keys, recount.taken)
    since = min(recount.taken.values()) - AT_ONCE
    changes = sorted_since(since, Q(ticket_id__in=keys))
    for key, one in fresh.items():
        days = recount.taken.keys() - late.get(key, set())
        _add_as_sorted(recount, one, days, changes.get(key, ()))
    by_moment: dict[datetime, dict[int, set[date]]] = defaultdict(lambda: defaultdict(set))
    for key, late_days in late.items():
        for day in late_days:
            by_moment[recount.taken[day]][key].add(day)
    for moment, of_tickets in by_moment.items():
        for one in measure_afresh(sorted(of_tickets), later, known_at=moment):
            _add_as_sorted(recount, one, of_tickets[one.ticket], changes.get(one.ticket, ()))


def _late_days(keys: Sequence[int], taken: Mapping[date, datetime]) -> dict[int, set[date]]:
    """By ticket, the days of which something was learned only after their backlog was taken."""
    found: dict[int, set[date]] = {}
    first = min(taken.values())
    for key, occurred_at, recorded_at in learned_since(first, keys=keys):
        days = {
            day
            for day, moment in taken.items()
            if moment < recorded_at and occurred_at < end_of(day)
        }
        if days:
            found.setdefault(key, set()).update(days)
    return found


def _add_as_sorted(
    recount: Recount, one: Measurement, days: Iterable[date], changes: Sequence[Sorting]
) -> None:
    if not changes:
        recount.add_levels(one, days)
        return
    alike: dict[tuple[tuple[str, Any], ...], set[date]] = defaultdict(set)
    for day in days:
        moment = recount.taken[day]
        for change in changes:
            if abs(change.recorded_at - moment) < AT_ONCE:
                recount.unsure.add((day, change.segment))
        alike[tuple(sorted_at(moment, changes).items())].add(day)
    for columns, same_days in alike.items():
        recount.add_levels(one.with_facts(**dict(columns)), same_days)
