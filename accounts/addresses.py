"""Settling a person's changed or proven e-mail address, and telling those who want to know."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from accounts.people import join_organization

_followers: list[Callable[[User], object]] = []


def on_new_address(follower: Callable[[User], object]) -> None:
    """Call `follower` with everybody whose address changes, inside the transaction that changes it.
    Registering twice is once."""
    if follower not in _followers:
        _followers.append(follower)


@transaction.atomic
def settle_address(person: User, *, before: str) -> bool:
    """Let the address that somebody has now, no longer `before`, be the only one that opens doors:
    it alone signs them in, and what was mailed to an earlier one opens nothing (see
    `on_new_address`). Returns whether it is another one. Call it after storing the address, in one
    transaction with that; calling it twice is safe."""
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).delete()
    if person.email == before:
        return False
    for follower in _followers:
        follower(person)
    return True


def prove_address(user: User) -> None:
    """Note that somebody's address is theirs, as what was mailed there came back, and let them join
    the organization whose domain it is of. Safe to call twice."""
    row, _ = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if not row.verified:
        row.set_verified()
    join_organization(user)
