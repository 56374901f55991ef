"""To whom a ticket can be given: what they have open, and what they know well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts.models import Membership, Team, User
from tickets.choices import OPEN_STATUSES
from tickets.models import AgentSkill, Category, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may get it. `skills` are names of categories, by name; `has_skill`: one of them
    is the ticket's category, or above it."""

    user: User
    open_tickets: int
    skills: Sequence[str]
    has_skill: bool
    is_of_team: bool


def candidates(
    people: QuerySet[User], *, category: Category | None = None, team: Team | None = None
) -> list[Candidate]:
    """Return these people: who knows the category first, then the team's; of each, who has least
    open. Four queries at most."""
    skills: dict[int, list[Category]] = defaultdict(list)
    for skill in AgentSkill.objects.filter(user__in=people).select_related("category"):
        skills[skill.user_id].append(skill.category)
    load = _load(people)
    members = _members(team)
    found = [
        Candidate(
            user=user,
            open_tickets=load.get(user.pk, 0),
            skills=sorted(each.name for each in skills[user.pk]),
            has_skill=any(covers(each, category) for each in skills[user.pk]),
            is_of_team=user.pk in members,
        )
        for user in people
    ]
    return sorted(found, key=_rank)


def covers(skill: Category, category: Category | None) -> bool:
    """Answer whether who knows `skill` knows `category`: it is the same, or below it."""
    return category is not None and f"{category.path} › ".startswith(f"{skill.path} › ")


def knowing_by_team(category: Category | None) -> dict[int, int]:
    """Count by team how many of its members know a category; a team without any is left out."""
    if category is None:
        return {}
    skilled = AgentSkill.objects.filter(user__is_active=True).select_related("category")
    knowing = {skill.user_id for skill in skilled if covers(skill.category, category)}
    members = Membership.objects.filter(user__in=knowing).order_by()
    return dict(members.values_list("team").annotate(Count("user")))


def _load(people: QuerySet[User]) -> dict[int, int]:
    """All that each has open, also what the reader may not see: it is no less work."""
    held = Ticket.objects.filter(assignee__in=people, status__in=OPEN_STATUSES).order_by()
    return {pk: number for pk, number in held.values_list("assignee").annotate(Count("pk")) if pk}


def _members(team: Team | None) -> frozenset[int]:
    rows: Iterable[int] = team.memberships.values_list("user", flat=True) if team else ()
    return frozenset(rows)


def _rank(candidate: Candidate) -> tuple[bool, bool, int, str]:
    return (
        not candidate.has_skill,
        not candidate.is_of_team,
        candidate.open_tickets,
        candidate.user.name.casefold(),
    )
