"""Event logs of other desks, read, checked and stored as the ledger that live work leaves."""
