"""`manage.py generate_docs`: writes the pages of docs/ that code is the source of."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from metrics.docs import PATH, text


class Command(BaseCommand):
    """Writes docs/metrics.md; with --check only compares, for CI."""

    help = "Write docs/metrics.md from the registry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--check", action="store_true", help="fail where a page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or compare."""
        written = text()
        if not options["check"]:
            PATH.write_text(written, encoding="utf-8")
            self.stdout.write(f"Wrote {PATH.name}.")
        elif not PATH.exists() or PATH.read_text(encoding="utf-8") != written:
            raise CommandError("docs/metrics.md is out of date: run manage.py generate_docs.")
