"""Keeps facts in step with the ledger, continuously; see metrics/fill/facts.py for how."""

from metrics.fill.facts import fill_touched
from metrics.fill.unmeasured import waiting_tickets

__all__ = ["fill_touched", "waiting_tickets"]
