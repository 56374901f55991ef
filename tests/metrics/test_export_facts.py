"""export_facts: a row per ticket, every fact, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics import exporting
from metrics.fill import fill_touched
from metrics.models import TicketFacts
from tests.cast import Cast
from tests.metrics.policies import promise
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets.choices import Status
from tickets.models import Ticket
from tickets.services.contacting import end_contact
from tickets.services.picking import pick_up
from tickets.services.states import cancel, close, confirm, reopen, resolve, resume, wait
from tickets.services.talking import reply

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

# Spelled so by contract.
PROMISED = (
    "ticket", "received_at", "entry_level", "picked_up_at", "ttfr_seconds",
    "ttfr_business_seconds", "first_resolved_at", "last_resolved_at", "ttr_gross_seconds",
    "ttr_gross_business_seconds", "ttr_net_seconds", "ttr_net_business_seconds",
    "waiting_customer_seconds", "waiting_vendor_seconds", "on_hold_seconds",
    "resolved_gap_seconds", "escalations", "deescalations", "reopens", "highest_level",
    "resolving_level", "flr", "fcr", "contacts_to_resolution",
)  # fmt: skip

# Bookkeeping; or told under another name or by name instead of by key.
NOT_EXPORTED = {
    "ledger_seq", "computed_at", "ticket", "cancelled_on", "received_on", "first_resolved_on",
    "last_resolved_on", "is_cancelled", "is_open", "was_above_l1_at_resolution",
    "has_cold_escalation_first", "is_first_contact_over", "is_confirmed_by_customer",
    "is_closed_by_time",
}  # fmt: skip


def export(*options: str) -> list[dict[str, str]]:
    fill_touched()
    out = io.StringIO()
    call_command("export_facts", *options, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_the_promised_columns_are_spelled_so() -> None:
    assert set(PROMISED) <= set(exporting.HEADINGS)
    assert exporting.HEADINGS[0] == "ticket"
    assert len(set(exporting.HEADINGS)) == len(exporting.HEADINGS)


def test_every_stored_fact_is_told() -> None:
    told = {*exporting.HEADINGS}
    for field in TicketFacts._meta.concrete_fields:
        name = field.name.removesuffix("_key")
        names = {name, name.replace("_followup_days", "_followup_business_days")}
        customer = name == "customer"  # a person's name leaves with the tickets, not with facts
        assert names & told or name in NOT_EXPORTED or customer, name


def test_a_resolved_call(cast: Cast, now: datetime) -> None:
    ticket = live_ticket(cast, at=now, category=cast.category)
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + 10 * MINUTE)
    end_contact(ticket, actor=cast.agent, at=now + 12 * MINUTE)
    confirm(ticket, actor=cast.customer, at=now + DAY)
    (row,) = export()
    assert row["ticket"] == str(ticket.pk)
    assert (row["received_at"], row["ttfr_seconds"]) == ("2026-03-02T09:00:00+00:00", "0.0")
    assert (row["ttr_net_seconds"], row["ttr_net_business_seconds"]) == ("600.0", "600.0")
    assert (row["fcr"], row["flr"], row["fcr_state"]) == ("true", "true", "yes")
    assert (row["contacts_to_resolution"], row["confirmed"]) == ("1", "customer")
    assert (row["category"], row["organization"]) == ("Network › VPN", "Acme")
    assert (row["resolving_agent"], row["resolving_team"]) == ("Anna Staff", "First line")
    assert (row["in_progress_seconds"], row["l1_seconds"], row["l2_seconds"]) == (
        "600.0",
        "600.0",
        "",
    )


def test_waiting_of_what_is_not_resolved_is_told_so_far(cast: Cast, now: datetime) -> None:
    """Waiting on the customer for an hour, and since 11:00 on the vendor; it is 13:00."""
    ticket = new_ticket(cast, at=now)
    pick_up(ticket, actor=cast.agent, at=now)
    wait(ticket, for_="customer", actor=cast.agent, at=now)
    resume(ticket, actor=cast.agent, at=now + HOUR)
    wait(ticket, for_="vendor", actor=cast.agent, at=now + 2 * HOUR)
    with time_machine.travel(now + 4 * HOUR, tick=False):
        (row,) = export()
    assert (row["waiting_customer_seconds"], row["waiting_customer_so_far_seconds"]) == (
        "",
        "3600.0",
    )
    assert row["waiting_vendor_so_far_seconds"] == row["waiting_vendor_so_far_business_seconds"]
    assert (row["waiting_vendor_so_far_seconds"], row["on_hold_so_far_seconds"]) == ("7200.0", "")
    key = f"Anna Staff #{cast.agent.pk}"
    assert json.loads(row["agents_seconds"]) == {key: 7200.0}


def test_every_reopen_and_the_time_resolved_and_closed(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    reopen(ticket, reason="Again.", actor=cast.agent, at=now + DAY)
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + DAY + HOUR)
    close(ticket, actor=cast.agent, at=now + DAY + 2 * HOUR)
    reopen(ticket, reason="Again.", actor=cast.lead, at=now + 2 * DAY)
    (row,) = export()
    assert row["reopened_at"].split(";") == [
        (now + DAY).isoformat(), (now + 2 * DAY).isoformat(),
    ]  # fmt: skip
    assert float(row["resolved_seconds"]) == (DAY - 2 * MINUTE + HOUR).total_seconds()
    assert float(row["closed_seconds"]) == (DAY - 2 * HOUR).total_seconds()


def test_promises_are_told_by_their_worst(cast: Cast, now: datetime) -> None:
    """Picked up a minute late; first resolved in time, then, reopened, half an hour late."""
    promise(first_response=30, resolution=60)
    ticket = new_ticket(cast, at=now)
    pick_up(ticket, actor=cast.agent, at=now + 31 * MINUTE)
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + 50 * MINUTE)
    reopen(ticket, reason="Again.", actor=cast.agent, at=now + DAY)
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + DAY + 90 * MINUTE)
    (row,) = export()
    assert (row["sla_first_response_state"], row["sla_first_response_over_seconds"]) == (
        "breached",
        "60.0",
    )
    assert (row["sla_resolution_state"], row["sla_resolution_left_seconds"]) == (
        "breached",
        "600.0",
    )
    assert row["sla_resolution_over_seconds"] == "1800.0"
    assert (row["sla_accept_state"], row["sla_accept_left_seconds"]) == ("", "")


def test_none_is_empty_and_counted_nothing_is_zero(cast: Cast, now: datetime) -> None:
    new_ticket(cast, at=now)
    (row,) = export()
    for name in ("picked_up_at", "ttr_gross_seconds", "waiting_customer_seconds", "highest_level",
                 "resolving_level", "flr", "fcr", "contacts_to_resolution", "cost"):  # fmt: skip
        assert row[name] == "", name
    assert (row["escalations"], row["reopens"], row["contacts"]) == ("0", "0", "1")
    assert (row["fcr_state"], row["unanswered_turns"]) == ("undecided", "1")
    assert row["response_seconds_mean"] == ""


def test_the_average_response_time(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    reply(ticket, body="So.", actor=cast.agent, at=now + 10 * MINUTE)
    (row,) = export()
    assert (row["responses"], row["response_seconds_mean"]) == ("1", "600.0")


def test_a_cancelled_ticket_is_in_no_rate(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    cancel(ticket, reason="spam", actor=cast.agent, at=now + MINUTE)
    (row,) = export()
    assert (row["fcr"], row["fcr_state"], row["flr"]) == ("", "", "")
    assert row["cancelled_on"] == "2026-03-02"


def test_what_carries_no_contact_record_is_unmeasured(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    Ticket.objects.filter(pk=ticket.pk).update(has_contact_record=False, external_id="INC-7")
    (row,) = export()
    assert (row["ticket"], row["fcr"], row["fcr_state"]) == ("INC-7", "", "unmeasured")
    assert (row["contacts"], row["contacts_to_resolution"]) == ("", "")


def test_from_and_to_are_days_received_both_included(cast: Cast, now: datetime) -> None:
    for day in range(4):
        new_ticket(cast, at=now + day * DAY)
    rows = export("--from", "2026-03-03", "--to", "2026-03-04")
    assert [row["received_at"][:10] for row in rows] == ["2026-03-03", "2026-03-04"]
    assert len(export()) == 4


def test_no_cell_is_a_formula(cast: Cast, now: datetime) -> None:
    new_ticket(cast, at=now, subject="=HYPERLINK(1)")
    (row,) = export()
    assert row["subject"] == "'=HYPERLINK(1)"


def test_into_a_file(cast: Cast, now: datetime, tmp_path: Path) -> None:
    new_ticket(cast, at=now, subject="Größe ✓")
    fill_touched()
    call_command("export_facts", "--output", str(tmp_path / "facts.csv"))
    with (tmp_path / "facts.csv").open(encoding="utf-8", newline="") as file:
        assert [row["subject"] for row in csv.DictReader(file)] == ["Größe ✓"]


def test_it_streams_in_chunks_of_a_fixed_number_of_queries(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        new_ticket(cast, at=now)
    with CaptureQueriesContext(connection) as whole:
        assert len(export()) == 7
    monkeypatch.setattr(exporting, "CHUNK", 3)
    with CaptureQueriesContext(connection) as cut:
        assert len(export()) == 7
    more = 2 * 6  # facts, turns, stays that ended and that last, cycles, promises
    assert len(cut) <= len(whole) + more, "six queries for each of two more chunks"


def test_what_is_not_measured_yet_is_said(cast: Cast, now: datetime) -> None:
    new_ticket(cast, at=now)
    for words in ("not counted yet: 1", ""):
        told = io.StringIO()
        call_command("export_facts", stdout=io.StringIO(), stderr=told)
        assert words in told.getvalue()
        assert bool(words) == bool(told.getvalue())
        fill_touched()
