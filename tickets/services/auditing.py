"""Auditing what was resolved above L1: who leads looks at a sample, and overrules the resolver."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from tickets.audits import L1Answer, l1_answer
from tickets.choices import CorrectionKind, Source
from tickets.errors import WrongState
from tickets.lifecycle import Verb
from tickets.models import Correction, Ticket, Transition
from tickets.services.base import begin, finish
from tickets.services.routing import check_note


@transaction.atomic
def audit_l1(
    ticket: Ticket,
    *,
    is_l1_capable: bool,
    note: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Correction | None:
    """Say whether L1 could have solved a ticket that was resolved above it, and why. It counts
    instead of the resolver's answer and of earlier audits, until the ticket is resolved anew.

    Nobody is told, customers least of all. None where the newest audit says the same in the same
    words. Raises WrongState where the ticket was resolved at L1.
    """
    action = begin(ticket, Verb.AUDIT_L1, actor=actor, source=source, at=at)
    said, words = _answer(ticket), check_note(note)
    if said.audit and (said.audit.is_l1_capable, said.audit.note) == (is_l1_capable, words):
        return None
    row = action.correct(CorrectionKind.L1_AUDITED, is_l1_capable=is_l1_capable, note=words)
    finish(action)
    return row


def _answer(ticket: Ticket) -> L1Answer:
    corrections = list(Correction.objects.filter(ticket=ticket))
    voided = {row.transition_id for row in corrections if row.transition_id is not None}
    found = l1_answer(Transition.objects.filter(ticket=ticket), corrections, voided=voided)
    if found is None:
        raise WrongState("This ticket cannot be audited: it was resolved at L1.")
    return found
