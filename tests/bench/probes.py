"""What is timed: pages and API calls, each beside the plain SQL that answers the same question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from tickets.models import Ticket

OPEN = "status IN ('new','in_progress','waiting_customer','waiting_vendor','on_hold')"
ROWS = "SELECT * FROM tickets_ticket"
NEXT = "ORDER BY received_at, id LIMIT 50"


# Letters are compared as databases do by themselves: SQLite's LIKE is PostgreSQL's ILIKE.
LIKE = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
SEARCH = f"""
SELECT ticket.* FROM tickets_ticket ticket
JOIN accounts_user customer ON customer.id = ticket.customer_id
LEFT JOIN accounts_organization organization ON organization.id = ticket.organization_id
WHERE ticket.subject {LIKE} %s OR customer.name {LIKE} %s OR organization.name {LIKE} %s
    OR EXISTS (SELECT 1 FROM tickets_message message
        WHERE message.ticket_id = ticket.id AND message.body {LIKE} %s)
ORDER BY ticket.received_at DESC LIMIT 50
"""  # noqa: S608  # fixed words
MARK = "INSERT INTO tickets_ledgertouch (ticket_id, touched_at) VALUES (%s, %s)"
# What the tiles and their lines are made of, but for backlogs and percentiles.
BY_DAY = """
SELECT received_on, entry_level, count(*), count(last_resolved_at), avg(ttr_net_business_seconds),
    avg(ttr_net_seconds), avg(ttfr_business_seconds), sum(reopens), sum(cost),
    count(CASE WHEN was_above_l1 THEN 1 END)
FROM metrics_ticketfacts WHERE received_on >= %s GROUP BY received_on, entry_level
"""
# First contact resolution of each day and value of a segment, which its bars and lines are made of.
BY_SEGMENT = """
SELECT received_on, {column}, count(*),
    count(CASE WHEN is_resolved_in_first_contact AND self_service_before_seconds IS NULL
        AND coalesce(own_followup_days, 6) > 5 AND coalesce(linked_followup_days, 6) > 5
        AND coalesce(category_followup_days, 6) > 5 THEN 1 END)
FROM metrics_ticketfacts WHERE received_on >= %s AND NOT is_cancelled
GROUP BY received_on, {column}
"""
# One segment that snapshots are kept by, and one that is counted from facts.
SEGMENTS = {"team": "pickup_team_key", "organization": "organization_key"}


@dataclass(frozen=True, slots=True)
class Probe:
    """A name, the call, and SQL with its parameters, or what runs several statements."""

    name: str
    call: Callable[[], object]
    sql: str | Callable[[], object]
    values: tuple[str | int | date, ...] = ()


def run_sql(probe: Probe) -> None:
    """Ask the database alone, and fetch what it answers."""
    if callable(probe.sql):
        probe.sql()
        return
    with connection.cursor() as cursor:
        cursor.execute(probe.sql, probe.values)
        if cursor.description:
            cursor.fetchall()


def store_anew(ticket: Ticket) -> Callable[[], object]:
    """Store what opening a ticket stores, like one that is there: the ticket, its first status and
    message, and the mark for those who count."""
    rows = (ticket.transitions.earliest("seq"), ticket.messages.earliest("seq"))

    def store() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            number = _copy(cursor, ticket)
            for row in rows:
                _copy(cursor, row, ticket_id=number)
            cursor.execute(MARK, (number, timezone.now()))

    return store


def page_by(column: str, start: date) -> Callable[[], object]:
    """Ask for the whole metrics page, and for what it breaks down."""

    def ask() -> None:
        for statement in (BY_DAY, BY_SEGMENT.format(column=column)):
            with connection.cursor() as cursor:
                cursor.execute(statement, (start,))
                cursor.fetchall()

    return ask


def _copy(cursor: Any, row: Model, **instead: object) -> int:
    """Store a row once more, with some columns instead; return its number."""
    columns = [str(field.column) for field in row._meta.concrete_fields if not field.primary_key]
    values = [f"%({name})s" if name in instead else name for name in columns]
    table = row._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608  # our own columns
        f" FROM {table} WHERE id = %(pk)s RETURNING id",
        {**instead, "pk": row.pk},
    )
    return int(cursor.fetchone()[0])


def signed_in(user: User) -> Client:
    """A browser without a network."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def get(client: Client, path: str) -> Callable[[], object]:
    """Open a page; anything but 200 ends the benchmark."""

    def call() -> None:
        response = client.get(path)
        body = response.getvalue() if response.streaming else response.content
        if response.status_code != 200 or not body:
            raise SystemExit(f"{path} answered {response.status_code}.")

    return call


def create_by_api(client: Client, customer: User) -> Callable[[], object]:
    """Open a ticket, a new one each time."""
    numbers = count()

    def call() -> None:
        body = {"subject": f"Bench {next(numbers)}", "description": "B.", "channel": "api"}
        response = client.post("/api/v1/tickets/", body, content_type="application/json")
        if response.status_code != 201:
            raise SystemExit(f"Opening a ticket answered {response.status_code}.")

    return call


def page_probes() -> Iterator[Probe]:
    """Every page that the desk lives by, on the desk as seeded."""
    agent = User.objects.filter(role=Role.AGENT, is_active=True, teams__level=1).earliest("pk")
    manager = User.objects.filter(role=Role.MANAGER, is_active=True).earliest("pk")
    middle = Ticket.objects.order_by("pk")[Ticket.objects.count() // 2]
    staff, overseer = signed_in(agent), signed_in(manager)
    number = middle.pk
    yield Probe("queue", get(staff, "/queue/"), f"{ROWS} WHERE {OPEN} {NEXT}")
    yield Probe(
        "queue, filtered",
        get(staff, "/queue/?view=all&priority=2&channel=email"),
        f"{ROWS} WHERE priority = 2 AND channel = 'email' ORDER BY received_at DESC LIMIT 50",
    )
    word = middle.subject.split()[0]
    yield Probe("search", get(staff, f"/queue/?view=all&q={word}"), SEARCH, (f"%{word}%",) * 4)
    yield Probe(
        "ticket",
        get(staff, f"/tickets/{number}/"),
        "SELECT * FROM tickets_message WHERE ticket_id = %s ORDER BY seq",
        (number,),
    )
    yield Probe(
        "portal",
        get(signed_in(middle.customer), "/portal/"),
        f"{ROWS} WHERE customer_id = %s ORDER BY received_at DESC LIMIT 25",
        (middle.customer_id,),
    )
    start = timezone.now().date() - timedelta(days=90)
    yield Probe(
        "metrics page",
        get(overseer, "/metrics/"),
        BY_DAY,
        (start,),
    )
    for segment, column in SEGMENTS.items():
        yield Probe(
            f"metrics page by {segment}",
            get(overseer, f"/metrics/?by={segment}"),
            page_by(column, start),
        )
    yield Probe(
        "open by API",
        create_by_api(signed_in(middle.customer), middle.customer),
        store_anew(middle),
    )
