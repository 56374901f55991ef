"""Everything that the history of one ticket tells, put together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from metrics.facts.clock import Clock
from metrics.facts.contacts import ContactFacts, contact_facts
from metrics.facts.cost import cost_of
from metrics.facts.feedback import FeedbackFacts, SurveyRow, feedback_facts, surveys
from metrics.facts.followups import OwnFollowup, own_followup
from metrics.facts.levels import EscalationRow, LevelFacts, escalations, level_facts
from metrics.facts.outages import OutageRow, outages
from metrics.facts.replay import Replay, replay
from metrics.facts.resolution import CycleRow, ResolutionFacts, cycles, resolution_facts
from metrics.facts.response import ResponseFacts, TurnRow, response_facts, turns
from metrics.facts.stays import StayRow, stays
from metrics.facts.targets import TargetRow, targets
from metrics.history import Dimensions, History
from tickets.choices import OPEN_STATUSES, Status


@dataclass(frozen=True, kw_only=True)
class StateFacts:
    """What a ticket is now, and its receipt; field names are those of `TicketFacts`."""

    ledger_seq: int
    entry_level: int
    entry_team_key: int
    received_at: datetime
    received_on: date
    cancelled_on: date | None
    cancel_reason: str
    status: str
    is_cancelled: bool
    is_open: bool
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The facts of one ticket: `parts` make up its row of `TicketFacts`, the rest rows of their
    own. What other tickets tell is not in it (see `LaterFacts`)."""

    ticket_key: int
    dimensions: Dimensions
    state: StateFacts
    response: ResponseFacts
    resolution: ResolutionFacts
    levels: LevelFacts
    contacts: ContactFacts
    own_followup: OwnFollowup
    turns: tuple[TurnRow, ...]
    cycles: tuple[CycleRow, ...]
    stays: tuple[StayRow, ...]
    escalations: tuple[EscalationRow, ...]
    targets: tuple[TargetRow, ...]
    surveys: tuple[SurveyRow, ...]
    feedback: FeedbackFacts
    outages: tuple[OutageRow, ...]


def measure(history: History, clock: Clock, costs: Mapping[int, Decimal]) -> Measured:
    """Measure one ticket. `costs` is what a ticket costs at each level. Calling twice with the same
    history gives the same facts: nothing depends on the present moment."""
    played = replay(history)
    asked = surveys(history, played, clock)
    return Measured(
        ticket_key=history.ticket_key,
        dimensions=history.dimensions,
        state=_state(history, played, clock, costs),
        response=response_facts(history, played, clock),
        resolution=resolution_facts(history, played, clock),
        levels=level_facts(history, played),
        contacts=contact_facts(history, played),
        own_followup=own_followup(history, played, clock.business),
        turns=turns(history, played, clock),
        cycles=cycles(history, played, clock),
        stays=stays(played, clock),
        escalations=escalations(history, clock),
        targets=targets(history, played, clock),
        surveys=asked,
        feedback=feedback_facts(asked),
        outages=outages(history, clock),
    )


def _state(
    history: History, played: Replay, clock: Clock, costs: Mapping[int, Decimal]
) -> StateFacts:
    is_cancelled = played.status == Status.CANCELLED
    last = played.changes[-1]
    return StateFacts(
        ledger_seq=history.ledger_seq,
        entry_level=history.entry_level,
        entry_team_key=history.entry_team_key,
        received_at=history.received_at,
        received_on=clock.day(history.received_at),
        cancelled_on=clock.day(last.at) if is_cancelled else None,
        cancel_reason=last.row.cancel_reason if is_cancelled else "",
        status=played.status,
        is_cancelled=is_cancelled,
        is_open=played.status in OPEN_STATUSES,
        cost=cost_of(played, costs),
    )
