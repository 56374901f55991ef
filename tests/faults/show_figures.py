"""Program for fault tests: print facts, snapshots of past days, and what is still to be done.

Given a number of seconds, it first waits, so long at most, until nothing is to be done.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.db import models  # noqa: E402  # needs Django to stand
from django.utils import timezone  # noqa: E402

from metrics.models import (  # noqa: E402
    DayState,
    DirtyDay,
    EscalationFact,
    ResolutionCycle,
    ResponseTurn,
    Snapshot,
    Stay,
    SurveyFact,
    TargetFact,
    TicketFacts,
)
from metrics.zone import day_of  # noqa: E402
from tickets.models import LedgerTouch  # noqa: E402

TABLES = (
    TicketFacts,
    ResponseTurn,
    ResolutionCycle,
    Stay,
    EscalationFact,
    SurveyFact,
    TargetFact,
    Snapshot,
)
# When it was computed, and under which number it is stored, says nothing about what it says.
LEFT_OUT = frozenset({"id", "computed_at"})


def rows(model: type[models.Model]) -> list[dict[str, Any]]:
    fields = [
        field.attname for field in model._meta.concrete_fields if field.attname not in LEFT_OUT
    ]
    return sorted(model._default_manager.values(*fields), key=repr)


def to_do() -> int:
    """Today is not over: its backlog is still to be taken."""
    open_days = DirtyDay.objects.exclude(day=day_of(timezone.now()), needs_backlog=True)
    return LedgerTouch.objects.count() + open_days.count()


seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
deadline = time.monotonic() + seconds
while to_do() and time.monotonic() < deadline:
    time.sleep(0.1)
found: dict[str, Any] = {model.__name__: rows(model) for model in TABLES}
# What is held today grows.
today = day_of(timezone.now())
found["Snapshot"] = [row for row in found["Snapshot"] if row["day"] < today]
found["days"] = sorted(DayState.objects.filter(day__lt=today).values_list("day", flat=True))
found["to_do"] = to_do()
json.dump(found, sys.stdout, default=str)
