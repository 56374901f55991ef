"""Commands about organizations: changing one, so that what goes by its tier follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import Organization

_followers: list[Callable[[Organization], object]] = []


def on_new_tier(follower: Callable[[Organization], object]) -> None:
    """Call `follower` with every organization whose tier changes, inside the transaction that
    changes it. Registering twice is once."""
    if follower not in _followers:
        _followers.append(follower)


@transaction.atomic
def change_organization(organization: Organization, *, changes: Mapping[str, Any]) -> bool:
    """Store `changes` (field to checked value), and nothing else of it; whoever goes by tiers
    follows another one. Returns whether it is another tier."""
    # The stored row decides, not the one at hand: a form has put its values there already.
    before = Organization.objects.select_for_update().get(pk=organization.pk).tier
    for name, value in changes.items():
        setattr(organization, name, value)
    organization.save(update_fields=list(changes))
    if "tier" not in changes or organization.tier == before:
        return False
    for follower in _followers:
        follower(organization)
    return True
