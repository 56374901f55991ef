"""The admin pages of the ticket domain; one module per subject. History can only be read."""

from tickets.admin import calendars, catalogue, intake, ledger, outbox, tickets

__all__ = ["calendars", "catalogue", "intake", "ledger", "outbox", "tickets"]
