"""The cast: the people, teams and things that every test plays with, made in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from django.contrib.auth.hashers import make_password

from accounts.choices import CustomerTier, Role, SupportLevel
from accounts.models import Membership, Organization, OrganizationDomain, Team, User
from tickets.models import BusinessCalendar, CalendarSlot, Category, Product

PASSWORD = "correct horse battery staple"
ZONE = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody, by the part they play."""

    calendar: BusinessCalendar
    organization: Organization
    other_organization: Organization
    l1: Team
    l2: Team
    l3: Team
    confidential: Team
    category: Category
    other_category: Category
    product: Product
    customer: User
    colleague: User
    """Of the customer's organization; sees only their own tickets."""
    viewer: User
    """Of the customer's organization; sees all of its tickets."""
    other_customer: User
    """Of another organization."""
    agent: User
    """L1, as is `second_agent`."""
    second_agent: User
    l2_agent: User
    l3_agent: User
    insider: User
    """The only member of the confidential team (L2)."""
    lead: User
    """Leads the L1 team."""
    manager: User
    administrator: User

    @property
    def staff(self) -> tuple[User, ...]:
        """All who work for the desk."""
        return (
            self.agent,
            self.second_agent,
            self.l2_agent,
            self.l3_agent,
            self.insider,
            self.lead,
            self.manager,
            self.administrator,
        )


def make_cast() -> Cast:
    """Store the cast."""
    acme, globex = Organization.objects.bulk_create(
        [Organization(name="Acme", tier=CustomerTier.PREMIER), Organization(name="Globex")]
    )
    OrganizationDomain.objects.bulk_create(
        OrganizationDomain(organization=each, domain=f"{each.name.lower()}.example")
        for each in (acme, globex)
    )
    l1, l2, l3, confidential = Team.objects.bulk_create(
        [
            Team(name="First line", level=SupportLevel.L1),
            Team(name="Specialists", level=SupportLevel.L2),
            Team(name="Engineering", level=SupportLevel.L3),
            Team(name="Personnel matters", level=SupportLevel.L2, is_confidential=True),
        ]
    )
    network = Category.objects.create(name="Network")
    people = _people(
        customer=_customer("carla", acme),
        colleague=_customer("colin", acme),
        viewer=_customer("vera", acme, is_organization_viewer=True),
        other_customer=_customer("olga", globex),
        agent=_staff("anna", l1),
        second_agent=_staff("ben", l1),
        l2_agent=_staff("lars", l2),
        l3_agent=_staff("lena", l3),
        insider=_staff("ines", confidential),
        lead=_staff("leo", l1, role=Role.LEAD),
        manager=_staff("mona", None, role=Role.MANAGER),
        administrator=_staff("adam", None, role=Role.ADMINISTRATOR),
    )
    teams = {
        l1: ("agent", "second_agent", "lead"),
        l2: ("l2_agent",),
        l3: ("l3_agent",),
        confidential: ("insider",),
    }
    Membership.objects.bulk_create(
        Membership(team=team, user=people[part], is_lead=people[part].role == Role.LEAD)
        for team, parts in teams.items()
        for part in parts
    )
    return Cast(
        calendar=_office_hours(),
        organization=acme,
        other_organization=globex,
        l1=l1,
        l2=l2,
        l3=l3,
        confidential=confidential,
        category=Category.objects.create(name="VPN", parent=network),
        other_category=Category.objects.create(name="Billing"),
        product=Product.objects.create(name="Gateway"),
        **people,
    )


def _office_hours() -> BusinessCalendar:
    calendar = BusinessCalendar.objects.create(name="Office hours", time_zone=ZONE, is_default=True)
    CalendarSlot.objects.bulk_create(
        CalendarSlot(calendar=calendar, weekday=day, opens=time(9), closes=time(17))
        for day in range(5)
    )
    return calendar


def _people(**people: User) -> dict[str, User]:
    password = make_password(PASSWORD)
    for person in people.values():
        person.password = password
    User.objects.bulk_create(people.values())
    return people


def _customer(
    name: str, organization: Organization, *, is_organization_viewer: bool = False
) -> User:
    return User(
        email=f"{name}@{organization.name.lower()}.example",
        name=f"{name.title()} Customer",
        role=Role.CUSTOMER,
        organization=organization,
        is_organization_viewer=is_organization_viewer,
    )


def _staff(name: str, team: Team | None, *, role: str = Role.AGENT) -> User:
    return User(
        email=f"{name}@desk.example",
        name=f"{name.title()} Staff",
        role=role,
        home_level=team.level if team else None,
    )
