"""The field in which somebody of the desk is chosen: by name, load and what they know."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from django import forms
from django.db.models import QuerySet

from accounts.models import STAFF_ROLES, Team, User
from tickets.models import Category, Ticket
from tickets.selectors.candidates import Candidate, candidates

MOST_SKILLS: Final = 3
"""Named beside a person; more would hide who it is."""

NOBODY: Final = "nobody"
KNOWS, TEAM, OTHERS = "knows", "team", "others"


class PersonOrNobody(forms.ModelChoiceField[User]):
    """Somebody of the desk, or nobody where that is chosen: silence is neither, or pressing the
    button at once would take a ticket from who has it."""

    def clean(self, value: object) -> User | None:
        """Return who was chosen; None is nobody."""
        found: User | None = None if value == NOBODY else super().clean(value)
        return found


def person_or_nobody() -> PersonOrNobody:
    """The field of who gets a ticket; `offer_people` fills it."""
    return PersonOrNobody(
        User.objects.none(),
        label="To",
        empty_label="Choose",
        error_messages={"required": "Choose who gets it, or nobody."},
    )


def staff() -> QuerySet[User]:
    """Everybody who works for the desk."""
    return User.objects.filter(role__in=STAFF_ROLES, is_active=True)


def offer_people(
    form: forms.Form, name: str, people: QuerySet[User], *, ticket: Ticket | None = None
) -> None:
    """Let a field choose among these people. Who knows the ticket's category stands first, then
    its team; without a ticket all stand together."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # the forms that ask say so
    category, team = (ticket.category, ticket.team) if ticket else (None, None)
    field.queryset = people
    found = candidates(people, category=category, team=team)
    none = [(NOBODY, "Nobody: back to the team’s list")]
    field.choices = [
        ("", field.empty_label or ""),
        *(none if isinstance(field, PersonOrNobody) else []),
        *_grouped(found, category=category, team=team),
    ]


def _grouped(
    found: Sequence[Candidate], *, category: Category | None, team: Team | None
) -> list[tuple[object, object]]:
    """The choices, each kind of people under its heading; under none where there is but one."""
    kinds = [(kind, list(people)) for kind, people in groupby(found, key=_kind)]
    if len(kinds) == 1:
        return _choices(kinds[0][1])
    headings = {KNOWS: f"Know {category.name}" if category else "", TEAM: f"In {team}"}
    if kinds[0][0] == KNOWS:
        headings[TEAM] = f"Others in {team}"
    return [(headings.get(kind, "Others"), _choices(people)) for kind, people in kinds]


def _kind(candidate: Candidate) -> str:
    if candidate.has_skill:
        return KNOWS
    return TEAM if candidate.is_of_team else OTHERS


def _choices(people: Sequence[Candidate]) -> list[tuple[object, object]]:
    return [(each.user.pk, words(each)) for each in people]


def words(candidate: Candidate) -> str:
    """Write somebody as they are chosen: "Anna Staff · 4 open · Printers, VPN"."""
    more = len(candidate.skills) - MOST_SKILLS
    skills = ", ".join(candidate.skills[:MOST_SKILLS]) + (f" and {more} more" if more > 0 else "")
    parts = [candidate.user.name, f"{candidate.open_tickets} open", skills]
    return " · ".join(part for part in parts if part)
