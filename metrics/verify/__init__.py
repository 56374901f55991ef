"""Recounts facts and snapshots from the ledger alone and compares."""

from metrics.verify.differences import Difference, Verification, verify

__all__ = ["Difference", "Verification", "verify"]
