"""Recounts facts and snapshots from the ledger alone and compares."""

from metrics.verify.difference import Difference
from metrics.verify.differences import Verification, verify

__all__ = ["Difference", "Verification", "verify"]
