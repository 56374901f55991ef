"""What audits say in the figures: the share that L1 could have resolved, worked by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command

from metrics.fill import fill_touched
from metrics.fill.rollup import fill_days
from metrics.loading import load_histories
from metrics.verify import verify
from tests.cast import Cast
from tests.metrics.verdicts import facts_of, verdict
from tests.tickets.scenes import new_ticket, resolved_above_l1
from tickets.models import Correction
from tickets.services.auditing import audit_l1
from tickets.services.states import reopen, resolve

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is Tuesday: audits are recorded now."""
    with time_machine.travel(MONDAY + 24 * HOUR, tick=False) as clock:
        yield clock


def test_an_audit_moves_the_ticket_in_the_figure_until_it_is_resolved_anew(cast: Cast) -> None:
    ticket = resolved_above_l1(cast, at=MONDAY)
    assert verdict(cast, ticket, "l1_capable") == "no"
    audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead)
    assert verdict(cast, ticket, "l1_capable") == "yes"
    audit_l1(ticket, is_l1_capable=False, note="Needs root.", actor=cast.manager)
    assert verdict(cast, ticket, "l1_capable") == "no"
    reopen(ticket, reason="Again.", actor=cast.l2_agent)
    assert verdict(cast, ticket, "l1_capable") == "neither"
    resolve(ticket, resolution_code="solved", is_l1_capable=True, actor=cast.l2_agent)
    assert verdict(cast, ticket, "l1_capable") == "yes"


def test_an_audit_answers_where_no_resolver_did(cast: Cast) -> None:
    ticket = new_ticket(cast, at=MONDAY, team=cast.l2, level=2)
    resolve(ticket, resolution_code="solved", actor=None, at=MONDAY + HOUR)
    assert verdict(cast, ticket, "l1_capable") == "unmeasured"
    audit_l1(ticket, is_l1_capable=False, note="Needs root.", actor=cast.lead)
    assert verdict(cast, ticket, "l1_capable") == "no"


def test_facts_and_export_keep_both_words(cast: Cast) -> None:
    ticket = resolved_above_l1(cast, at=MONDAY)
    assert facts_of(ticket).is_l1_capable_by_audit is None
    audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead)
    facts = facts_of(ticket)
    assert (facts.is_l1_capable_by_resolver, facts.is_l1_capable_by_audit) == (False, True)
    out = io.StringIO()
    call_command("export_facts", stdout=out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    columns = ("is_l1_capable", "is_l1_capable_by_resolver", "is_l1_capable_by_audit")
    assert [row[name] for name in columns] == ["true", "false", "true"]


def test_an_audit_is_known_from_when_it_was_recorded(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    ticket = resolved_above_l1(cast, at=MONDAY)
    clock.shift(HOUR)
    audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead)
    (before,) = load_histories([ticket.pk], known_at=MONDAY + 24 * HOUR)
    (after,) = load_histories([ticket.pk])
    assert before.audits == ()
    assert [one.is_l1_capable for one in after.audits] == [True]


def test_an_audit_that_was_changed_past_the_command_is_named(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    ticket = resolved_above_l1(cast, at=MONDAY)
    audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead)
    clock.shift(timedelta(days=1))
    fill_touched()
    fill_days()
    assert not verify().differences
    Correction.objects.filter(ticket=ticket).update(is_l1_capable=False)
    assert {key for one in verify().differences for key in one.tickets} == {ticket.pk}
