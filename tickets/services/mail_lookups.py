"""What is known about a mailbox, and the people and tickets that a mail names: asked while it is
read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from tickets.choices import MailOutcome
from tickets.mail.groups import with_writer
from tickets.mail.identity import digest_of
from tickets.mail.kinds import Desk
from tickets.mail.letters import ParsedMail
from tickets.mail.parsing import parse_mail
from tickets.mail.threading import Lookups
from tickets.models import InboundMail, Mailbox, Notice, Ticket
from tickets.reply_addresses import ticket_of


def own_host() -> str:
    """What stands after the "@" in Message-IDs of ours."""
    return (urlsplit(settings.SITE_URL).hostname or "localhost").lower()


def desk_of(mailbox: Mailbox) -> Desk:
    """Return how the desk knows itself in what comes to a mailbox."""
    groups = {str(name).strip().strip("<>").lower() for name in mailbox.list_ids}
    return Desk(message_hosts={own_host()}, header="x-helpdesk", list_ids=groups)


def read_mail(raw: bytes | memoryview, *, mailbox: Mailbox) -> ParsedMail:
    """Read a mail that came to a mailbox, through one of its groups or straight. Never raises."""
    return with_writer(parse_mail(bytes(raw)), list_ids=desk_of(mailbox).list_ids)


def takes_part(ticket: Ticket, person: User) -> bool:
    """Answer whether somebody may speak on a ticket by mail: its customer and its watchers."""
    is_watcher = ticket.watchers.filter(user=person).exists()
    return person.is_active and (ticket.customer_id == person.pk or is_watcher)


def lookups(*, is_proven: bool) -> Lookups:
    """How a mail finds its ticket. Whom nobody vouches for is believed what nobody can guess, and
    what only we have told."""
    return Lookups(
        ticket_of_address=ticket_of,
        tickets_of_ids=_tickets_of_ids if is_proven else _tickets_of_notices,
        is_participant=_is_participant if is_proven else lambda number, address: False,
    )


def notices_of(ids: Sequence[str]) -> Mapping[str, Notice]:
    """Our mails among Message-IDs. Each has a key that nobody can guess."""
    keys = {key: each for each in ids if (key := _key(each))}
    return {keys[row.key]: row for row in Notice.objects.filter(key__in=keys)}


def _key(message_id: str) -> uuid.UUID | None:
    """The notice's key in a Message-ID of ours, written as we write it; None in any other."""
    text, _, host = message_id.strip("<>").rpartition("@")
    try:
        key = uuid.UUID(text)
    except ValueError:
        return None
    return key if host.lower() == own_host() and str(key) == text.lower() else None


def _is_participant(number: int, address: str) -> bool:
    person = User.objects.filter(email=address.lower()).first()
    ticket = Ticket.objects.filter(pk=number).first()
    return bool(person and ticket and takes_part(ticket, person))


def _tickets_of_ids(ids: Sequence[str]) -> Mapping[str, int]:
    """Message-IDs of our notices, and of mails that became part of a ticket."""
    digests = {digest_of(each): each for each in ids}
    theirs = InboundMail.objects.filter(
        mail_digest__in=digests,
        ticket__isnull=False,
        outcome__in=(MailOutcome.OPENED, MailOutcome.ANSWERED),
    ).values_list("mail_digest", "ticket_id")
    return {digests[digest]: ticket for digest, ticket in theirs} | _tickets_of_notices(ids)


def _tickets_of_notices(ids: Sequence[str]) -> dict[str, int]:
    return {message_id: notice.ticket_id for message_id, notice in notices_of(ids).items()}
