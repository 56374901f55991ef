"""What is timed: pages and API calls, each beside the plain SQL that answers the same question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from tickets.models import Ticket

OPEN = "status IN ('new','in_progress','waiting_customer','waiting_vendor','on_hold')"
ROWS = "SELECT * FROM tickets_ticket"
NEXT = "ORDER BY received_at, id LIMIT 50"


@dataclass(frozen=True, slots=True)
class Probe:
    """A name, the call, and SQL with its parameters."""

    name: str
    call: Callable[[], object]
    sql: str
    values: tuple[str | int | date, ...] = ()


def run_sql(probe: Probe) -> None:
    """Ask the database alone, and fetch what it answers."""
    with connection.cursor() as cursor:
        cursor.execute(probe.sql, probe.values)
        if cursor.description:
            cursor.fetchall()


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
    yield Probe(
        "search",
        get(staff, f"/queue/?view=all&q={word}"),
        f"{ROWS} WHERE subject ILIKE %s ORDER BY received_at DESC LIMIT 50"
        if connection.vendor == "postgresql"
        else f"{ROWS} WHERE subject LIKE %s ORDER BY received_at DESC LIMIT 50",
        (f"%{word}%",),
    )
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
        "SELECT count(*), count(last_resolved_at), avg(ttr_net_business_seconds),"
        " sum(reopens), count(CASE WHEN was_above_l1 THEN 1 END)"
        " FROM metrics_ticketfacts WHERE received_on >= %s",
        (start,),
    )
    yield Probe(
        "open by API",
        create_by_api(signed_in(middle.customer), middle.customer),
        "SELECT 1",
    )
