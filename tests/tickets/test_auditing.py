"""Audits of what was resolved above L1: the newest one counts, until it is resolved anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import resolved_above_l1, ticket_in
from tickets import access
from tickets.choices import CorrectionKind, Source, Status
from tickets.errors import InvalidInput, NotAllowed, WrongState
from tickets.lifecycle import Verb
from tickets.models import Correction, Message, Ticket
from tickets.selectors.history import load_history
from tickets.services.auditing import audit_l1
from tickets.services.base import begin, finish
from tickets.services.ledger_check import find_differences
from tickets.services.states import reopen, resolve
from tickets.services.talking import acknowledge, reply_as_customer
from tickets.services.undoing import can_undo

HOUR = timedelta(hours=1)


def _counts(ticket: Ticket) -> bool | None:
    answer = load_history(Ticket.objects.get(pk=ticket.pk)).l1_answer
    return answer.is_l1_capable if answer else None


def test_an_audit_counts_instead_of_the_resolver_and_tells_nobody(
    cast: Cast, now: datetime
) -> None:
    ticket = resolved_above_l1(cast, at=now)
    before = (ticket.status, ticket.status_since, ticket.assignee, ticket.notices.count())
    assert _counts(ticket) is False
    row = audit_l1(
        ticket, is_l1_capable=True, note=" A reset. ", actor=cast.lead, at=now + 2 * HOUR
    )
    assert row is not None
    assert (row.kind, row.is_l1_capable, row.note) == (CorrectionKind.L1_AUDITED, True, "A reset.")
    assert (row.actor, row.occurred_at) == (cast.lead, now + 2 * HOUR)
    ticket.refresh_from_db()
    after = (ticket.status, ticket.status_since, ticket.assignee, ticket.notices.count())
    assert (after, _counts(ticket)) == (before, True)
    assert not can_undo(ticket, action_id=row.action_id), "a later audit overrules it"
    assert not list(find_differences(Ticket.objects.all()))


def test_the_newest_audit_wins_and_the_same_again_is_none(cast: Cast, now: datetime) -> None:
    ticket = resolved_above_l1(cast, at=now)
    audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead, at=now + 2 * HOUR)
    rows = count_rows(ticket)
    assert audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.manager) is None
    assert count_rows(ticket) == rows
    audit_l1(ticket, is_l1_capable=False, note="Needs root.", actor=cast.manager)
    assert (_counts(ticket), count_rows(ticket)) == (False, rows + 1)


def test_who_does_not_lead_audits_nothing(cast: Cast, now: datetime) -> None:
    ticket = resolved_above_l1(cast, at=now)
    rows = count_rows(ticket)
    for who in (cast.agent, cast.l2_agent, cast.customer):
        with pytest.raises(NotAllowed):
            audit_l1(ticket, is_l1_capable=True, note="So.", actor=who)
    assert count_rows(ticket) == rows
    for who in (cast.lead, cast.manager, cast.administrator):
        assert audit_l1(ticket, is_l1_capable=True, note=who.name, actor=who)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_what_l1_resolved_is_not_audited(cast: Cast, now: datetime, status: str) -> None:
    ticket = ticket_in(cast, status, at=now)
    assert Verb.AUDIT_L1 not in access.verbs_for(cast.lead, ticket)
    assert Verb.AUDIT_L1 in access.verbs_for(cast.lead, resolved_above_l1(cast, at=now))
    with pytest.raises(WrongState, match="resolved at L1"):
        audit_l1(ticket, is_l1_capable=True, note="So.", actor=cast.lead)
    assert not Correction.objects.exists()


def test_an_audit_gives_its_reason(cast: Cast, now: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        audit_l1(resolved_above_l1(cast, at=now), is_l1_capable=True, note=" ", actor=cast.lead)
    assert refused.value.fields.keys() == {"note"}


def test_a_new_resolution_starts_anew(cast: Cast, now: datetime) -> None:
    ticket = resolved_above_l1(cast, at=now)
    audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead, at=now + 2 * HOUR)
    reopen(ticket, reason="Again.", actor=cast.l2_agent, at=now + 3 * HOUR)
    assert _counts(ticket) is None
    again = now + 4 * HOUR
    resolve(ticket, resolution_code="solved", is_l1_capable=False, actor=cast.l2_agent, at=again)
    assert _counts(ticket) is False
    assert audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead), "said anew"
    assert _counts(ticket) is True
    assert not list(find_differences(Ticket.objects.all()))


def test_an_audit_stays_where_the_reopen_after_it_was_only_thanks(
    cast: Cast, now: datetime
) -> None:
    ticket = resolved_above_l1(cast, at=now)
    audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead, at=now + 2 * HOUR)
    thanks = reply_as_customer(ticket, body="Thanks!", actor=cast.customer, at=now + 3 * HOUR)
    assert isinstance(thanks, Message)
    acknowledge(ticket, message=thanks, actor=cast.l2_agent, at=now + 4 * HOUR)
    assert _counts(ticket) is True
    assert not list(find_differences(Ticket.objects.all()))


def test_an_audit_that_cannot_be_is_found(cast: Cast, now: datetime) -> None:
    """Written past the command: on an open ticket, and naming a row as if it took it back."""
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    action = begin(ticket, Verb.ADD_NOTE, actor=cast.lead, source=Source.WEB, at=None)
    action.correct(CorrectionKind.L1_AUDITED, is_l1_capable=True, note="So.")
    finish(action)
    (found,) = find_differences(Ticket.objects.all())
    assert "audits what was not resolved above L1" in str(found)
    other = resolved_above_l1(cast, at=now)
    row = audit_l1(other, is_l1_capable=True, note="So.", actor=cast.lead)
    assert row is not None
    moved = other.transitions.get(to_status=Status.RESOLVED)
    Correction.objects.filter(pk=row.pk).update(transition=moved)
    told = [each.words for each in find_differences(Ticket.objects.filter(pk=other.pk))]
    assert f"seq {row.seq} names a row that it cannot be about" in told
