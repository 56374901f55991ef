"""What happened inside a live contact, line by line, and which level held the ticket meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from tickets.choices import LegKind
from tickets.models import Contact, ContactLeg, Escalation
from tickets.selectors.history import History

SAID = {
    LegKind.JOINED: "joined",
    LegKind.TRANSFERRED: "took the call over",
    LegKind.ENDED: "ended it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One line inside a call; `level` held the ticket from it on, and `is_move` says whether it
    came there by this line."""

    at: datetime
    actor: User | None
    words: str
    seq: int
    level: int
    note: str = ""
    is_move: bool = False


def legs_of(contact: Contact, history: History, *, ended_at: datetime | None) -> list[Leg]:
    """List who joined, took over and ended a call, and each change of level while it ran, in
    order. `ended_at` None: it still runs. Touches no database."""
    own = [_leg(row, history) for row in history.legs if row.contact_id == contact.pk]
    moves = [
        _move(row)
        for row in history.escalations
        if row.contact_id == contact.pk or _is_inside(row, contact, ended_at=ended_at)
    ]
    return sorted([*own, *moves], key=lambda leg: (leg.at, leg.seq))


def _leg(row: ContactLeg, history: History) -> Leg:
    return Leg(
        at=row.occurred_at,
        actor=row.agent or row.actor,
        words=SAID[LegKind(row.kind)],
        seq=row.seq,
        level=_level_at(row, history),
        note=row.note,
    )


def _level_at(row: ContactLeg, history: History) -> int:
    """A leg that was entered later carries the level of that day; the escalations before it say
    which level held the ticket when it happened."""
    before = [
        each.to_level
        for each in history.escalations
        if (each.occurred_at, each.seq) <= (row.occurred_at, row.seq)
    ]
    first = history.transitions[0].level if history.transitions else row.level
    return before[-1] if before else first


def _is_inside(row: Escalation, contact: Contact, *, ended_at: datetime | None) -> bool:
    """A return or a cold hand-over while the call runs moves its spine too."""
    is_before_the_end = ended_at is None or row.occurred_at < ended_at
    has_begun = row.occurred_at >= contact.occurred_at
    return row.from_level != row.to_level and has_begun and is_before_the_end


def _move(row: Escalation) -> Leg:
    to = f"{row.get_to_level_display()}" + (f", {row.to_team}" if row.to_team else "")
    warm = f"transferred warm to {to}; the customer stayed on the line"
    return Leg(
        at=row.occurred_at,
        actor=row.actor,
        words=warm if row.is_warm else f"moved the ticket to {to}",
        seq=row.seq,
        level=row.to_level,
        is_move=True,
    )
