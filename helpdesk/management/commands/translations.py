"""`translations`: collects what is to be translated, and compiles what was."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk import translations


class Command(BaseCommand):
    """Write the catalogues of all languages anew, or check that they are whole."""

    help = "Renew locale/ from the marked texts; with --check, fail where texts lack words."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--check`."""
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Raises CommandError where a text has no translation, or a catalogue is stale."""
        for language in translations.languages():
            if check and not translations.is_fresh(language):
                raise CommandError(f"locale/{language} is stale: run `manage.py translations`.")
            lacking = (
                translations.untranslated(translations.read_catalogue(language))
                if check
                else translations.renew(language)
            )
            for message in lacking:
                self.stderr.write(f"{language}: no words for {message.id!r}")
            if lacking:
                raise CommandError(f"{len(lacking)} texts have no words in {language!r}.")
        self.stdout.write("All texts have their words.")
