"""The domain: tickets, their ledger, the commands that write it and the pages that show it."""
