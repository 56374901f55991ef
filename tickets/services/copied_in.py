"""Whom a mail's Cc brings in: customers of the organization that its sender and the ticket belong
to, once somebody stands up for the mail. A mail server of ours does when it comes; else the
customer who says that the ticket is theirs, or the agent who lets it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from accounts.models import Organization, User
from accounts.people import AddressTaken, register_customer
from tickets.choices import MailOutcome
from tickets.mail.letters import Address
from tickets.models import InboundMail, Ticket
from tickets.selectors.own_addresses import own_addresses
from tickets.services.mail_lookups import read_mail
from tickets.services.watchers import add_watchers

MOST_COPIED_IN: Final = 20


def bring_in(ticket: Ticket, copied: Sequence[Address], *, sender: User) -> None:
    """Let whom a mail of `sender` copied in follow its ticket: who belongs to the organization of
    both; an address that is new there becomes a customer of it. Twice is once."""
    organization = ticket.organization
    if organization is not None and sender.organization_id == organization.pk:
        add_watchers(ticket, _members(copied[:MOST_COPIED_IN], organization))


def bring_in_confirmed(ticket: Ticket) -> None:
    """Let whom the customer copied in follow a ticket, now that they say that it is theirs. Mails
    of others are not theirs to stand up for."""
    came = (MailOutcome.OPENED, MailOutcome.ANSWERED)
    mails = InboundMail.objects.select_related("raw", "mailbox").filter(
        ticket=ticket, sender=ticket.customer.email, outcome__in=came
    )
    for row in mails.order_by("pk"):
        copied = read_mail(row.raw.content, mailbox=row.mailbox).cc
        bring_in(ticket, copied, sender=ticket.customer)


def _members(copied: Sequence[Address], organization: Organization) -> list[User]:
    """Who of the addresses belongs to an organization. The desk's own addresses are nobody's."""
    domains = set(organization.domains.values_list("domain", flat=True))
    ours = own_addresses()
    people = []
    for each in copied:
        if ours.has(each.address):
            continue
        known = User.objects.filter(email=each.address.lower()).first()
        if known is None and each.domain in domains:
            known = _newcomer(each)
        if known is not None and known.organization_id == organization.pk:
            people.append(known)
    return people


def _newcomer(each: Address) -> User:
    """The customer of an address that was new a moment ago: another worker may read a mail that
    names it, too."""
    try:
        return register_customer(name=(each.name or each.address)[:150], email=each.address)
    except AddressTaken as taken:
        return taken.person
