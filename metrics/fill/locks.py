"""Locks between workers that fill facts. They are held until the transaction ends.

PostgreSQL's advisory locks keep workers apart without keeping a command from its ticket. SQLite
needs none: every transaction is alone in writing (transaction_mode IMMEDIATE).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

# Two arbitrary numbers that name our locks among those of the database.
MEASURING = 7_310
WRITING = 7_311


def lock_tickets(keys: Sequence[int]) -> set[int]:
    """Claim the measuring of tickets; return those that no other worker measures now."""
    if connection.vendor != "postgresql":
        return set(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM unnest(%s::bigint[]) AS key"
            " WHERE pg_try_advisory_xact_lock(%s, hashint8(key))",
            [list(keys), MEASURING],
        )
        return {key for (key,) in cursor.fetchall()}


def lock_writing() -> None:
    """Wait until no other worker writes facts. What was committed before is visible afterwards.

    Taken once per batch, after the measuring: one worker writes while others measure, and a
    ticket's neighbours are looked up by one worker at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [WRITING])
