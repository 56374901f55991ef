"""Reads that are shaped for a page: the queue, its views, a ticket's timeline and strip."""
