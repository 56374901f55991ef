"""Mail that comes in: kept first, read afterwards, each mail once.

1. `keep_mail` stores the raw bytes under their Message-ID and commits: from here on nothing can be
   lost, and whoever handed the mail in may forget it.
2. `read_pending` decides what it is and calls the command that fits, in one transaction. What
   fails is tried again after a growing pause; what cannot be decided safely waits for a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction
from django.utils import timezone

from tickets.choices import MailOutcome
from tickets.errors import InvalidInput
from tickets.mail.identity import content_digest, digest_of, digest_of_other
from tickets.mail.letters import ParsedMail
from tickets.mail.parsing import parse_mail
from tickets.models import InboundMail, Mailbox, RawMail
from tickets.services.mail_lookups import read_mail
from tickets.services.mail_reading import act_on
from tickets.services.nudge import nudge_on_commit
from tickets.services.stored_files import stored_together

log = structlog.get_logger(__name__)

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
LARGEST_MB: Final = 50
LARGEST_MAIL: Final = LARGEST_MB * 2**20
LARGEST_HEAD: Final = 2**20
HEAD: Final = re.compile(rb".*?\r?\n\r?\n", re.DOTALL)


@transaction.atomic
def keep_mail(raw: bytes, *, mailbox: Mailbox, at: datetime | None = None) -> InboundMail:
    """Store a mail as it came, to be read soon; one that is known already is returned as it is.
    Another mail under a Message-ID that is known waits for a person. `at`: when it came to the
    desk's mail server (default: now). Raises InvalidInput for one beyond all size."""
    if len(raw) > LARGEST_MAIL:
        raise InvalidInput(f"The mail is larger than {LARGEST_MB} MB.")
    mail = read_mail(raw, mailbox=mailbox)
    row, is_new = _store(mail, mailbox=mailbox, at=at)
    if is_new or bytes(row.raw.content) == raw or _says_the_same(row, mail):
        return row
    return _store(
        mail,
        mailbox=mailbox,
        at=at,
        mail_digest=digest_of_other(mail),
        outcome=MailOutcome.HELD,
        reason="Another mail came with the same Message-ID and says something else.",
    )[0]


@transaction.atomic
def keep_headers(raw: bytes, *, mailbox: Mailbox, at: datetime | None = None) -> InboundMail:
    """Store the headers of a mail beyond all size, for a person to decide about; the whole is where
    it was. One that is known already is returned as it is."""
    head = HEAD.match(raw[:LARGEST_HEAD])
    mail = read_mail(head[0] if head else raw[:LARGEST_HEAD], mailbox=mailbox)
    reason = f"Larger than {LARGEST_MB} MB: only its headers came, the mail server has the rest."
    return _store(mail, mailbox=mailbox, at=at, outcome=MailOutcome.HELD, reason=reason)[0]


def _store(
    mail: ParsedMail, *, mailbox: Mailbox, at: datetime | None, **values: str
) -> tuple[InboundMail, bool]:
    """Return the row of a mail, and whether it is a new one."""
    now = timezone.now()
    row, is_new = InboundMail.objects.get_or_create(
        mail_digest=values.pop("mail_digest", digest_of(mail.message_id)),
        defaults={
            "mail_id": mail.message_id[:1000],
            "mailbox": mailbox,
            "received_at": min(at or now, now),
            "try_after": now,
            "subject": mail.subject,
            "flags": list(mail.flaws),
            **_sender(mail),
            **values,
        },
    )
    if is_new:
        RawMail.objects.create(mail=row, content=mail.raw)
        nudge_on_commit()
    return row, is_new


def _says_the_same(row: InboundMail, mail: ParsedMail) -> bool:
    return content_digest(parse_mail(bytes(row.raw.content))) == content_digest(mail)


def _sender(mail: ParsedMail) -> dict[str, str]:
    if mail.sender is None:
        return {}
    return {
        "sender": mail.sender.address.lower()[:320],
        "sender_name": mail.sender.name[:200],
    }


def read_pending(*, limit: int = 100) -> int:
    """Read mails that wait, oldest first, and return how many were read. Safe to run many times at
    once: a mail that another worker reads is left to it."""
    count = 0
    tried: set[int] = set()
    while count < limit:
        key = _read_next(tried)
        if key is None:
            break
        tried.add(key)
        count += 1
    return count


def _read_next(tried: set[int]) -> int | None:
    """Read the next mail in a transaction of its own; None where there is none."""
    waiting = InboundMail.objects.filter(
        outcome=MailOutcome.PENDING, try_after__lte=timezone.now()
    ).exclude(pk__in=tried)
    can_skip = connection.features.has_select_for_update_skip_locked
    row: InboundMail | None = None
    try:
        with stored_together():
            locked = waiting.select_for_update(skip_locked=can_skip)
            row = locked.order_by("try_after", "pk").first()
            if row is None:
                return None
            act_on(row, read_mail(row.raw.content, mailbox=row.mailbox))
    except Exception as error:  # one broken mail must not hold up the others
        if row is None:
            raise
        log.exception("mail_not_read", mail=row.pk)
        _postpone(row, error)
    return row.pk


def _postpone(row: InboundMail, error: Exception) -> None:
    attempts = row.attempts + 1
    is_last = attempts > len(PAUSES)
    pause = timedelta(0) if is_last else PAUSES[attempts - 1]
    InboundMail.objects.filter(pk=row.pk, outcome=MailOutcome.PENDING).update(
        attempts=attempts,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        try_after=timezone.now() + pause,
        outcome=MailOutcome.FAILED if is_last else MailOutcome.PENDING,
    )


def read_again(mails: Sequence[InboundMail]) -> int:
    """Give mails that could not be read another round; for the admin. Returns how many."""
    rows = InboundMail.objects.filter(
        pk__in=[mail.pk for mail in mails], outcome=MailOutcome.FAILED
    )
    nudge_on_commit()
    return rows.update(outcome=MailOutcome.PENDING, attempts=0, try_after=timezone.now())
