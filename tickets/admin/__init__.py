"""The admin pages of the ticket domain; one module per subject. History can only be read."""

from tickets.admin import (
    broadcasts,
    calendars,
    catalogue,
    intake,
    kept_by_people,
    ledger,
    mail,
    outbox,
    services,
    sla,
    surveys,
    tickets,
    wording,
)

__all__ = [
    "broadcasts",
    "calendars",
    "catalogue",
    "intake",
    "kept_by_people",
    "ledger",
    "mail",
    "outbox",
    "services",
    "sla",
    "surveys",
    "tickets",
    "wording",
]
