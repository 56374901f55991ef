"""Beside the figures: flow between levels, arrivals by hour, ages of what is open."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, Count, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from metrics.definitions.sources import RECEIVED, RESOLVED, STAYS
from metrics.models import Stay
from metrics.query.counting import narrowed, rows
from metrics.query.held import instant_of, level_day
from metrics.query.late import open_at
from metrics.query.levels import late_open
from metrics.query.scope import Scope
from metrics.query.values import AgeBucket, Arrivals, Flow
from metrics.zone import reporting_zone
from tickets.choices import OPEN_STATUSES

_HOUR: Final = 3_600
_DAY: Final = 24 * _HOUR
AGES: Final = (
    ("under 4 hours", 0, 4 * _HOUR),
    ("4–24 hours", 4 * _HOUR, _DAY),
    ("1–3 days", _DAY, 3 * _DAY),
    ("3–7 days", 3 * _DAY, 7 * _DAY),
    ("1–4 weeks", 7 * _DAY, 28 * _DAY),
    ("over 4 weeks", 28 * _DAY, None),
)


def flow(scope: Scope) -> list[Flow]:
    """Tickets resolved in the period, by entry level and resolving level."""
    found = (
        rows(RESOLVED, scope)
        .values_list("entry_level", "resolving_level")
        .annotate(n=Count("pk"))
        .order_by("entry_level", "resolving_level")
    )
    return [Flow(*row) for row in found]


def arrivals(scope: Scope) -> Arrivals:
    """Tickets received in the period, by local weekday and hour."""
    zone = reporting_zone()
    found = (
        rows(RECEIVED, scope)
        .values_list(
            ExtractIsoWeekDay("received_at", tzinfo=zone), ExtractHour("received_at", tzinfo=zone)
        )
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts = Counter({(weekday - 1, hour): n for weekday, hour, n in found})
    return Arrivals(tuple(tuple(counts[day, hour] for hour in range(24)) for day in range(7)))


def backlog_ages(scope: Scope) -> list[AgeBucket]:
    """Tickets open at the end of the scope's last day (or now), by age and level."""
    day = level_day(scope)
    moment = instant_of(day, scope.as_of)
    counts: Counter[tuple[int, int]] = Counter()
    if moment is not None:
        held = Stay.objects.filter(open_at(moment), narrowed(STAYS, scope.filters))
        late, rows = late_open(STAYS, scope, OPEN_STATUSES, day)
        listed = held.filter(status__in=sorted(OPEN_STATUSES)).exclude(ticket_id__in=late)
        path = f"{STAYS.facts}received_at"
        by_age = listed.order_by().values_list(_age_at(moment, path), "level")
        for age, level, n in by_age.annotate(n=Count("pk")):
            counts[age, level] += n
        for row in rows:
            counts[_bucket((moment - row[path]).total_seconds()), row["level"]] += 1
    levels = sorted({level for _, level in counts})
    return [
        AgeBucket(label, low, high, {level: counts[i, level] for level in levels})
        for i, (label, low, high) in enumerate(AGES)
    ]


def _age_at(moment: datetime, path: str) -> Case:
    """The number of the age that a ticket has at an instant, as `_bucket` gives it."""
    younger = [
        When(**{f"{path}__gt": moment - timedelta(seconds=high)}, then=i)
        for i, (_, _, high) in enumerate(AGES)
        if high is not None
    ]
    return Case(*younger, default=len(AGES) - 1)


def _bucket(age: float) -> int:
    return next(i for i, (_, _, high) in enumerate(AGES) if high is None or age < high)
