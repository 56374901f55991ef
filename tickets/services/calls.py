"""Parts of commands that concern the live contact under way; the commands are in contacting.py."""

from __future__ import annotations

from accounts.models import User
from tickets.choices import LegKind
from tickets.ledger import Action
from tickets.models import ContactLeg


def end_live(action: Action, *, note: str = "") -> ContactLeg | None:
    """End the live contact that runs on the action's ticket; None where none does."""
    contact = action.ticket.live_contact
    if contact is None:
        return None
    return action.add_leg(contact, LegKind.ENDED, agent=action.actor, note=note)


def hand_call_to(action: Action, agent: User) -> ContactLeg | None:
    """Transfer the live contact that runs to `agent`; None where none does."""
    contact = action.ticket.live_contact
    if contact is None:
        return None
    return action.add_leg(contact, LegKind.TRANSFERRED, agent=agent)
