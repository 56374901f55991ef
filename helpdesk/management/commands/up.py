"""`manage.py up`: the whole desk with one command and nothing else installed."""

from __future__ import annotations

import io
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts.models import User
from helpdesk.celery import app
from helpdesk.reaching import require_queue
from helpdesk.server import Server
from tickets.demo.accounts import shown_accounts
from tickets.demo.desk import DEMO_PASSWORD


class Command(BaseCommand):
    """Migrate, load demo data into an empty desk, serve with worker and beat."""

    help = (
        "Migrates, loads demo data where there is none, and serves the site with a Celery worker "
        "and beat in one process. PORT and BIND move it. With REDIS_URL its jobs go over Redis."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --no-demo."""
        parser.add_argument("--no-demo", action="store_true", help="Leave an empty desk empty.")

    def handle(self, *args: Any, no_demo: bool, **options: Any) -> None:
        """Run until SIGTERM or SIGINT. Raises CommandError where the port is taken, WrongValue
        where Redis or the database do not answer."""
        self._check_port()
        require_queue()
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        if settings.ENV.has_demo and not no_demo and not User.objects.exists():
            call_command("seed_demo", stdout=io.StringIO())  # the accounts are told below
        self._accounts = shown_accounts()
        # The serving process is a fork: it must not share this one's connections.
        connections.close_all()
        app.close()
        Server(bind=settings.ENV.bind, port=settings.ENV.port, when_ready=self._announce).run()

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in settings.ENV.bind else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.ENV.bind, settings.ENV.port))
            except OSError as error:
                raise CommandError(
                    f"Cannot listen on {settings.ENV.bind}:{settings.ENV.port} "
                    f"({error.strerror}): set PORT or BIND to another."
                ) from None

    def _announce(self) -> None:
        self.stdout.write(f"\nThe desk is at {settings.SITE_URL} (Ctrl-C ends it).")
        if self._accounts:
            self.stdout.write(f"Demo accounts, each with the password {DEMO_PASSWORD}:")
        for part, address in self._accounts:
            self.stdout.write(f"  {part:<14} {address}")
        self.stdout.flush()
