"""What a person decides about mail: it joins a ticket, opens one, goes, or is read once more."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.people import AddressTaken, register_customer
from tickets import access
from tickets.choices import MailOutcome
from tickets.errors import InvalidInput, NotThere, WrongState
from tickets.lifecycle import Verb
from tickets.mail.kinds import Kind
from tickets.models import InboundMail, Ticket
from tickets.services import receiving
from tickets.services.mail_lookups import read_mail
from tickets.services.mail_reading import answer, is_proven, open_from
from tickets.services.stored_files import stored_together
from tickets.services.watchers import add_watchers

UNDECIDED: Final = (MailOutcome.HELD, MailOutcome.FAILED)
# A machine may only have looked like one.
MAY_COME_IN: Final = (*UNDECIDED, MailOutcome.RECORDED)
NOBODYS: Final = (Kind.BOUNCE, Kind.OWN)


def admit(row: InboundMail, *, actor: User, ticket: Ticket | None = None) -> InboundMail:
    """Take a mail in that waits, or was taken for a machine's: as a message of `ticket`, whose
    watcher its sender becomes, as does whom they copied in of the organization of both; or (None)
    as a new ticket of its sender. Raises NotThere, WrongState
    where it was decided already, InvalidInput where nobody can be named as its sender,
    NotAllowed."""
    with stored_together():
        row = _locked(row, actor, only=MAY_COME_IN)
        if row.kind in NOBODYS:
            raise WrongState("No person wrote this mail: it is a report, or our own.")
        mail = read_mail(row.raw.content, mailbox=row.mailbox)
        proven = is_proven(row, mail)
        sender = _sender(row, is_proven=proven)
        reason = row.reason
        if ticket is None:
            open_from(row, mail, customer=sender, is_proven=proven)
        else:
            access.require(actor, Verb.ADD_NOTE, ticket)
            add_watchers(ticket, [sender])
            answer(row, mail, ticket=ticket, sender=sender, is_vouched=True)
        row.reason = reason  # why somebody had to decide
        _sign(row, actor)
    return row


@transaction.atomic
def discard(row: InboundMail, *, actor: User) -> InboundMail:
    """Let a mail that waits be nothing. It stays on record. Raises NotThere, WrongState."""
    row = _locked(row, actor, only=UNDECIDED)
    row.outcome = MailOutcome.DISCARDED
    _sign(row, actor)
    return row


@transaction.atomic
def bring_back(row: InboundMail, *, actor: User) -> InboundMail:
    """Let a mail that was discarded wait again, as it did. Raises NotThere, WrongState."""
    row = _locked(row, actor, only=(MailOutcome.DISCARDED,))
    could_be_read = row.attempts <= len(receiving.PAUSES)
    row.outcome = MailOutcome.HELD if could_be_read else MailOutcome.FAILED
    row.decided_by = row.decided_at = None
    row.save(update_fields=["outcome", "decided_by", "decided_at"])
    return row


@transaction.atomic
def read_once_more(row: InboundMail, *, actor: User) -> None:
    """Have a mail that could not be read tried again. Raises NotThere, WrongState."""
    receiving.read_again([_locked(row, actor, only=(MailOutcome.FAILED,))])


def _locked(row: InboundMail, actor: User, *, only: tuple[MailOutcome, ...]) -> InboundMail:
    found = InboundMail.objects.select_for_update(of=("self",)).visible_to(actor)
    locked = found.filter(pk=row.pk).first()
    if locked is None:
        raise NotThere("There is no such mail, or it is not yours to decide about.")
    if locked.outcome not in only:
        raise WrongState("Somebody has decided about this mail already.")
    return locked


def _sign(row: InboundMail, actor: User) -> None:
    row.decided_by, row.decided_at = actor, timezone.now()
    row.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])


def _sender(row: InboundMail, *, is_proven: bool) -> User:
    """Who speaks: a customer of that address, made where there is none. Whoever lets a mail in does
    not vouch for the address: that is for mail servers, or for its owner who confirms it."""
    if not row.sender:
        raise InvalidInput("The mail names no sender: answer it by hand.")
    try:
        name = row.sender_name or row.sender.partition("@")[0]
        person = register_customer(name=name[:150], email=row.sender, is_vouched=is_proven)
    except AddressTaken as taken:
        person = taken.person
    if person.is_agent or not person.is_active:
        raise InvalidInput(f"{person.name} cannot speak as a customer.")
    return person
