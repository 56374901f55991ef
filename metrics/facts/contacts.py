"""Facts about contacts: how many, what happened in the first, and whether it was enough. Pure.

Without a contact record (imports) nothing is known: numbers are 0 or None, FCR is unmeasured.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.facts.replay import Change, Replay
from metrics.history import History, LevelMove
from tickets.contacts import ContactSpan, derive_contacts


@dataclass(frozen=True, kw_only=True)
class ContactFacts:
    """Field names are those of `TicketFacts`."""

    has_contact_record: bool
    contacts: int
    contacts_to_resolution: int | None
    has_live_hand_over: bool
    has_cold_escalation_first: bool
    is_first_contact_over: bool
    is_resolved_in_first_contact: bool | None
    self_service_before_seconds: float | None


def contacts_of(history: History) -> tuple[ContactSpan, ...]:
    """Return the contacts of a ticket, in order of their beginnings."""
    ended = {call.pk: call.ended_at for call in history.live if call.ended_at is not None}
    return derive_contacts(history.messages, history.live, ended=ended)


def contact_facts(history: History, replay: Replay) -> ContactFacts:
    """Measure one ticket. "First" means before the first resolution, or until now without one."""
    spans = contacts_of(history) if history.has_contact_record else ()
    first = replay.first_resolution
    begun = sum(_is_before(span, first) for span in spans)
    is_cold = any(
        move.is_up and not move.is_warm and _is_before(move, first) for move in history.moves
    )
    is_resolved = first is not None and history.has_contact_record
    searched_at = history.self_service_at
    return ContactFacts(
        has_contact_record=history.has_contact_record,
        contacts=len(spans),
        contacts_to_resolution=begun if is_resolved else None,
        has_live_hand_over=_has_live_hand_over(history, spans),
        has_cold_escalation_first=is_cold,
        is_first_contact_over=begun > 1,
        is_resolved_in_first_contact=(begun <= 1 and not is_cold) if is_resolved else None,
        self_service_before_seconds=(
            (history.received_at - searched_at).total_seconds() if searched_at else None
        ),
    )


def _is_before(what: ContactSpan | LevelMove, resolution: Change | None) -> bool:
    at = what.started_at if isinstance(what, ContactSpan) else what.occurred_at
    return resolution is None or (at, what.seq) < resolution.row.place


def _has_live_hand_over(history: History, spans: tuple[ContactSpan, ...]) -> bool:
    """Whether a warm escalation took place inside the first contact."""
    if not spans or not spans[0].is_live:
        return False
    return any(move.is_warm and move.contact_pk == spans[0].live_pk for move in history.moves)
