"""App configuration of tickets."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The tickets app."""

    name = "tickets"
