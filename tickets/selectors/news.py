"""What others did to a ticket since somebody opened its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from tickets import formats
from tickets.choices import Capacity, EscalationKind, Visibility
from tickets.models import (
    Assignment,
    Escalation,
    LedgerRow,
    Message,
    PropertyChange,
    Ticket,
    Transition,
)
from tickets.selectors import words

MINUTE = 60
ESCALATED = {
    EscalationKind.FUNCTIONAL: "escalated it",
    EscalationKind.HIERARCHICAL: "drew a manager in",
    EscalationKind.ACCEPTED: "accepted it",
    EscalationKind.RETURNED: "returned it",
    EscalationKind.DEESCALATED: "de-escalated it",
    EscalationKind.SHIFTED: "corrected the level",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The latest of it: who did what, and when; `message` where it was written words."""

    actor: User | None
    words: str
    at: datetime
    message: Message | None = None

    def sentence(self, *, now: datetime) -> str:
        """Write it as a sentence without its end: "Anna Staff replied 10 s ago"."""
        seconds = max(0.0, (now - self.at).total_seconds())
        ago = formats.duration(seconds) if seconds < MINUTE else formats.age(seconds)
        return f"{self.actor or 'The desk'} {self.words} {ago} ago"


SAID: tuple[tuple[type[LedgerRow], Callable[[Any], str]], ...] = (
    (Escalation, lambda row: ESCALATED[EscalationKind(row.kind)]),
    (Transition, words.transition_words),
    (Assignment, words.assignment_words),
    (PropertyChange, lambda row: words.change_words([row])),
)


def news_since(ticket: Ticket, seq: int, *, reader: User) -> News | None:
    """Return the latest that others did after the row `seq`; what was written goes before all
    else. None: nothing. One query while nothing happened is none; at most five."""
    if ticket.ledger_seq <= seq:
        return None
    written = _latest(Message, ticket, seq, reader=reader)
    if isinstance(written, Message):
        return of_message(written)
    found = [
        (row, say(row))
        for model, say in SAID
        if (row := _latest(model, ticket, seq, reader=reader)) is not None
    ]
    if not found:
        return None
    latest, _ = max(found, key=lambda pair: pair[0].seq)
    # An action that did several things is told by the first of them, in the order above.
    row, said = next(pair for pair in found if pair[0].action_id == latest.action_id)
    return News(actor=row.actor, words=said, at=row.occurred_at)


def of_message(row: Message) -> News:
    """Tell of a message: a customer writes, an agent replies or adds a note."""
    if row.author_capacity == Capacity.CUSTOMER:
        said = "wrote"
    else:
        said = "replied" if row.visibility == Visibility.PUBLIC else "added a note"
    return News(actor=row.author or row.actor, words=said, at=row.occurred_at, message=row)


def _latest(model: type[LedgerRow], ticket: Ticket, seq: int, *, reader: User) -> LedgerRow | None:
    rows = model._default_manager.filter(ticket=ticket, seq__gt=seq).exclude(actor=reader)
    around = ("actor", "author") if model is Message else ("actor",)
    return rows.select_related(*around).order_by("-seq").first()
