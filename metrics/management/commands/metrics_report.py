"""`manage.py metrics_report --from D --to D`: every figure of a period, straight from facts."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from metrics.management.waiting import tell_waiting
from metrics.policy import Policy
from metrics.query import Scope, Segment
from metrics.report import HEADINGS, aligned, cells, report, table
from tickets.errors import DeskError


class Command(BaseCommand):
    """Prints the report; answers under another policy without refilling anything."""

    help = "Print every figure of a period, with exact percentiles. --to is included."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--from", dest="start", required=True, type=date.fromisoformat)
        parser.add_argument("--to", dest="end", required=True, type=date.fromisoformat)
        parser.add_argument(
            "--by",
            metavar="SEGMENT[,SEGMENT]",
            help=f"break down by one of {', '.join(Segment.values)}; or by two of them, crossed",
        )
        parser.add_argument(
            "--policy",
            nargs="+",
            action="extend",
            default=[],
            metavar="KEY=VALUE",
            help="for example window=48h span=until_resolved",
        )
        parser.add_argument("--format", choices=("table", "json", "csv"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the report and print it."""
        try:
            policy = Policy.parse(dict(_pair(text) for text in options["policy"]))
            scope = Scope(start=options["start"], end=options["end"])
            found = report(scope, policy, by=options["by"])
        except DeskError as refusal:
            raise CommandError(refusal.message) from refusal
        self._print(found, options["format"])
        tell_waiting(self.stderr)

    def _print(self, found: dict[str, Any], form: str) -> None:
        if form == "json":
            self.stdout.write(json.dumps(found, indent=2))
        elif form == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(HEADINGS)
            writer.writerows(map(cells, table(found)))
        else:
            heading = f"{found['from']} to {found['to']}, {found['zone']}, as of {found['as_of']}"
            self.stdout.write(heading)
            self.stdout.write("\n".join(aligned(table(found))))


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign:
        raise CommandError(f"Write a policy as key=value, not “{text}”.")
    return key.strip(), value
