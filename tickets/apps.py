"""App configuration of tickets."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from tickets.search import sqlite_index


class TicketsConfig(AppConfig):
    """The tickets app."""

    name = "tickets"

    def ready(self) -> None:
        """Have the search index looked after, links taken back with their address, and promises
        follow the tier."""
        from accounts.addresses import on_new_address  # noqa: PLC0415  # likewise
        from accounts.organizations import on_new_tier  # noqa: PLC0415  # all apps must be loaded
        from tickets.portal_links import revoke_links_of  # noqa: PLC0415  # likewise
        from tickets.services.resettling import tier_changed  # noqa: PLC0415  # likewise

        post_migrate.connect(sqlite_index.restore, sender=self)
        on_new_address(revoke_links_of)
        on_new_tier(tier_changed)
