"""Mail that a customer does not get: whoever wrote it is told, once, and can send it again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tickets import access
from tickets.errors import InvalidInput, WrongState
from tickets.lifecycle import Verb
from tickets.models import CONVERSATION, LedgerTouch, Mailbox, Notice, NoticeKind
from tickets.selectors.deliveries import delivery_of
from tickets.services.notices import holders
from tickets.services.nudge import nudge_on_commit

SENT_AGAIN = "It was sent again."


def tell_undelivered(mail: Notice, *, now: datetime) -> list[Notice]:
    """Promise a notice to who has to know that `mail` failed or came back. Call it in the
    transaction that says so; twice tells once. Nobody is told of mails to staff; of one about a
    survey, figures are."""
    if mail.survey_id:
        follow_mails([mail], now=now)
    if mail.kind not in CONVERSATION or mail.recipient.is_agent:
        return []
    told = Notice.objects.bulk_create(
        [
            Notice(
                kind=NoticeKind.UNDELIVERED,
                ticket=mail.ticket,
                recipient=person,
                message=mail.message,
                action_id=mail.key,
                created_at=now,
                send_after=now,
            )
            for person in _concerned(mail)
        ],
        ignore_conflicts=True,
    )
    nudge_on_commit()
    return told


def follow_mails(mails: Iterable[Notice], *, now: datetime) -> None:
    """Let figures follow what became of mails about surveys: whom none reached was not asked. Call
    it in the transaction that says what did."""
    LedgerTouch.objects.bulk_create(
        LedgerTouch(ticket_id=mail.ticket_id, touched_at=now) for mail in mails if mail.survey_id
    )
    nudge_on_commit()


def _concerned(mail: Notice) -> list[User]:
    """Whoever sent it again, else whoever wrote it, else who holds the ticket."""
    author = mail.asked_by or (mail.message.author if mail.message else None)
    if author is not None and author.is_agent and author.is_active:
        return [author]
    return holders(mail.ticket)


@transaction.atomic
def send_again(mail: Notice, *, actor: User, address: str = "") -> Notice:
    """Send a mail once more, to the address its recipient has now or to `address`, and return the
    new one. The link in it opens the ticket to whoever reads it.

    Raises NotAllowed, WrongState where it is on its way or was sent again already, InvalidInput
    where the address is none or the desk's own.
    """
    mail = Notice.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=mail.pk)
    access.require(actor, Verb.REPLY, mail.ticket)
    if mail.repeats.exists():
        raise WrongState("It was sent again already: see there how it stands.")
    if mail.kind not in CONVERSATION or not delivery_of(mail).can_go_again:
        raise WrongState("This mail is on its way, or need not go out.")
    wanted = address.strip().lower()
    if wanted:
        _check_address(wanted)
    if mail.sent_at is None and not mail.is_given_up:  # it was to be tried again
        mail.is_needless, mail.last_error = True, SENT_AGAIN
        mail.save(update_fields=["is_needless", "last_error"])
    now = timezone.now()
    again = Notice.objects.create(
        kind=mail.kind,
        ticket=mail.ticket,
        recipient=mail.recipient,
        message=mail.message,
        address="" if wanted == mail.recipient.email else wanted,
        again_of=mail,
        asked_by=actor,
        action_id=uuid.uuid4(),
        created_at=now,
        send_after=now,
    )
    nudge_on_commit()
    return again


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        words = "Write an e-mail address, such as name@example.org."
        raise InvalidInput(words, fields={"address": words}) from None
    if Mailbox.objects.filter(address__iexact=address).exists():
        words = "This is an address of the desk: nobody would read it."
        raise InvalidInput(words, fields={"address": words})
