"""To whom an act is credited: who acted, at the level and team of that moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.facts.replay import Change, Replay
from tickets.choices import Capacity


@dataclass(frozen=True, slots=True)
class Credit:
    """Level, team and agent of an act; keys are 0 for none."""

    level: int
    team_key: int
    agent_key: int


def credit_of(change: Change, replay: Replay) -> Credit:
    """Return who is credited with a change of status.

    The agent who did it; where a customer, a machine or an import without names did, the one who
    held the ticket. A ticket that nobody held is credited to who took it with that very act.
    """
    row = change.row
    after = replay.held_after(change.at)
    by_agent = row.actor_key if row.capacity in (Capacity.AGENT, Capacity.IMPORT) else 0
    return Credit(
        level=row.level,
        team_key=row.team_key or after.team_key,
        agent_key=by_agent or row.assignee_key or after.agent_key,
    )
