"""App configuration of tickets."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from tickets.search import sqlite_index


class TicketsConfig(AppConfig):
    """The tickets app."""

    name = "tickets"

    def ready(self) -> None:
        """Have the search index looked after."""
        post_migrate.connect(sqlite_index.restore, sender=self)
