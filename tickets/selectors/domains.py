"""Which mail domains may ask without an account."""

from __future__ import annotations

from tickets.models import DomainRule


def may_ask(address: str) -> bool:
    """Answer by the closest rule for an address's domain; without one, only where no domain is let
    in by name. Two queries at most."""
    domain = address.rpartition("@")[2].lower()
    parts = domain.split(".")
    above = [".".join(parts[at:]) for at in range(len(parts))]
    rules = dict(DomainRule.objects.filter(domain__in=above).values_list("domain", "is_allowed"))
    for each in above:
        if each in rules:
            return rules[each]
    return not DomainRule.objects.filter(is_allowed=True).exists()
