"""The people and things that a log names: found by name, or made before the tickets are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.text import slugify

from accounts.choices import Role
from accounts.models import Organization, Team, User
from tickets.importing.mapping import LogMapping
from tickets.importing.translation import Step
from tickets.models import Category, Product

LONGEST_NAME = 150
BATCH = 500


@dataclass(slots=True)
class Names:
    """Every name that the tickets to be stored use. Customers carry their organization's name, ""
    for none; teams the level at which they first held a ticket. `stand_ins` are customers that the
    log does not name."""

    agents: set[str] = field(default_factory=set)
    customers: dict[str, str] = field(default_factory=dict)
    stand_ins: set[str] = field(default_factory=set)
    teams: dict[str, int] = field(default_factory=dict)
    organizations: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    products: set[str] = field(default_factory=set)

    def add(self, steps: list[Step], details: dict[str, str], mapping: LogMapping) -> None:
        """Note the names of one ticket; `details` are its attributes (see `loading.details_of`)."""
        for step in steps:
            if step.event.agent and step.event.agent not in mapping.robots:
                self.agents.add(step.event.agent)
            if step.event.team:
                self.teams.setdefault(step.event.team, step.level)
        self.customers.setdefault(details["customer"], details.get("organization", ""))
        if "stand_in" in details:
            self.stand_ins.add(details["stand_in"])
        for key, names in (
            ("organization", self.organizations),
            ("category", self.categories),
            ("product", self.products),
        ):
            if key in details:
                names.add(details[key])


@dataclass(frozen=True, slots=True)
class People:
    """The rows behind the names."""

    agents: dict[str, User]
    customers: dict[str, User]
    teams: dict[str, Team]
    organizations: dict[str, Organization]
    categories: dict[str, Category]
    products: dict[str, Product]


@transaction.atomic
def make_people(names: Names, mapping: LogMapping) -> People:
    """Find or make the rows behind the names. Agents and customers are inactive accounts at
    addresses that cannot exist (under `.invalid`); nobody can sign in with them or is written to.
    Calling it again finds the same rows."""
    organizations = _organizations(names.organizations)
    return People(
        agents=_users(names.agents, mapping, kind="agent", role=Role.AGENT),
        customers=_users(
            names.customers,
            mapping,
            kind="customer",
            role=Role.CUSTOMER,
            of={name: organizations[of] for name, of in names.customers.items() if of},
            stand_ins=names.stand_ins,
        ),
        teams=_teams(names.teams),
        organizations=organizations,
        categories=_categories(names.categories),
        products=_products(names.products),
    )


def address(name: str, mapping: LogMapping, *, kind: str) -> str:
    """Return the address that stands for a name of a log: the same name, the same address. The hash
    keeps names apart that look alike once reduced to letters."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    batch = slugify(mapping.name) or "import"
    return f"{kind}.{slugify(name)[:40] or 'unnamed'}.{digest}@{batch[:60]}.invalid"


def _users(
    names: Iterable[str],
    mapping: LogMapping,
    *,
    kind: str,
    role: str,
    of: Mapping[str, Organization] | None = None,
    stand_ins: Collection[str] = (),
) -> dict[str, User]:
    by_address = {address(name, mapping, kind=kind): name for name in names}
    known = _known_addresses(by_address)
    new = [
        User(
            email=email,
            name=name[:LONGEST_NAME],
            role=role,
            is_active=False,
            is_taking_work=False,
            is_stand_in=name in stand_ins,
            organization=(of or {}).get(name),
            password="!",  # noqa: S106  # Django's mark of a password that no input matches
        )
        for email, name in by_address.items()
        if email not in known
    ]
    User.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    stored = _known_addresses(by_address)
    return {name: stored[email] for email, name in by_address.items()}


def _known_addresses(addresses: Iterable[str]) -> dict[str, User]:
    found: dict[str, User] = {}
    wanted = list(addresses)
    for start in range(0, len(wanted), BATCH):
        some = User.objects.filter(email__in=wanted[start : start + BATCH])
        found.update({user.email: user for user in some})
    return found


def _teams(names: dict[str, int]) -> dict[str, Team]:
    known = {team.name: team for team in Team.objects.all()}
    new = [
        Team(name=name[:120], level=level, is_active=False)
        for name, level in names.items()
        if name[:120] not in known
    ]
    Team.objects.bulk_create(new, batch_size=BATCH)
    known.update({team.name: team for team in new})
    return {name: known[name[:120]] for name in names}


def _organizations(names: set[str]) -> dict[str, Organization]:
    return {n: Organization.objects.get_or_create(name=n[:200])[0] for n in sorted(names)}


def _categories(names: set[str]) -> dict[str, Category]:
    """Return the categories at the top of the tree that have the names."""
    return {n: Category.objects.get_or_create(name=n[:80], parent=None)[0] for n in sorted(names)}


def _products(names: set[str]) -> dict[str, Product]:
    return {n: Product.objects.get_or_create(name=n[:120])[0] for n in sorted(names)}
