"""The queue's filters: what an address may ask for, and what it means in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from django.db.models import Q
from django.utils.functional import SimpleLazyObject

from accounts.choices import CustomerTier, SupportLevel
from accounts.models import STAFF_ROLES, Team, User
from tickets.choices import Channel, Priority, Status
from tickets.models import Category

Choice = tuple[str, str]
NOBODY = "nobody"
ME = "me"


class Address(Protocol):
    """The query part of an address."""

    def getlist(self, key: str) -> list[str]:
        """Return every value given for a key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One field to narrow by. `lookup` takes the chosen values; `choices` are read when shown."""

    key: str
    label: str
    choices: Callable[[], Sequence[Choice]]
    lookup: Callable[[Sequence[str], User], Q]
    is_main: bool = False
    """Whether it is offered at once; the others come with "Filter"."""


def _in(field: str) -> Callable[[Sequence[str], User], Q]:
    return lambda values, user: Q(**{f"{field}__in": values})


def _texts(choices: Sequence[tuple[object, object]]) -> Sequence[Choice]:
    return [(str(value), str(label)) for value, label in choices]


def _categories() -> Sequence[Choice]:
    rows = Category.objects.filter(is_active=True).values_list("pk", "path")
    return [(str(pk), path) for pk, path in rows]


def _teams() -> Sequence[Choice]:
    teams = Team.objects.filter(is_active=True)
    return [(str(team.pk), f"{team.get_level_display()} · {team.name}") for team in teams]


def _agents() -> Sequence[Choice]:
    rows = User.objects.filter(role__in=STAFF_ROLES, is_active=True).values_list("pk", "name")
    return [(ME, "Me"), (NOBODY, "Nobody"), *((str(pk), name) for pk, name in rows)]


def _assigned(values: Sequence[str], user: User) -> Q:
    ids = [user.pk if value == ME else int(value) for value in values if value != NOBODY]
    nobody = Q(assignee__isnull=True) if NOBODY in values else Q(pk__in=())
    return Q(assignee__in=ids) | nobody


FILTERS: tuple[Filter, ...] = (
    Filter(
        key="level",
        label="Level",
        choices=lambda: _texts(SupportLevel.choices),
        lookup=_in("level"),
        is_main=True,
    ),
    Filter(
        key="status",
        label="Status",
        choices=lambda: _texts(Status.choices),
        lookup=_in("status"),
        is_main=True,
    ),
    Filter(
        key="priority",
        label="Priority",
        choices=lambda: _texts(Priority.choices),
        lookup=_in("priority"),
    ),
    Filter(
        key="tier",
        label="Tier",
        choices=lambda: _texts(CustomerTier.choices),
        lookup=_in("organization__tier"),
        is_main=True,
    ),
    Filter(
        key="channel",
        label="Channel",
        choices=lambda: _texts(Channel.choices),
        lookup=_in("channel"),
        is_main=True,
    ),
    Filter(key="category", label="Category", choices=_categories, lookup=_in("category")),
    Filter(key="team", label="Team", choices=_teams, lookup=_in("team")),
    Filter(key="assignee", label="Assignee", choices=_agents, lookup=_assigned),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveFilter:
    """A filter with its choices and those of them that the address has set."""

    filter: Filter
    choices: Sequence[Choice]
    values: Sequence[str]

    @property
    def words(self) -> str:
        """The chosen labels; "any" where none is chosen."""
        return ", ".join(label for value, label in self.choices if value in self.values) or "any"


class Choices:
    """The choices of all filters, each read when it is first shown or needed: a list by itself
    needs none of those that it does not set, and several lists share them."""

    def __init__(self) -> None:
        self._of = {
            each.key: cast("Sequence[Choice]", SimpleLazyObject(each.choices)) for each in FILTERS
        }

    def of(self, key: str) -> Sequence[Choice]:
        """Return a filter's choices."""
        return self._of[key]


def read(address: Address, *, known: Choices | None = None) -> list[ActiveFilter]:
    """Read the filters of an address; values that are no choice are left out (see `gone`)."""
    known = known or Choices()
    active = []
    for each in FILTERS:
        choices, asked = known.of(each.key), address.getlist(each.key)
        possible = {value for value, _ in choices} if asked else set()
        values = [value for value in asked if value in possible]
        active.append(ActiveFilter(filter=each, choices=choices, values=values))
    return active


def gone(address: Address, active: Sequence[ActiveFilter]) -> list[tuple[Filter, str]]:
    """Return the filters of an address with each value that is no choice any more."""
    return [
        (each.filter, value)
        for each in active
        for value in address.getlist(each.filter.key)
        if value not in each.values
    ]


def labels(active: Sequence[ActiveFilter]) -> dict[str, dict[str, str]]:
    """Return how the chosen values are called: filter → value → words."""
    return {
        each.filter.key: {value: label for value, label in each.choices if value in each.values}
        for each in active
        if each.values
    }


def condition(active: Sequence[ActiveFilter], user: User) -> Q:
    """Combine what is set: any value of a filter, and every filter."""
    combined = Q()
    for each in active:
        if each.values:
            combined &= each.filter.lookup(each.values, user)
    return combined


def as_values(active: Sequence[ActiveFilter]) -> Mapping[str, Sequence[str]]:
    """Return what is set, for writing it back into an address."""
    return {each.filter.key: each.values for each in active if each.values}
