"""manage.py receive_mail: takes one mail from standard input, for mail servers that pipe."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.errors import InvalidInput
from tickets.models import Mailbox
from tickets.services.receiving import keep_mail

# sysexits.h: the mail server keeps the mail and tries again, or gives it back to its sender.
TRY_AGAIN = os.EX_TEMPFAIL
NO_SUCH_USER = os.EX_NOUSER
CANNOT_BE = os.EX_DATAERR


class Command(BaseCommand):
    """Ends with 0 only when the mail is in the database."""

    help = "Take one mail, as it is, from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--mailbox", required=True, help="the address that it was sent to")

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep the mail; the worker reads it within seconds."""
        try:
            raw = sys.stdin.buffer.read()
            mailbox = Mailbox.objects.filter(address__iexact=options["mailbox"]).first()
            if mailbox is None:
                words = f"The desk has no mailbox {options['mailbox']}."
                raise CommandError(words, returncode=NO_SUCH_USER)
            keep_mail(raw, mailbox=mailbox)
        except CommandError:
            raise
        except InvalidInput as refusal:
            raise CommandError(refusal.message, returncode=CANNOT_BE) from None
        except Exception as fault:  # whatever it is, the mail must not go back for it
            words = f"Not now: {type(fault).__name__}: {fault}"
            raise CommandError(words, returncode=TRY_AGAIN) from fault
