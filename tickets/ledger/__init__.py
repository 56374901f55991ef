"""The one place that writes a ticket's status, level, team and assignee, and its ledger.

A command opens an `Action` on a locked ticket, calls it for every effect, and stores it. Nothing
touches the database before `store()`, so a loader can play a whole history on tickets in memory and
store many at once with `store_all()`: live work and imports leave the same rows.
"""

from tickets.ledger.action import Action
from tickets.ledger.storing import STATE_FIELDS, adopt, append_all, store_all

__all__ = ["STATE_FIELDS", "Action", "adopt", "append_all", "store_all"]
