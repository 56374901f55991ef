"""Each module imports its log once, measures its tickets, and rolls everything back at its end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from metrics.fill import fill_touched
from tests.truth.reading import RealLog

Report = Callable[[date, date], dict[str, Any]]


@pytest.fixture(scope="module")
def log(request: pytest.FixtureRequest) -> RealLog:
    """The module's log; its tests are skipped where the data is not there."""
    found: RealLog = request.module.LOG
    if not found.folder.exists():
        pytest.skip(f"the real log is not on this machine: {found.folder}")
    return found


@pytest.fixture(scope="module")
def measured(log: RealLog, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Import and measure once, in a transaction around the whole module."""
    with (
        override_settings(REPORTING_TIME_ZONE=log.zone),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        quiet = io.StringIO()
        events = log.folder / "events.csv.gz"
        call_command("import_history", str(events), "--mapping", str(log.mapping), stderr=quiet)
        fill_touched()  # the report counts facts: what a test fills of days goes with it
        # Every test's end looks at all references that nobody has looked at yet: look once, here.
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def facts(measured: None) -> dict[str, dict[str, str]]:
    """What export_facts says of each ticket."""
    out = io.StringIO()
    call_command("export_facts", "--format", "csv", stdout=out)
    return {row["ticket"]: row for row in csv.DictReader(io.StringIO(out.getvalue()))}


@pytest.fixture(scope="module")
def report(measured: None) -> Report:
    """What metrics_report says of a period, each asked once."""
    known: dict[tuple[date, date], dict[str, Any]] = {}

    def ask(start: date, end: date) -> dict[str, Any]:
        if (start, end) not in known:
            out = io.StringIO()
            period = ("--from", start.isoformat(), "--to", end.isoformat())
            call_command("metrics_report", *period, "--format", "json", stdout=out)
            known[start, end] = json.loads(out.getvalue())
        return known[start, end]

    return ask
