"""Who answers for a ticket above its agent: its team's leads and, where there are none, whoever
comes next. Promises about time are told to somebody in any case."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from accounts.choices import Role
from accounts.models import Membership, Team, User
from tickets import access
from tickets.models import Ticket


def leads_of(ticket: Ticket, team: Team | None) -> Sequence[User]:
    """Who leads the team that holds, or held, a ticket; where nobody does, who leads a team of its
    level and may see the ticket; where nobody does, the managers. By name."""
    return next((people for people in _chain(ticket, team) if people), ())


def next_lead(ticket: Ticket, *, besides: Collection[User | None]) -> User | None:
    """The first to be drawn in who is not one of those whose work it is about; None where there is
    nobody else."""
    chain = (person for people in _chain(ticket, ticket.team) for person in people)
    return next((person for person in chain if person not in besides), None)


def teams_without() -> Sequence[Team]:
    """The teams in use for whose tickets `leads_of` would find nobody. Three queries at most."""
    if User.objects.filter(is_active=True, role=Role.MANAGER).exists():
        return ()
    leading = Membership.objects.filter(is_lead=True, user__is_active=True)
    led = set(leading.values_list("team", flat=True))
    teams = list(Team.objects.filter(is_active=True))
    levels = {team.level for team in teams if team.pk in led}
    # Who leads beside a confidential team does not see its tickets.
    return [
        team
        for team in teams
        if team.pk not in led and (team.is_confidential or team.level not in levels)
    ]


def _chain(ticket: Ticket, team: Team | None) -> Iterator[Sequence[User]]:
    """Yield groups of people, the nearest first; a query each."""
    active = User.objects.filter(is_active=True).order_by("name", "pk").distinct()
    if team is not None:
        yield list(active.filter(memberships__team=team, memberships__is_lead=True))
    level = ticket.level if team is None else team.level
    beside = active.filter(
        memberships__team__level=level,
        memberships__team__is_active=True,
        memberships__is_lead=True,
    )
    yield [person for person in beside if access.may_see(person, ticket)]
    yield list(active.filter(role=Role.MANAGER))
