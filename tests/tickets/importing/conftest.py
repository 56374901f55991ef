"""A small log and its mapping, written to files that a test may spoil."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

MAPPING = """
name = "small"

[file]
ticket = "id"

[time]
column = "when"
zone = "Europe/Amsterdam"

[status]
column = "what"

[[status.rule]]
values = ["queued"]
becomes = "in_progress"
is_new_until_picked_up = true

[[status.rule]]
values = ["noted"]
keeps_status = true

[[status.rule]]
values = ["working"]
becomes = "in_progress"

[[status.rule]]
values = ["asked"]
becomes = "waiting_customer"

[[status.rule]]
values = ["solved"]
becomes = "resolved"

[[status.rule]]
values = ["solved on the phone"]
becomes = "resolved"
contact = "phone"

[[status.rule]]
values = ["closed"]
becomes = "closed"
is_by_time = true

[[status.rule]]
values = ["spam"]
becomes = "cancelled"
cancel_reason = "spam"

[level]
column = "line"

[agent]
column = "agent"
robots = ["Robot"]

[ticket.customer]
column = "customer"

[calendar]
name = "Small hours"
time_zone = "Europe/Amsterdam"

[calendar.hours]
monday = ["08:00-12:00", "13:00-24:00"]
"""

HEADER = "id,when,what,line,agent,customer"
LOG = (
    "A,2026-03-02 10:00,queued,1,,Vega",
    "A,2026-03-02 10:30,working,1,Ines,Vega",
    "B,2026-03-02 11:00,working,1,Jan,Lyra",
    "A,2026-03-02 11:30,queued,2,Ines,Vega",
    "A,2026-03-02 12:00,working,2,Olaf,Vega",
    "B,2026-03-02 11:04,solved on the phone,1,Jan,Lyra",
    "A,2026-03-02 13:00,solved,2,Olaf,Vega",
    "A,2026-03-03 09:00,noted,2,Olaf,Vega",
    "A,2026-03-03 10:00,solved,2,Olaf,Vega",
    "A,2026-03-17 10:00,closed,2,Robot,Vega",
)

Import = Callable[..., None]


@pytest.fixture
def mapping_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text("\n".join((HEADER, *LOG)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def run_import(log_file: Path, mapping_file: Path) -> Import:
    """Import the small log (as it stands in its file now) by the command."""

    def run(*options: str) -> None:
        call_command("import_history", str(log_file), "--mapping", str(mapping_file), *options)

    return run
