"""Commands about people: making a customer's account, joining an organization."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from accounts.choices import Role
from accounts.models import Organization, OrganizationDomain, User


class AddressTaken(Exception):
    """Somebody has this address already; `person` is who."""

    def __init__(self, person: User) -> None:
        super().__init__(f"{person.email} is {person.name}'s address.")
        self.person = person


def register_customer(
    *, name: str, email: str, phone: str = "", is_vouched: bool = True, **more: Any
) -> User:
    """Store a customer who called or came in, in the organization that owns their address's domain.

    The account has no password: they set one by the "forgotten" link, or use the links in mails.
    Not `is_vouched`: nothing but a mail says that the address is theirs, so they join nobody.
    `more` are other fields of theirs; an `organization` among them, None too, is the one they join.
    Raises AddressTaken.
    """
    address = email.strip().lower()
    if "organization" not in more:
        more["organization"] = _organization_of(address) if is_vouched else None
    try:
        with transaction.atomic():
            return User.objects.create_user(
                address,
                name=name.strip(),
                phone=phone.strip(),
                role=Role.CUSTOMER,
                **more,
            )
    except IntegrityError:
        raise AddressTaken(User.objects.get(email=address)) from None


def join_organization(user: User) -> None:
    """Make a customer a member of the organization that owns their address's domain, if any and if
    they are in none. Safe to call twice."""
    if user.role != Role.CUSTOMER or user.organization_id:
        return
    organization = _organization_of(user.email)
    if organization is not None:
        user.organization = organization
        user.save(update_fields=["organization"])


def _organization_of(address: str) -> Organization | None:
    """The organization in use that owns the domain of an address."""
    domain = address.rpartition("@")[2].lower()
    match = OrganizationDomain.objects.filter(domain=domain).select_related("organization").first()
    return match.organization if match and match.organization.is_active else None
