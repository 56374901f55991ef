"""Lets a ticket's promises follow what changed around it while its own ledger did not grow: a
policy, an organization's tier, the category tree, a calendar."""

from __future__ import annotations

from datetime import datetime

from tickets.choices import TargetState
from tickets.models import Ticket
from tickets.selectors.rulebook import rule_book
from tickets.services.alarms import by_system, note_found, sound_missed
from tickets.services.choosing import choose_policy
from tickets.services.promises import settle_promises
from tickets.sla.terms import RuleBook


def is_behind(ticket: Ticket, book: RuleBook) -> bool:
    """Whether something changed around a locked ticket that its promises do not follow yet. What is
    done with keeps its policy."""
    is_outdated = ticket.is_open and ticket.sla_revision < book.revision
    return ticket.sla_stale_since is not None or is_outdated


def follow(ticket: Ticket, *, now: datetime) -> None:
    """Bring a locked ticket's promises up to date. What was missed before the change stays missed,
    what was spent stays spent. Calling twice changes nothing the second time."""
    if ticket.sla_stale_since is not None:
        sound_missed(ticket, before=ticket.sla_stale_since, now=now)
    kept = {
        (row.kind, row.level, row.began_seq)
        for row in ticket.sla_targets.filter(state=TargetState.MET)
    }
    book = rule_book()
    _choose(ticket, book, now=now)
    found = [
        promise
        for promise in settle_promises(ticket, book)
        if promise.alarm_by(now) and (promise.kind, promise.level, promise.began_seq) in kept
    ]
    if found:
        note_found(ticket, found, now=now)
        settle_promises(ticket, book)


def _choose(ticket: Ticket, book: RuleBook, *, now: datetime) -> None:
    """Without another policy the ledger does not grow, and nothing has to be measured anew."""
    action = by_system(ticket, now=now)
    choose_policy(action, book)
    ticket.sla_stale_since = None
    if action.rows:
        action.store()
    ticket.save(update_fields=["sla_revision", "sla_stale_since"])
