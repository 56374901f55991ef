"""How the mails of a ticket to its customer stand: on their way, sent, failed or come back."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from tickets.models import CONVERSATION, Notice, Ticket

MOST_SHOWN = 200
"""Characters of what a mail server said."""


class DeliveryState(enum.StrEnum):
    """Where a mail is. "Sent" means that our mail server took it; it may still come back."""

    WAITING = "waiting"
    RETRYING = "retrying"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    NEEDLESS = "needless"


TROUBLES = frozenset({DeliveryState.FAILED, DeliveryState.BOUNCED})
CAN_GO_AGAIN = TROUBLES | {DeliveryState.RETRYING, DeliveryState.SENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mail to one person. `at` is when its state came about; while it waits, when it is tried
    next. `reason` is what the mail server said, "" where it said nothing."""

    pk: int
    message_id: int | None
    words: str
    recipient: User
    address: str
    state: DeliveryState
    at: datetime
    attempts: int
    reason: str
    asked_by: User | None

    @property
    def is_trouble(self) -> bool:
        """Whether somebody has to do something, or the customer will not read it."""
        return self.state in TROUBLES

    @property
    def can_go_again(self) -> bool:
        """Whether it may be sent once more."""
        return self.state in CAN_GO_AGAIN


def mails_of(ticket: Ticket) -> QuerySet[Notice]:
    """The mails of a ticket's conversation to customers, oldest first, with their people."""
    mails = Notice.objects.filter(ticket=ticket, kind__in=CONVERSATION)
    around = ("recipient", "asked_by")
    return mails.filter(recipient__role=Role.CUSTOMER).select_related(*around).order_by("pk")


def mails_shown(ticket: Ticket, messages: Collection[int]) -> QuerySet[Notice]:
    """The mails of `mails_of` that a page with these messages tells of: theirs, those that carry
    none, and whatever did not arrive. Of one that was sent again, the last."""
    is_shown = Q(message=None) | Q(message__in=messages)
    is_trouble = Q(is_given_up=True) | Q(bounced_at__isnull=False)
    return mails_of(ticket).filter(is_shown | is_trouble, repeats=None)


def deliveries(mails: Sequence[Notice]) -> list[Delivery]:
    """Tell how each stands; of one that was sent again, the last."""
    repeated = {mail.again_of_id for mail in mails}
    return [delivery_of(mail) for mail in mails if mail.pk not in repeated]


def delivery_of(mail: Notice) -> Delivery:
    """Tell how one mail stands."""
    state, at, reason = _state(mail)
    return Delivery(
        pk=mail.pk,
        message_id=mail.message_id,
        words=mail.get_kind_display().partition(" (")[0],
        recipient=mail.recipient,
        address=mail.address or mail.recipient.email,
        state=state,
        at=at,
        attempts=mail.attempts,
        reason=_shortened(reason),
        asked_by=mail.asked_by,
    )


def _state(mail: Notice) -> tuple[DeliveryState, datetime, str]:
    if mail.bounced_at:
        return DeliveryState.BOUNCED, mail.bounced_at, mail.bounce_reason
    if mail.sent_at:
        return DeliveryState.SENT, mail.sent_at, ""
    if mail.is_needless:
        return DeliveryState.NEEDLESS, mail.send_after, mail.last_error
    if mail.is_given_up:
        return DeliveryState.FAILED, mail.claimed_at or mail.send_after, mail.last_error
    if mail.attempts and mail.last_error:
        return DeliveryState.RETRYING, mail.send_after, mail.last_error
    return DeliveryState.WAITING, mail.send_after, ""


def _shortened(reason: str) -> str:
    """One line of what was said: a sentence for people, not a protocol."""
    line = " ".join(reason.split())
    return line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN]}…"


def by_message(found: Iterable[Delivery]) -> dict[int | None, list[Delivery]]:
    """Group deliveries by the message that they carry; None has those that carry none."""
    grouped: dict[int | None, list[Delivery]] = {}
    for each in found:
        grouped.setdefault(each.message_id, []).append(each)
    return grouped
