"""Commands about people: making a customer's account, forgetting addresses they had."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.choices import Role
from accounts.models import OrganizationDomain, User


class AddressTaken(Exception):
    """Somebody has this address already; `person` is who."""

    def __init__(self, person: User) -> None:
        super().__init__(f"{person.email} is {person.name}'s address.")
        self.person = person


def register_customer(*, name: str, email: str, phone: str = "") -> User:
    """Store a customer who called or came in, in the organization that owns their address's domain.

    The account has no password: they set one by the "forgotten" link, or use the links in mails.
    Raises AddressTaken.
    """
    address = email.strip().lower()
    domain = (
        OrganizationDomain.objects.filter(domain=address.rpartition("@")[2])
        .select_related("organization")
        .first()
    )
    try:
        with transaction.atomic():
            return User.objects.create_user(
                address,
                name=name.strip(),
                phone=phone.strip(),
                role=Role.CUSTOMER,
                organization=domain.organization if domain else None,
            )
    except IntegrityError:
        raise AddressTaken(User.objects.get(email=address)) from None


def forget_other_addresses(user: User) -> None:
    """Let the address that somebody has now be the only one that signs them in."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
