"""A major incident that is done with leaves no outage running: somebody says what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.choices import CorrectionKind, LinkKind, Status
from tickets.errors import Conflict, InvalidInput, WrongState
from tickets.models import Outage, OutageEvent, Ticket
from tickets.services import joining, parts
from tickets.services.base import lock
from tickets.services.broadcasting import resolve_all
from tickets.services.joining import join_outage
from tickets.services.ledger_check import find_differences
from tickets.services.opening import open_ticket
from tickets.services.outages import correct_outage, declare_outage, end_outage
from tickets.services.relating import link, merge
from tickets.services.states import cancel, close, close_resolved, resolve

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = time_machine.travel(NOW + 3 * HOUR, tick=False)


@pytest.fixture
def incident(cast: Cast) -> Ticket:
    """Mail is down since half an hour before the ticket came; another ticket is part of it."""
    with time_machine.travel(NOW, tick=False):
        ticket = new_ticket(cast)
        declare_outage(ticket, services=[make_service()], began_at=NOW - HOUR / 2, actor=cast.agent)
        link(new_ticket(cast), other=ticket, kind=LinkKind.CHILD_OF, actor=cast.agent)
    return ticket


def end(how: str, ticket: Ticket, cast: Cast, **fields: Any) -> object:
    """Do what ends a ticket."""
    by: dict[str, Any] = {"actor": cast.agent, **fields}
    if how == "resolve":
        return resolve(ticket, resolution_code="solved", **by)
    if how == "close":
        return close(ticket, resolution_code="solved", **by)
    return resolve_all(ticket, body="It works again.", resolution_code="solved", **by)


WAYS = pytest.mark.parametrize("how", ["resolve", "close", "resolve_all"])


@WAYS
def test_it_is_refused_until_it_is_said_when_service_was_restored(
    cast: Cast, incident: Ticket, how: str
) -> None:
    with LATER, pytest.raises(InvalidInput, match="Mail") as refusal:
        end(how, incident, cast)
    assert "restored_at" in refusal.value.fields
    incident.refresh_from_db()
    assert incident.is_open
    assert Outage.objects.get().is_running


@WAYS
def test_the_outage_ends_with_it_at_the_moment_that_is_said(
    cast: Cast, incident: Ticket, how: str
) -> None:
    with LATER:
        end(how, incident, cast, restored_at=NOW + HOUR)
    incident.refresh_from_db()
    assert not incident.is_open
    assert Outage.objects.get().ended_at == NOW + HOUR
    told = OutageEvent.objects.get(kind="ended")
    assert told.action_id == incident.transitions.order_by("-seq")[0].action_id
    assert not list(find_differences(Ticket.objects.all()))


@pytest.mark.parametrize("moment", [NOW - HOUR, NOW + 4 * HOUR], ids=["before it", "to come"])
def test_a_moment_that_cannot_be_resolves_nothing(
    cast: Cast, incident: Ticket, moment: datetime
) -> None:
    with LATER, pytest.raises(InvalidInput):
        end("resolve", incident, cast, restored_at=moment)
    incident.refresh_from_db()
    assert incident.is_open


def test_what_was_restored_before_is_asked_about_no_more(cast: Cast, incident: Ticket) -> None:
    with LATER:
        end_outage(incident, ended_at=NOW + HOUR, actor=cast.agent)
        end("resolve", incident, cast, restored_at=NOW + 2 * HOUR)
    assert Outage.objects.get().ended_at == NOW + HOUR


def test_cancelled_it_ended_or_it_was_none(cast: Cast, incident: Ticket) -> None:
    with LATER:
        with pytest.raises(InvalidInput) as refusal:
            cancel(incident, reason="mistake", actor=cast.agent)
        assert "outages" in refusal.value.fields
        with pytest.raises(InvalidInput):
            cancel(incident, reason="mistake", outages="told", actor=cast.agent)
        cancel(incident, reason="mistake", outages="voided", note="A drill.", actor=cast.agent)
    incident.refresh_from_db()
    assert incident.status == Status.CANCELLED
    assert Outage.objects.get().is_void
    assert OutageEvent.objects.get(kind="voided").note == "A drill."
    assert not list(find_differences(Ticket.objects.all()))


def test_the_open_parts_of_what_is_cancelled_go_on_by_themselves(
    cast: Cast, incident: Ticket
) -> None:
    part = Ticket.objects.get(parent=incident)
    with LATER:
        done, hidden = new_ticket(cast), new_ticket(cast, team=cast.confidential)
        link(done, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
        link(hidden, other=incident, kind=LinkKind.CHILD_OF, actor=cast.manager)
        resolve(done, resolution_code="solved", actor=cast.agent)
        row = cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
    assert row is not None
    freed = part.corrections.get()
    assert (freed.kind, freed.actor, freed.note) == (
        CorrectionKind.LINK_REMOVED,
        cast.agent,
        f"#{incident.pk} was cancelled.",
    )
    assert freed.action_id == row.action_id
    assert hidden.corrections.get().actor is None, "whoever cancelled it may not see that one"
    parents = dict(Ticket.objects.values_list("pk", "parent"))
    assert (parents[part.pk], parents[hidden.pk], parents[done.pk]) == (None, None, incident.pk)
    assert not list(find_differences(Ticket.objects.all()))


def test_nothing_becomes_part_of_what_is_cancelled(cast: Cast, incident: Ticket) -> None:
    with LATER:
        cancel(incident, reason="duplicate", outages="ended", actor=cast.agent)
        with pytest.raises(InvalidInput, match="is cancelled"):
            link(new_ticket(cast), other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)


def test_what_becomes_part_of_it_in_that_moment_is_left_on_nothing_cancelled(
    cast: Cast, incident: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who linked it had the incident locked first; who cancels it is asked to look again."""
    late = new_ticket(cast)

    def wait_for_the_link(*tickets: Ticket) -> None:
        other = Ticket.objects.get(pk=incident.pk)
        link(late, other=other, kind=LinkKind.CHILD_OF, actor=cast.agent)
        lock(*tickets)

    with LATER:
        monkeypatch.setattr(parts, "lock", wait_for_the_link)
        with pytest.raises(Conflict, match=f"#{late.pk} has just become part of it"):
            cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
    assert Ticket.objects.get(pk=incident.pk).is_open


@pytest.mark.parametrize("how", ["cancelled", "ended"])
def test_nobody_joins_what_is_over_in_that_moment(
    cast: Cast, incident: Ticket, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Their ticket is stored once whoever ends it is done: it is not part of what is gone."""

    def open_after_the_end(**fields: Any) -> Ticket:
        other = Ticket.objects.get(pk=incident.pk)
        if how == "cancelled":
            cancel(other, reason="mistake", outages="voided", actor=cast.agent)
        else:
            end_outage(other, actor=cast.agent)
        return open_ticket(**fields)

    tickets = Ticket.objects.count()
    with LATER:
        monkeypatch.setattr(joining, "open_ticket", open_after_the_end)
        with pytest.raises(WrongState, match="is over"):
            join_outage(Outage.objects.get(), actor=cast.other_customer)
    assert Ticket.objects.count() == tickets


@pytest.mark.parametrize("restored_at", [None, NOW + HOUR])
def test_cancelled_as_a_duplicate_its_outage_was_one(
    cast: Cast, incident: Ticket, restored_at: datetime | None
) -> None:
    with LATER:
        cancel(
            incident,
            reason="duplicate",
            outages="ended",
            restored_at=restored_at,
            actor=cast.agent,
        )
    assert Outage.objects.get().ended_at == (restored_at or NOW + 3 * HOUR)


def test_what_tells_of_a_running_outage_is_merged_into_nothing(
    cast: Cast, incident: Ticket
) -> None:
    other = new_ticket(cast)
    with pytest.raises(InvalidInput, match=f"#{other.pk} into this one"):
        merge(incident, into=other, actor=cast.agent)
    merge(other, into=incident, actor=cast.agent)
    assert Outage.objects.get().is_running


def test_what_has_open_parts_is_merged_into_nothing(cast: Cast, incident: Ticket) -> None:
    other, part = new_ticket(cast), Ticket.objects.get(parent=incident)
    with LATER:
        end_outage(incident, actor=cast.agent)
        with pytest.raises(InvalidInput, match="part of this major incident") as refusal:
            merge(incident, into=other, actor=cast.agent)
        assert "into" in refusal.value.fields
        resolve(part, resolution_code="solved", actor=cast.agent)
        merge(incident, into=other, actor=cast.agent)
    incident.refresh_from_db()
    assert incident.merged_into == other


def test_time_closes_none_whose_outage_goes_on_after_all(cast: Cast, incident: Ticket) -> None:
    with LATER:
        end("resolve", incident, cast, restored_at=NOW + HOUR)
        outage = Outage.objects.get()
        correct_outage(incident, outage=outage, kind="resumed", note="Again.", actor=cast.agent)
    assert close_resolved(at=NOW + 9 * 24 * HOUR, days=7) == 0
    with time_machine.travel(NOW + 8 * 24 * HOUR, tick=False):
        end_outage(incident, actor=cast.agent)
    assert close_resolved(at=NOW + 9 * 24 * HOUR, days=7) == 1
