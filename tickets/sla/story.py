"""What happened to a ticket, as far as promises go: plain values, each row with its place in time.

Rows that a correction took back are not in it. Every tuple ascends by (`at`, `seq`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """The status changed. `is_by_agent`: by a person of the desk (or an import), not a robot.
    `cancel_reason` is empty but for a cancellation."""

    at: datetime
    seq: int
    to_status: str
    is_by_agent: bool
    cancel_reason: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """A row of the escalation ledger."""

    at: datetime
    seq: int
    kind: str
    from_level: int
    to_level: int
    is_warm: bool


@dataclass(frozen=True, slots=True)
class Spoke:
    """Somebody spoke to the other side: a public message, or a live contact (by the desk). What a
    customer writes inside a live contact is none: there, both speak at once."""

    at: datetime
    seq: int
    is_by_agent: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """From here on this version of a policy holds; None: no policy."""

    at: datetime
    seq: int
    version_key: int | None


@dataclass(frozen=True, slots=True)
class Noted:
    """An alarm that was sounded about a promise. `began_seq` is the row that the promise began
    with: it tells promises of a kind apart, also where corrections change how many there are."""

    seq: int
    alarm: str
    kind: str
    level: int
    began_seq: int
    due_at: datetime
    version_key: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A correction, the row `seq`, took back a change of status that was made `at`."""

    at: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything about one ticket that a promise depends on."""

    ticket_key: int
    received_at: datetime
    entry_level: int
    calendar_key: int
    moves: tuple[Moved, ...]
    hands: tuple[Handed, ...] = ()
    speech: tuple[Spoke, ...] = ()
    choices: tuple[Chosen, ...] = ()
    alarms: tuple[Noted, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
