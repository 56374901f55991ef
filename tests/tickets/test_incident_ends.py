"""A major incident that is done with leaves no outage running: somebody says what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.choices import CorrectionKind, LinkKind, Status
from tickets.errors import InvalidInput, WrongState
from tickets.ledger import Action
from tickets.models import Correction, Outage, OutageEvent, Ticket
from tickets.selectors.incidents import incident_of
from tickets.services import joining, parts, states
from tickets.services.base import begin, finish
from tickets.services.broadcasting import resolve_all
from tickets.services.joining import join_outage
from tickets.services.ledger_check import find_differences
from tickets.services.opening import open_ticket
from tickets.services.outages import correct_outage, declare_outage, end_outage
from tickets.services.parts import free_parts
from tickets.services.relating import link, merge
from tickets.services.states import cancel, close, close_resolved, reopen, resolve

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
        assert (free_parts(), free_parts()) == (2, 0)
    assert row is not None
    freed = part.corrections.get()
    assert (freed.kind, freed.actor, freed.source, freed.note) == (
        CorrectionKind.LINK_REMOVED,
        cast.agent,
        row.source,
        f"#{incident.pk} was cancelled.",
    )
    assert freed.action_id == row.action_id
    assert hidden.corrections.get().actor is None, "whoever cancelled it may not see that one"
    parents = dict(Ticket.objects.values_list("pk", "parent"))
    assert (parents[part.pk], parents[hidden.pk], parents[done.pk]) == (None, None, incident.pk)
    assert not list(find_differences(Ticket.objects.all()))


def test_cancelling_costs_the_same_however_many_parts_there_are(cast: Cast) -> None:
    """The worker takes them out: nobody waits for hundreds."""
    service, costs = make_service(), []
    for parts_of_it in (1, 5):
        incident = new_ticket(cast)
        declare_outage(incident, services=[service], actor=cast.agent)
        for _ in range(parts_of_it):
            link(new_ticket(cast), other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
        with CaptureQueriesContext(connection) as asked:
            cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_the_page_looks_again_until_the_last_is_taken_out(cast: Cast, incident: Ticket) -> None:
    with LATER:
        cancel(incident, reason="duplicate", outages="ended", actor=cast.agent)
        before = incident_of(incident, user=cast.agent)
        free_parts()
        after = incident_of(incident, user=cast.agent)
    assert before is not None
    assert after is not None
    assert (before.is_busy, after.is_busy) == (True, False)


def test_nothing_is_taken_out_of_what_goes_on(cast: Cast, incident: Ticket) -> None:
    with LATER:
        end("resolve", incident, cast, restored_at=NOW + HOUR)
    assert free_parts() == 0
    assert Ticket.objects.filter(parent=incident).count() == 1


def test_a_worker_that_dies_leaves_the_parts_to_the_next(
    cast: Cast, incident: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the row, before the end of its transaction: the row is gone with it."""
    with LATER:
        link(new_ticket(cast), other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
        cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
        deaths = iter((False, True))

        def finish_and_die(action: Action) -> None:
            finish(action)
            if next(deaths):
                raise KeyboardInterrupt

        monkeypatch.setattr(parts, "finish", finish_and_die)
        with pytest.raises(KeyboardInterrupt):
            free_parts()
        assert Ticket.objects.filter(parent=incident).count() == 1
        monkeypatch.undo()
        assert free_parts() == 1
    assert Correction.objects.count() == 2
    assert not list(find_differences(Ticket.objects.all()))


def test_one_that_breaks_does_not_hold_up_the_others(
    cast: Cast, incident: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LATER:
        whole = new_ticket(cast)
        link(whole, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
        cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
        breaks = Ticket.objects.get(parent=incident, pk__lt=whole.pk)

        def begin_or_break(ticket: Ticket, *args: Any, **kwargs: Any) -> Action:
            if ticket.pk == breaks.pk:
                raise RuntimeError
            return begin(ticket, *args, **kwargs)

        monkeypatch.setattr(parts, "begin", begin_or_break)
        assert free_parts() == 1
    assert list(Ticket.objects.filter(parent=incident)) == [breaks]


def test_what_is_reopened_later_goes_on_by_itself_too(cast: Cast, incident: Ticket) -> None:
    part = Ticket.objects.get(parent=incident)
    with LATER:
        resolve(part, resolution_code="solved", actor=cast.agent)
        cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
        assert free_parts() == 0
        reopen(part, reason="It is back.", actor=cast.agent)
        assert free_parts() == 1
    part.refresh_from_db()
    assert part.parent is None
    assert part.corrections.get().actor is None, "nobody did it that day"


def test_nothing_is_resolved_with_what_is_cancelled(cast: Cast, incident: Ticket) -> None:
    """Its parts hang on it until the worker comes by."""
    with LATER:
        cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
        with pytest.raises(WrongState, match="go on by themselves"):
            end("resolve_all", incident, cast)


def test_nothing_becomes_part_of_what_is_cancelled(cast: Cast, incident: Ticket) -> None:
    with LATER:
        cancel(incident, reason="duplicate", outages="ended", actor=cast.agent)
        with pytest.raises(InvalidInput, match="is cancelled"):
            link(new_ticket(cast), other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)


def test_what_became_part_of_it_just_before_goes_on_by_itself(
    cast: Cast, incident: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who linked it had the incident locked first; who cancels it waited for that."""
    late = new_ticket(cast)

    def wait_for_the_link(ticket: Ticket, *args: Any, **kwargs: Any) -> Action:
        other = Ticket.objects.get(pk=incident.pk)
        link(late, other=other, kind=LinkKind.CHILD_OF, actor=cast.agent)
        return begin(ticket, *args, **kwargs)

    with LATER:
        monkeypatch.setattr(states, "begin", wait_for_the_link)
        cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
        free_parts()
    assert not Ticket.objects.filter(parent=incident).exists()
    assert late.corrections.get().kind == CorrectionKind.LINK_REMOVED


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
