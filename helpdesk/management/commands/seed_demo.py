"""manage.py seed_demo: fills an empty desk with a believable year of work."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from knowledge.demo import store_sessions
from tickets.demo.accounts import shown_accounts
from tickets.demo.desk import DEMO_PASSWORD
from tickets.demo.storing import store_demo
from tickets.models import Ticket
from tickets.progress import ProgressBar

TICKETS = 1_500
SEED = 1


class Command(BaseCommand):
    """Refuses a desk that has tickets or accounts already, and a production desk unless told so:
    the demo accounts have a password that everybody can read here."""

    help = "Fill an empty desk with demo data. The same seed and end give the same data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--tickets", type=int, default=TICKETS, help=f"{TICKETS} unless said")
        parser.add_argument("--seed", type=int, default=SEED, help="another seed, another year")
        parser.add_argument("--until", help="when the year ends (ISO 8601); the last full hour")
        parser.add_argument("--yes", action="store_true", help="also on a production desk")

    def handle(self, *args: Any, **options: Any) -> None:
        """Store the demo desk and print its accounts, or say why not."""
        count: int = options["tickets"]
        until = self._end(options["until"])
        self._check(count, is_sure=options["yes"])
        told = ProgressBar("Demo tickets", count, self.stderr)
        kept = ProgressBar("Their targets", count, self.stderr)

        def judged(number: int) -> None:
            told.finish()
            kept.reach(number)

        desk = store_demo(
            tickets=count, until=until, seed=options["seed"], stored=told.reach, judged=judged
        )
        store_sessions(desk, until=until, seed=options["seed"])
        kept.finish()
        self._tell_accounts()

    @staticmethod
    def _check(count: int, *, is_sure: bool) -> None:
        if count < 1:
            raise CommandError("Ask for one ticket or more.")
        if not settings.ENV.has_demo and not is_sure:
            raise CommandError(
                "This desk is set up for production (or DEMO is off). Demo accounts have a public "
                "password: say --yes where that is what you want."
            )
        if Ticket.objects.exists() or User.objects.exists():
            raise CommandError("This desk has people or tickets already: seed an empty database.")

    @staticmethod
    def _end(text: str | None) -> datetime:
        """Return the end of the demo’s time; by default the last full hour."""
        if text is None:
            return timezone.now().replace(minute=0, second=0, microsecond=0)
        until = parse_datetime(text)
        if until is None:
            raise CommandError(f"“{text}” is no time: write one such as 2026-03-02T15:00:00Z.")
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        if until > timezone.now():
            raise CommandError("The demo's time cannot end in the future.")
        return until

    def _tell_accounts(self) -> None:
        accounts = shown_accounts()
        width = max(len(part) for part, _ in accounts)
        self.stdout.write(f"\nDemo accounts, all with the password “{DEMO_PASSWORD}”:")
        for part, address in accounts:
            self.stdout.write(f"  {part:<{width}}  {address}")
