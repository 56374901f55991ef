"""Emptying the database after a test that commits."""

from __future__ import annotations

import time

from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = frozenset({"django_content_type", "auth_permission"})
"""What migrations write about the models themselves, the same before and after any test."""

OTHERS_AT_WORK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


def empty_tables(_: TransactionTestCase | None = None) -> None:
    """Delete every row of every model's table, as Django's own flush does after each test.

    On PostgreSQL that one truncates all tables, which makes and syncs several hundred files on the
    disk for a handful of rows. References may be deleted in any order, since they are checked at
    the end of the transaction.
    """
    names = set(connection.introspection.django_table_names(include_views=False)) - KEPT
    if connection.vendor == "postgresql":
        _let_others_finish()
    tables = [connection.ops.quote_name(name) for name in sorted(names)]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As TRUNCATE does, wait for what a request still stores, so that it is deleted too.
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # our own tables' names


def _let_others_finish(within: float = 10) -> None:
    """Wait for those that are still at work (a program that was killed, say): they take their locks
    in another order, and the database would end one of us."""
    with connection.cursor() as cursor:
        for _ in range(int(within / 0.02)):
            cursor.execute(OTHERS_AT_WORK)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.02)
