"""`manage.py check_ledger`: does every ticket stand as its ledger says?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.models import Ticket
from tickets.services.ledger_check import find_differences

SHOWN = 100


class Command(BaseCommand):
    """Replays the ledger of every ticket and compares; ends with an error where they differ."""

    help = "Replay the ledger of every ticket and compare it with what is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let one ticket be named."""
        parser.add_argument("--ticket", type=int, help="Check this ticket alone.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each difference (the first hundred), then how many there are."""
        tickets = Ticket.objects.all()
        if options["ticket"] is not None:
            tickets = tickets.filter(pk=options["ticket"])
        count = 0
        for count, difference in enumerate(find_differences(tickets), start=1):
            if count <= SHOWN:
                self.stdout.write(str(difference))
        if count:
            raise CommandError(f"{count} differences between tickets and their ledger.")
        self.stdout.write(f"{tickets.count()} tickets agree with their ledger.")
