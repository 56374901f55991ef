"""manage.py import_history: stores another desk's event log as the ledger of finished work."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets.errors import DeskError
from tickets.importing.errors import BadRow, BadRows, StrayRows
from tickets.importing.gathering import Log, gather
from tickets.importing.listing import write_bad_rows
from tickets.importing.loading import histories_of, known_ids, store_log
from tickets.importing.mapping import LogMapping
from tickets.importing.parsing import load_mapping
from tickets.models import BusinessCalendar
from tickets.progress import ProgressBar


class Command(BaseCommand):
    """1. Read the mapping. 2. Read and check the whole file. 3. Stop where a row is bad, unless
    such tickets are to be left out and can be told. 4. Store whole tickets in batches, those that
    are there left alone.
    """

    help = "Import an event log (CSV, also gzipped). A mapping says what its columns mean."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the log, a .csv or .csv.gz file")
        parser.add_argument(
            "--mapping", type=Path, required=True, help="a TOML file; see docs/import/README.md"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, say what would be done"
        )
        parser.add_argument(
            "--skip-bad-rows", action="store_true", help="leave the tickets of bad rows out"
        )
        parser.add_argument(
            "--ignore-strays",
            action="store_true",
            help="with --skip-bad-rows: rows whose ticket cannot be told belong to none",
        )
        parser.add_argument(
            "--bad-rows", type=Path, help="a CSV file to list bad rows in, instead of here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say why not."""
        try:
            self._run(options)
        except DeskError as refused:
            raise CommandError(refused.message) from refused

    def _run(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        now = timezone.now()
        mapping = load_mapping(options["mapping"])
        log = self._read(path, mapping, now=now)
        self._list_bad_rows(log.bad_rows, into=options["bad_rows"])
        if options["dry_run"]:
            self._tell_plan(log, mapping)
            return
        if log.bad_rows and not options["skip_bad_rows"]:
            raise BadRows(log.bad_rows)
        if log.strays and not options["ignore_strays"]:
            raise StrayRows(log.strays)
        bar = ProgressBar("Storing", len(log.histories), self.stderr)
        added = store_log(log, mapping, file_name=path.name, now=now, stored=bar.reach)
        bar.finish()
        self._tell_result(log, added)

    def _read(self, path: Path, mapping: LogMapping, *, now: Any) -> Log:
        bar = ProgressBar("Reading", path.stat().st_size if path.exists() else 0, self.stderr)
        log = gather(path, mapping, now=now, seen=bar.reach)
        bar.finish()
        return log

    def _list_bad_rows(self, rows: list[BadRow], *, into: Path | None) -> None:
        """List every bad row with its line and the reason: here, or in a file that is named."""
        if into is not None:
            write_bad_rows(rows, into)
            self.stderr.write(f"{len(rows):,} bad rows are listed in {into}.")
            return
        for row in rows:
            of = f" (ticket {row.ticket[:40]})" if row.ticket else ""
            self.stderr.write(f"line {row.line}: {row.reason}{of}")

    def _tell_plan(self, log: Log, mapping: LogMapping) -> None:
        histories = histories_of(log, mapping)
        known = known_ids(mapping)
        new = [history for history in histories if history[0] not in known]
        ends = Counter(steps[-1].status for _, steps, _ in new)
        lines = [
            f"Dry run of “{mapping.name}”: nothing is stored.",
            f"{log.row_count:,} rows, {len(histories):,} tickets, {self._period(log)}.",
            f"{len(new):,} would be added, {len(histories) - len(new):,} are there already.",
            self._bad_line(log),
            self._calendar_line(mapping),
            "Values of the status column:",
            *(f"  {count:>8,}  {value}" for value, count in log.statuses().most_common()),
            "Where the tickets would stand:",
            *(f"  {count:>8,}  {status}" for status, count in ends.most_common()),
        ]
        self.stdout.write("\n".join(lines))

    @staticmethod
    def _period(log: Log) -> str:
        first, last = log.first_at(), log.last_at()
        if first is None or last is None:
            return "no events"
        return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"

    @staticmethod
    def _calendar_line(mapping: LogMapping) -> str:
        is_there = BusinessCalendar.objects.filter(name=mapping.calendar.name).exists()
        fate = "is there already" if is_there else "would be made"
        return f"Business calendar “{mapping.calendar.name}” {fate}."

    def _tell_result(self, log: Log, added: int) -> None:
        there = len(log.histories) - added
        self.stdout.write(
            self.style.SUCCESS(f"{added:,} tickets added, {there:,} were there already.")
        )
        if log.bad_rows:
            self.stdout.write(self._bad_line(log))

    @staticmethod
    def _bad_line(log: Log) -> str:
        of_none = sum(not row.ticket for row in log.bad_rows)
        words = f"{len(log.bad_rows):,} bad rows; {len(log.left_out):,} tickets left out for them"
        return f"{words}, {of_none:,} rows of no ticket." if of_none else f"{words}."
