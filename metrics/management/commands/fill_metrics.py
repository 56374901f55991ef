"""`manage.py fill_metrics`: brings facts and snapshots up to date with the ledger, now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from metrics.fill import fill_touched, waiting_tickets
from metrics.fill.drift import follow_tiers
from metrics.fill.following import follow_settings
from metrics.fill.rebuild import ask_for_rebuild
from metrics.fill.rollup import fill_days
from tickets.progress import ProgressBar


class Command(BaseCommand):
    """Does what the worker does every few seconds, until nothing is left, with progress."""

    help = "Bring facts and snapshots up to date. Safe to kill, to repeat and to run twice at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="make everything anew from the ledger, backlogs of past days included",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark what is asked for, then fill."""
        if options["rebuild"]:
            ask_for_rebuild()
        follow_settings()
        follow_tiers()
        tickets = self._fill_facts()
        days = self._fill_days()
        self.stdout.write(f"{tickets:,} tickets measured, {days:,} days filled.")

    def _fill_facts(self) -> int:
        waiting = waiting_tickets(now=timezone.now())
        bar = ProgressBar("Measuring", waiting, self.stderr)
        done = 0

        def advance(batch: int) -> None:
            nonlocal done
            done += batch
            bar.reach(min(done, waiting))

        filled = fill_touched(on_progress=advance)
        bar.finish()
        return filled

    def _fill_days(self) -> int:
        bar: ProgressBar | None = None

        def advance(done: int, total: int) -> None:
            nonlocal bar
            bar = bar or ProgressBar("Filling days", total, self.stderr)
            bar.reach(done)

        filled = fill_days(progress=advance)
        if bar:
            bar.finish()
        return filled
