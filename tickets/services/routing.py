"""Which team gets a ticket where nobody named one, and whether a named one fits."""

from __future__ import annotations

from accounts.choices import SupportLevel
from accounts.models import Team, User
from tickets.choices import EscalationReason
from tickets.errors import InvalidInput
from tickets.models import Category, Ticket
from tickets.services.base import require_choice, require_text


def find_team(level: int, category: Category | None) -> Team | None:
    """The team of `level` that works `category`; else the only one of that level; else None.

    Confidential teams get only what is sent to them by name.
    """
    usual = usual_team(category)
    if usual and usual.level == level:
        return usual
    teams = list(Team.objects.filter(level=level, is_active=True, is_confidential=False)[:2])
    return teams[0] if len(teams) == 1 else None


def usual_team(category: Category | None) -> Team | None:
    """The team that a category names; None for one that works no more."""
    team = category.default_team if category else None
    return team if team and team.is_active else None


def own_team(agent: User, level: int) -> Team | None:
    """The agent's team of a level; None where they are in none, or only in confidential ones."""
    return agent.teams.filter(level=level, is_active=True, is_confidential=False).first()


def choose_team(ticket: Ticket, *, level: int | None, team: Team | None) -> Team:
    """The team that a ticket moves to. Raises InvalidInput where neither level nor team says it,
    the two disagree, or the team works no more."""
    if team is None:
        return _only_team(ticket, level)
    if not team.is_active:
        raise InvalidInput(f"{team} takes no more tickets: choose another team.")
    if level is not None and team.level != level:
        words = f"{team} works {SupportLevel(team.level).label}: choose a team of that level."
        raise InvalidInput(words, fields={"to_team": words})
    return team


def _only_team(ticket: Ticket, level: int | None) -> Team:
    if level not in SupportLevel.values:
        raise InvalidInput("Choose a level or a team.", fields={"to_level": "Choose a level."})
    team = find_team(SupportLevel(level), ticket.category)
    if team is None:
        words = f"Choose the team: {SupportLevel(level).label} has none or several."
        raise InvalidInput(words, fields={"to_team": words})
    return team


def check_agent(agent: User, team: Team | None) -> None:
    """Raise InvalidInput unless the ticket can be given to `agent` in `team`."""
    if not agent.is_agent or not agent.is_active:
        words = f"{agent} works no tickets: choose an agent."
    elif team and team.is_confidential and not team.memberships.filter(user=agent).exists():
        words = f"{agent} is no member of {team}: choose one of its members."
    else:
        return
    raise InvalidInput(words, fields={"assignee": words})


def check_reason(reason: str) -> str:
    """Return an escalation's reason. Raises InvalidInput for one that is not on the list."""
    return require_choice(reason, EscalationReason, field="reason")


def check_note(note: str) -> str:
    """Return a required note, stripped. Raises InvalidInput where it is empty."""
    return require_text(note, field="note", message="Say in a sentence why.")
