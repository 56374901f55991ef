"""`manage.py verify_metrics`: recounts everything from the ledger and names each difference."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from metrics.verify import Verification, verify
from tickets.progress import ProgressBar


class Command(BaseCommand):
    """Exits with 1 where anything stored is not what the ledger says. Stores nothing."""

    help = "Recount facts and snapshots from the ledger and compare. Any difference is an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--from", dest="start", type=date.fromisoformat, help="first day")
        parser.add_argument("--to", dest="end", type=date.fromisoformat, help="last day, included")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and report."""
        start, end = options["start"], options["end"]
        if start and end and end < start:
            raise CommandError("The period ends before it starts.")
        bar: ProgressBar | None = None

        def advance(done: int, total: int) -> None:
            nonlocal bar
            bar = bar or ProgressBar("Recounting", total, self.stderr)
            bar.reach(done)

        found = verify(start, end, progress=advance)
        if bar:
            bar.finish()
        self._tell(found)

    def _tell(self, found: Verification) -> None:
        if found.waiting_tickets or found.waiting_days:
            self.stdout.write(
                f"Left out, as they wait to be filled: {found.waiting_tickets:,} tickets, "
                f"{found.waiting_days:,} days. Run fill_metrics first to include them."
            )
        if found.unfollowed:
            self.stdout.write(
                f"Changed since the figures were made: {', '.join(found.unfollowed)}. Run "
                "fill_metrics first, or what it changes is told as a difference."
            )
        for difference in found.differences:
            self.stdout.write(str(difference))
        counted = f"{found.tickets:,} tickets and {found.days:,} days recounted from the ledger"
        if found.differences:
            raise CommandError(f"{counted}: {len(found.differences):,} differences.")
        self.stdout.write(f"{counted}: no difference.")
