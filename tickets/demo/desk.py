"""The demo desk itself: teams, agents, companies, people, categories, calendar, accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from itertools import accumulate
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from accounts.choices import CustomerTier, Role, SupportLevel
from accounts.models import Membership, Organization, OrganizationDomain, Team, User
from tickets.calendars import BusinessTime
from tickets.demo import names
from tickets.demo.topics import SITES, Topic, topics
from tickets.models import (
    AgentSkill,
    BusinessCalendar,
    CalendarSlot,
    Category,
    CustomField,
    CustomFieldKind,
    LevelCost,
    Product,
)
from tickets.services.calendars import business_time, resolve_holidays

DEMO_PASSWORD = "desk-demo-2026"  # noqa: S105  # printed by the seed; for demo data only
DESK_DOMAIN = "desk.example"
ZONE = "Europe/Amsterdam"
TICKETS_PER_COMPANY = 45
TEAMS = {
    SupportLevel.L1: "First line",
    SupportLevel.L2: "Product specialists",
    SupportLevel.L3: "Engineering",
}
# Benchmark costs of one ticket at a level, in dollars.
COSTS = {1: 22, 2: 69, 3: 104, 4: 221, 5: 599}


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """An agent and how good they are: `skill` 0 to 1, less in the categories of weakness."""

    user: User
    level: int
    skill: float
    weaknesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """A customer company. `activity` weighs how often it asks; one that `goes_quiet` asks less and
    less in the last months."""

    organization: Organization
    people: tuple[User, ...]
    activity: float
    goes_quiet: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that stories play with."""

    calendar: BusinessCalendar
    hours: BusinessTime
    teams: dict[int, Team]
    agents: dict[int, tuple[DemoAgent, ...]]
    accounts: tuple[Account, ...]
    categories: dict[tuple[str, str], Category]
    products: dict[str, Product]
    manager: User
    lead: User
    stranger: User
    """Who sends spam; belongs to no company."""
    activities: tuple[float, ...]
    """Of the accounts, summed up from the first on."""

    def draw_account(self, rng: Random) -> Account:
        """Draw a company; the active ones come up more often."""
        return rng.choices(self.accounts, cum_weights=self.activities)[0]


def build_desk(*, tickets: int, until: datetime, rng: Random) -> Desk:
    """Store the desk, sized for a number of tickets, and return it. Call it inside a transaction,
    on a desk without people."""
    calendar = _calendar(until)
    _fields()
    teams = {level: Team.objects.create(name=name, level=level) for level, name in TEAMS.items()}
    categories, products = _catalogue()
    password = make_password(DEMO_PASSWORD)
    agents = _agents(teams, password, tickets=tickets)
    lead = _staff(names.LEAD, Role.LEAD, password, SupportLevel.L1)
    Membership.objects.create(team=teams[SupportLevel.L1], user=lead, is_lead=True)
    manager = _staff(names.MANAGER, Role.MANAGER, password)
    _staff(names.ADMINISTRATOR, Role.ADMINISTRATOR, password)
    accounts = _accounts(tickets=tickets, password=password, rng=rng)
    _skills(agents, categories)
    return Desk(
        calendar=calendar,
        hours=business_time(calendar.pk),
        teams={level.value: team for level, team in teams.items()},
        agents=agents,
        accounts=accounts,
        categories=categories,
        products=products,
        manager=manager,
        lead=lead,
        activities=tuple(accumulate(account.activity for account in accounts)),
        stranger=User.objects.create(
            email="offers@bulk-mail.example", name="Best Offers", password=make_password(None)
        ),
    )


def _calendar(until: datetime) -> BusinessCalendar:
    calendar, is_new = BusinessCalendar.objects.get_or_create(
        is_default=True,
        defaults={"name": "Office hours", "time_zone": ZONE, "holiday_country": "NL"},
    )
    if is_new:
        CalendarSlot.objects.bulk_create(
            CalendarSlot(calendar=calendar, weekday=day, opens=time(8), closes=time(18))
            for day in range(5)
        )
        resolve_holidays(calendar, range(until.year - 1, until.year + 3))
    for level, amount in COSTS.items():
        LevelCost.objects.get_or_create(level=level, defaults={"amount": Decimal(amount)})
    return calendar


def _fields() -> None:
    CustomField.objects.create(
        key="site", label="Site", kind=CustomFieldKind.CHOICE, choices=list(SITES), is_public=True
    )


def _catalogue() -> tuple[dict[tuple[str, str], Category], dict[str, Product]]:
    parents: dict[str, Category] = {}
    categories: dict[tuple[str, str], Category] = {}
    products: dict[str, Product] = {}
    for topic in topics():
        parent, name = topic.category
        if parent not in parents:
            parents[parent] = Category.objects.create(name=parent)
        categories[topic.category] = Category.objects.create(name=name, parent=parents[parent])
        for product in topic.products:
            if product not in products:
                products[product] = Product.objects.create(name=product)
    return categories, products


# Staff --------------------------------------------------------------------------------------


def _staff(name: str, role: str, password: str, level: int | None = None) -> User:
    return User.objects.create(
        email=f"{slugify(name).split('-')[0]}@{DESK_DOMAIN}",
        name=name,
        role=role,
        password=password,
        home_level=level,
    )


def _agents(
    teams: dict[SupportLevel, Team], password: str, *, tickets: int
) -> dict[int, tuple[DemoAgent, ...]]:
    """Make the named agents, and more of each level where the desk is large."""
    found: dict[int, list[DemoAgent]] = {level: [] for level in teams}
    for name, level, skill, weaknesses in _agent_profiles(tickets):
        user = _agent_user(name, level, password)
        found[level].append(DemoAgent(user, level, skill, weaknesses))
    everybody = [agent for some in found.values() for agent in some]
    User.objects.bulk_create([agent.user for agent in everybody])
    Membership.objects.bulk_create(
        Membership(team=teams[SupportLevel(agent.level)], user=agent.user) for agent in everybody
    )
    return {level: tuple(some) for level, some in found.items()}


def _agent_profiles(tickets: int) -> list[tuple[str, int, float, tuple[str, ...]]]:
    profiles = list(names.AGENTS)
    for extra in range(max(0, tickets - 5_000) // 1_500):
        _, level, skill, weaknesses = names.AGENTS[extra % len(names.AGENTS)]
        profiles.append((names.person_name(extra + 500), level, skill, weaknesses))
    return profiles


def _agent_user(name: str, level: int, password: str) -> User:
    is_named = any(name == known for known, *_ in names.AGENTS)
    local = slugify(name).split("-")[0] if is_named else slugify(name)
    return User(
        email=f"{local}@{DESK_DOMAIN}",
        name=name,
        role=Role.AGENT,
        home_level=level,
        password=password,
    )


def _skills(
    agents: dict[int, tuple[DemoAgent, ...]], categories: dict[tuple[str, str], Category]
) -> None:
    """Note what specialists know well: every one some of the categories, in turn."""
    rows = [
        AgentSkill(user=agent.user, category=category)
        for level in (SupportLevel.L2, SupportLevel.L3)
        for number, agent in enumerate(agents[level])
        for place, category in enumerate(categories.values())
        if place % len(agents[level]) == number
    ]
    AgentSkill.objects.bulk_create(rows)


# Customers ----------------------------------------------------------------------------------


def _accounts(*, tickets: int, password: str, rng: Random) -> tuple[Account, ...]:
    count = max(12, tickets // TICKETS_PER_COMPANY)
    tiers = [rng.choice(("standard", "standard", "business", "premier")) for _ in range(count)]
    organizations = Organization.objects.bulk_create(
        Organization(name=_company(number), tier=CustomerTier(tier))
        for number, tier in enumerate(tiers)
    )
    OrganizationDomain.objects.bulk_create(
        OrganizationDomain(organization=each, domain=_domain(each)) for each in organizations
    )
    people = [_people(number, each, password) for number, each in enumerate(organizations)]
    User.objects.bulk_create([user for some in people for user in some], batch_size=500)
    return tuple(
        Account(
            organization=organization,
            people=tuple(some),
            activity=rng.paretovariate(1.6),
            goes_quiet=number % 11 == 5,
        )
        for number, (organization, some) in enumerate(zip(organizations, people, strict=True))
    )


def _company(number: int) -> str:
    return names.CUSTOMER_COMPANY if number == 0 else names.company_name(number)


def _domain(organization: Organization) -> str:
    return f"{slugify(organization.name)}.example"


def _people(number: int, organization: Organization, password: str) -> Iterable[User]:
    """Three to six people of a company; the first two of the first are named."""
    named = (names.CUSTOMER, names.COLLEAGUE) if number == 0 else ()
    others = (names.person_name(number * 6 + place) for place in range(3 + number % 4))
    found = []
    for place, name in enumerate(dict.fromkeys((*named, *others))):
        local = "carla" if name == names.CUSTOMER else slugify(name).replace("-", ".")
        found.append(
            User(
                email=f"{local}@{_domain(organization)}",
                name=name,
                role=Role.CUSTOMER,
                organization=organization,
                is_organization_viewer=place == 0,
                password=password,
            )
        )
    return found


def pick_topic(rng: Random) -> Topic:
    """Draw what a ticket is about."""
    every = topics()
    return rng.choices(every, weights=[topic.weight for topic in every])[0]
