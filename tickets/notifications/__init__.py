"""Notices on their way out: what a mail says (rendering), and that it is sent once (outbox)."""
