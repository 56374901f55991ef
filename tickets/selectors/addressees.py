"""Who else a mail was sent to, and what they are to its ticket. For staff: customers read none."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef

from accounts.models import User
from tickets.mail.headers import TURNS
from tickets.mail.letters import Address
from tickets.models import Ticket, Watcher
from tickets.selectors.own_addresses import own_addresses

MOST_SHOWN: Final = 20
MOST_IN_SIGHT: Final = 3
"""More are folded away: they would be longer than many a mail."""
LONGEST_NAME: Final = 60


class Standing(enum.StrEnum):
    """What somebody is to the ticket of a mail, in words."""

    CUSTOMER = "the customer"
    WATCHING = "watching"
    NOT_WATCHING = "not watching"
    KNOWN = "a customer"
    """There is no ticket to watch."""
    STAFF = "works for the desk"
    OFF = "switched off"
    NOBODY = "no account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One of those that a mail names. `name` is that of the account; where there is none, what the
    mail says, or ""."""

    name: str
    address: str
    standing: Standing

    @property
    def can_be_added(self) -> bool:
        """Whether they may become a watcher of the ticket."""
        return self.standing == Standing.NOT_WATCHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressees:
    """Those whom a mail was sent to beside the desk, as far as they are shown."""

    shown: Sequence[Addressee]
    has_more: bool

    @property
    def is_long(self) -> bool:
        """Whether they are more than stand in sight at once."""
        return len(self.shown) > MOST_IN_SIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Who sent a mail (in lower case), and whom its headers name."""

    sender: str
    recipients: Sequence[Address]

    @property
    def others(self) -> list[Address]:
        """All but the sender."""
        return [each for each in self.recipients if each.address.lower() != self.sender]


def who_else(mails: Mapping[int, Sending], *, ticket: Ticket | None) -> dict[int, Addressees]:
    """Return whom mails were sent to beside the desk and their sender, by the keys of the mails
    that name any. `ticket`: what they are part of, if anything. Two queries at most."""
    named = {key: others for key, mail in mails.items() if (others := mail.others)}
    if not named:
        return {}
    ours = own_addresses()
    left = {
        key: [each for each in others if not ours.has(each.address)]
        for key, others in named.items()
    }
    shown = {key: others[:MOST_SHOWN] for key, others in left.items() if others}
    people = _people({each.address.lower() for others in shown.values() for each in others}, ticket)
    return {
        key: Addressees(
            shown=[_addressee(each, people, ticket) for each in others],
            has_more=len(left[key]) > MOST_SHOWN,
        )
        for key, others in shown.items()
    }


def _people(addresses: Collection[str], ticket: Ticket | None) -> dict[str, User]:
    """Whose addresses they are, each with `is_watching`."""
    if not addresses:
        return {}
    watching = Watcher.objects.filter(ticket=ticket, user=OuterRef("pk"))
    found = User.objects.filter(email__in=addresses).annotate(is_watching=Exists(watching))
    return {person.email: person for person in found}


def _addressee(each: Address, people: Mapping[str, User], ticket: Ticket | None) -> Addressee:
    """The account's own name where there is one: who writes a mail calls others what they like."""
    person = people.get(each.address.lower())
    name = person.name if person else each.name
    return Addressee(
        name=name[:LONGEST_NAME] if name.lower() != each.address.lower() else "",
        address=TURNS.sub("\N{REPLACEMENT CHARACTER}", each.address),
        standing=_standing(person, ticket),
    )


def _standing(person: User | None, ticket: Ticket | None) -> Standing:
    if person is None:
        return Standing.NOBODY
    if not person.is_active:
        return Standing.OFF
    if person.is_agent:
        return Standing.STAFF
    if ticket is None:
        return Standing.KNOWN
    if person.pk == ticket.customer_id:
        return Standing.CUSTOMER
    return Standing.WATCHING if getattr(person, "is_watching", False) else Standing.NOT_WATCHING
