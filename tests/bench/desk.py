"""A desk to be timed: a database of its own, seeded, and filled."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit


def use_own_database(name: str) -> None:
    """Point DATABASE_URL at a new, empty database beside the given one. Call before Django."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        import psycopg  # only where PostgreSQL is timed

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        return
    path = f"/tmp/{name}.sqlite3"  # noqa: S108  # a throw-away of this run
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    os.environ["DATABASE_URL"] = f"sqlite:///{path}"


def timed(work: Callable[[], object]) -> float:
    """Seconds that one piece of work took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def build(tickets: int) -> float:
    """Migrate and seed; return the seconds of the seed."""
    from django.core.management import call_command  # after the settings

    call_command("migrate", verbosity=0)
    return timed(lambda: call_command("seed_demo", tickets=tickets, seed=7))


def fill() -> float:
    """Fill facts and snapshots; return the seconds."""
    from django.core.management import call_command  # after the settings

    seconds = timed(lambda: call_command("fill_metrics"))
    _analyse()
    return seconds


def _analyse() -> None:
    """Let the database know its tables, as its own upkeep would within minutes."""
    from django.db import connection  # after the settings

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def change_one_per_cent() -> int:
    """Give one ticket in a hundred another priority, by the command, so that the days on which it
    counts have to be filled anew (a note would change no figure); return how many."""
    from tickets.choices import Priority  # after the settings
    from tickets.models import Ticket  # as above
    from tickets.services.properties import change_properties  # as above

    chosen = list(Ticket.objects.order_by("pk")[50::100])
    for ticket in chosen:
        other = Priority.LOW if ticket.priority != Priority.LOW else Priority.HIGH
        change_properties(ticket, changes={"priority": other}, actor=None)
    return len(chosen)


def sweep_ledger(*, of: str = "") -> None:
    """The plain SQL beside a fill: read every status change, message and escalation, and group
    them by ticket, as any computation of the figures must at least. `of`: which tickets."""
    from django.db import connection  # after the settings

    with connection.cursor() as cursor:
        for table in ("transition", "message", "escalation", "assignment", "contact"):
            cursor.execute(
                f"SELECT ticket_id, count(*), min(occurred_at), max(occurred_at)"  # noqa: S608  # fixed names
                f" FROM tickets_{table} {of} GROUP BY ticket_id"
            )
            cursor.fetchall()


TOUCHED = "SELECT ticket_id FROM tickets_ledgertouch"
# The days on which what changed counts, counted anew from the facts of all their tickets.
RECOUNT = f"""
WITH touched AS (SELECT * FROM metrics_ticketfacts WHERE ticket_id IN ({TOUCHED})),
days AS (SELECT received_on AS day FROM touched UNION SELECT last_resolved_on FROM touched)
SELECT day, entry_level, count(*), count(last_resolved_at), sum(reopens), sum(cost),
    avg(ttr_net_business_seconds), avg(ttr_net_seconds), avg(ttfr_business_seconds)
FROM days JOIN metrics_ticketfacts ON day IN (received_on, last_resolved_on)
GROUP BY day, entry_level
"""  # noqa: S608  # fixed words


def recount_touched() -> None:
    """The plain SQL beside a fill of what changed: read the ledger of the touched tickets, and
    count their days anew. Call it before the fill, which takes the marks away."""
    from django.db import connection  # after the settings

    sweep_ledger(of=f"WHERE ticket_id IN ({TOUCHED})")
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        cursor.fetchall()
