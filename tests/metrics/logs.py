"""Small logs of another helpdesk, imported into a desk that works already."""

from __future__ import annotations

import io
from pathlib import Path

from django.core.management import call_command

MAPPING = """
name = "{name}"

[file]
ticket = "id"

[time]
column = "when"
zone = "Europe/Amsterdam"

[status]
column = "what"

[[status.rule]]
values = ["new"]
becomes = "new"

[[status.rule]]
values = ["working"]
becomes = "in_progress"

[[status.rule]]
values = ["asked"]
becomes = "waiting_customer"

[[status.rule]]
values = ["solved"]
becomes = "resolved"

[level]
column = "line"

[agent]
column = "agent"

[ticket.customer]
column = "customer"

[calendar]
name = "Old hours"
time_zone = "Europe/Amsterdam"

[calendar.hours]
monday = ["09:00-17:00"]
"""
HEADER = "id,when,what,line,agent,customer"


def import_log(folder: Path, *lines: str, name: str = "old desk") -> None:
    """Import rows of (ticket, local time, new | working | asked | solved, level, agent, customer)
    as the command does it."""
    log, mapping = folder / f"{name}.csv", folder / f"{name}.toml"
    log.write_text("\n".join((HEADER, *lines)))
    mapping.write_text(MAPPING.format(name=name))
    quiet = io.StringIO()
    call_command("import_history", log, "--mapping", mapping, stdout=quiet, stderr=quiet)
