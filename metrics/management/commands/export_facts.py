"""`manage.py export_facts [--from D] [--to D]`: one row of CSV per ticket, every fact."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from metrics.exporting import export_rows
from metrics.management.waiting import tell_waiting


class Command(BaseCommand):
    """Streams the facts as they stand; run fill_metrics before, where the worker is not running."""

    help = "Write every fact of every ticket as CSV. Days are days received; --to is included."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--from", dest="start", type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--to", dest="end", type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--format", choices=("csv",), default="csv")
        parser.add_argument("--output", metavar="FILE", help="default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the rows."""
        start, end = options["start"], options["end"]
        if start and end and end < start:
            raise CommandError("The period ends before it starts.")
        rows = export_rows(start=start, end=end, as_of=timezone.now())
        if options["output"]:
            with open(options["output"], "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        else:
            csv.writer(self.stdout, lineterminator="\n").writerows(rows)
        tell_waiting(self.stderr)
