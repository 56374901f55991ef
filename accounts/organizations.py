"""Commands about organizations: changing one, so that what goes by its tier follows, and whose mail
is whose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Organization, OrganizationDomain

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


class NoDomain(ValueError):
    """What was written is no e-mail domain, or another organization's."""


def bare_domain(text: str) -> str:
    """Return an e-mail domain as it is stored: in lower case, without the @. Raises NoDomain."""
    domain = text.strip().lower().rpartition("@")[2]
    if "." not in domain or " " in domain:
        raise NoDomain("Write a domain, such as example.org.")
    return domain


@transaction.atomic
def set_domains(organization: Organization, domains: Iterable[str]) -> None:
    """Let an organization own these e-mail domains and no others; customers stay where they are.
    Raises NoDomain, and changes nothing then."""
    wanted = dict.fromkeys(map(bare_domain, domains))
    taken = OrganizationDomain.objects.filter(domain__in=wanted).exclude(organization=organization)
    other = taken.select_related("organization").first()
    if other is not None:
        raise NoDomain(f"{other.domain} belongs to {other.organization}.")
    organization.domains.exclude(domain__in=wanted).delete()
    known = set(organization.domains.values_list("domain", flat=True))
    try:
        OrganizationDomain.objects.bulk_create(
            OrganizationDomain(organization=organization, domain=domain)
            for domain in wanted
            if domain not in known
        )
    except IntegrityError:  # somebody was faster
        raise NoDomain("Another organization has just taken one of these domains.") from None
