"""The desk's own addresses, by which it knows itself among those that a mail names."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from tickets.mail.addresses import parse_addresses
from tickets.models import Mailbox


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """Those of mailboxes and of what the desk sends from, and the List-Ids of groups that forward
    to it; all in lower case."""

    plain: frozenset[str]
    groups: frozenset[str]

    def has(self, address: str) -> bool:
        """Answer whether an address is the desk's, in whatever case and for whatever ticket."""
        plain = _without_tag(address)
        return plain in self.plain or plain.replace("@", ".") in self.groups


def own_addresses() -> OwnAddresses:
    """Read them, those of mailboxes that are switched off too, in one query."""
    rows = list(Mailbox.objects.values_list("address", "list_ids"))
    sent_from = parse_addresses(settings.DEFAULT_FROM_EMAIL, flaws=set())
    return OwnAddresses(
        frozenset(each.lower() for each, _ in rows) | {each.address.lower() for each in sent_from},
        frozenset(str(name).strip().strip("<>").lower() for _, names in rows for name in names),
    )


def _without_tag(address: str) -> str:
    """An address as the mailbox that it arrives in: support+4711.k3v@… as support@…."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
