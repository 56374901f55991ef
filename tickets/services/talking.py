"""What is said on a ticket: replies, the customer's messages, private notes, acknowledgements."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import access, lifecycle
from tickets.choices import (
    DONE_STATUSES,
    LIVE_CHANNELS,
    CancelReason,
    Capacity,
    Channel,
    CorrectionKind,
    Source,
    Status,
    TransitionReason,
    Visibility,
)
from tickets.errors import InvalidInput, WrongState
from tickets.ledger import Action
from tickets.lifecycle import WAITING, Verb
from tickets.models import Correction, Message, NoticeKind, Ticket, Transition
from tickets.services.base import begin, capacity_of, finish, lock_at, require_choice, require_text
from tickets.services.confirming import settle_sender
from tickets.services.history import settle, status_without
from tickets.services.notices import announce, followers, holders
from tickets.services.opening import receive, twin
from tickets.services.picking import begin_work

AFTER_REPLY = WAITING | {Status.IN_PROGRESS}


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    body: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    then: str | None = None,
    channel: str | None = None,
) -> Message:
    """Answer the customer, who is told by mail; a New ticket is picked up by it.

    `then` is the status afterwards: a waiting one or In progress; None leaves it. The system's own
    messages (actor None) are machine mail. To resolve with an answer, see `states.resolve`.
    """
    action = begin(ticket, Verb.REPLY, actor=actor, source=source, at=at)
    _check_then(ticket, then)
    begin_work(action)
    row = speak(action, body, channel=channel)
    if then is not None:
        is_wait = then in WAITING
        action.change_status(
            then, reason=TransitionReason.WAITED if is_wait else TransitionReason.RESUMED
        )
    finish(action)
    announce(action, NoticeKind.REPLIED, *followers(ticket), message=row)
    return row


def speak(action: Action, body: str, *, channel: str | None = None) -> Message:
    """Write a public message in the actor's name. Raises InvalidInput where it is empty."""
    return action.say(
        require_text(body, field="body", message=_("Write a message.")),
        author=action.actor,
        author_capacity=action.capacity,
        visibility=Visibility.PUBLIC,
        channel=_channel(action.ticket, channel),
        is_machine=action.capacity == Capacity.SYSTEM,
    )


def _channel(ticket: Ticket, channel: str | None) -> str:
    """The channel of a written message: as named, else the ticket's, else (it was a call) mail."""
    if channel is not None:
        return require_choice(channel, Channel, field="channel")
    return Channel.EMAIL if ticket.channel in LIVE_CHANNELS else ticket.channel


def _check_then(ticket: Ticket, then: str | None) -> None:
    if then is None:
        return
    if then not in AFTER_REPLY:
        words = "After a reply a ticket can wait or be in progress; to resolve it, use resolve."
        raise InvalidInput(words, fields={"then": words})
    why_not = lifecycle.refusal(Verb.WAIT, ticket.status)
    if why_not:
        raise WrongState(why_not)


@transaction.atomic
def add_note(
    ticket: Ticket,
    *,
    body: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Message:
    """Write a private note: staff read it, customers never. It changes nothing else."""
    action = begin(ticket, Verb.ADD_NOTE, actor=actor, source=source, at=at)
    row = note(action, require_text(body, field="body", message="Write a note."))
    finish(action)
    return row


def note(action: Action, body: str) -> Message:
    """Write a private note as a part of an action."""
    return action.say(
        body,
        author=action.actor,
        author_capacity=action.capacity,
        visibility=Visibility.PRIVATE,
        channel=_channel(action.ticket, None),
    )


@transaction.atomic
def reply_as_customer(
    ticket: Ticket,
    *,
    body: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    channel: str | None = None,
    is_acknowledgement: bool = False,
) -> Message | Ticket:
    """Add the customer's message. Staff and the system may enter it for them, also one that came by
    another way: `channel`, a written one; what was said live is a contact (see contacting.py).

    A waiting ticket goes on; a resolved or closed one is reopened within REOPEN_DAYS days of its
    resolution. Later, or where it was cancelled, a linked follow-up ticket is opened and returned
    instead; what is written to a merged ticket goes to the one it was merged into. A known
    acknowledgement, and anything on a ticket that was spam, is kept and changes nothing.
    """
    action = begin(ticket, Verb.CUSTOMER_REPLY, actor=actor, source=source, at=at)
    if channel in LIVE_CHANNELS:
        words = "Choose a written channel; log a call or chat as a contact."
        raise InvalidInput(words, fields={"channel": words})
    is_idle = is_acknowledgement or ticket.cancel_reason == CancelReason.SPAM
    if not is_idle and not takes_message(ticket, at=action.at):
        return speak_elsewhere(action, body, channel=channel)
    row = hear(action, body, channel=channel, is_acknowledgement=is_acknowledgement)
    if not is_idle and ticket.status in WAITING | DONE_STATUSES:
        action.change_status(
            Status.IN_PROGRESS, reason=TransitionReason.CUSTOMER_REPLIED, message=row
        )
    finish(action, also=settle_sender(action))
    if not is_idle:
        announce(action, NoticeKind.CUSTOMER_REPLIED, *holders(ticket), message=row)
    return row


def hear(
    action: Action, body: str, *, channel: str | None = None, is_acknowledgement: bool = False
) -> Message:
    """Write a public message of the customer. Raises InvalidInput where it is empty."""
    return action.say(
        require_text(body, field="body", message=_("Write a message.")),
        author=_customer_speaking(action),
        author_capacity=Capacity.CUSTOMER,
        visibility=Visibility.PUBLIC,
        channel=_channel(action.ticket, channel),
        is_acknowledgement=is_acknowledgement,
    )


def _customer_speaking(action: Action) -> User:
    is_customer = capacity_of(action.actor) == Capacity.CUSTOMER
    return action.actor if is_customer and action.actor else action.ticket.customer


def takes_message(ticket: Ticket, *, at: datetime) -> bool:
    """Answer whether what the customer says `at` is said on the ticket: it is open, or was resolved
    no more than REOPEN_DAYS days before. Else see `speak_elsewhere`."""
    if ticket.is_open:
        return True
    window = timedelta(days=settings.REOPEN_DAYS)
    return ticket.resolved_at is not None and at <= ticket.resolved_at + window


def speak_elsewhere(action: Action, body: str, *, channel: str | None = None) -> Message | Ticket:
    """Let the message go to the ticket it was merged into, or open a follow-up for it."""
    ticket, actor = action.ticket, action.actor
    target = ticket.merged_into
    if target and (actor is None or access.may(actor, Verb.CUSTOMER_REPLY, target)):
        return reply_as_customer(
            target,
            body=body,
            actor=actor,
            source=action.source,
            channel=channel,
            at=lock_at(target, action.at),
        )
    follow_up = twin(
        ticket,
        subject=ticket.subject,
        body=body,
        channel=_channel(ticket, channel),
        at=action.at,
    )
    follow_up.source = action.source
    receive(follow_up, actor=actor, body=body, author=_customer_speaking(action), link_to=ticket)
    return follow_up


@transaction.atomic
def acknowledge(
    ticket: Ticket,
    *,
    message: Message,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> Correction | None:
    """Say that a customer's message was only an acknowledgement ("thanks, works").

    The message counts as contact no more and the move that it caused is taken back: a correction,
    and transitions that tell what is so without it. What the customer wrote after it, before the
    ticket moved on, then caused that move instead. None where it is known as such already.
    """
    action = begin(ticket, Verb.ACKNOWLEDGE, actor=actor, source=source, at=at)
    _check_acknowledgement(ticket, message)
    if message.is_acknowledgement or message.corrections.exists():
        return None
    caused = message.caused_transitions.filter(
        ticket=ticket, reason=TransitionReason.CUSTOMER_REPLIED
    ).first()
    row = action.correct(CorrectionKind.ACKNOWLEDGEMENT, message=message, transition=caused)
    if caused is not None:
        _tell_without(action, row, caused)
    finish(action)
    settle(ticket)
    return row


def _tell_without(action: Action, row: Correction, caused: Transition) -> None:
    """Write how the ticket moved without the transition that a correction takes back."""
    status = action.ticket.status
    instead = _next_words(caused)
    if instead is None:
        action.change_status(status_without(action.ticket, row), reason=TransitionReason.CORRECTED)
        return
    action.write(
        Transition,
        at=instead.occurred_at,
        from_status=status,
        to_status=caused.to_status,
        reason=TransitionReason.CUSTOMER_REPLIED,
        message=instead,
    )
    if status != caused.to_status:
        action.write(
            Transition,
            from_status=caused.to_status,
            to_status=status,
            reason=TransitionReason.CORRECTED,
        )


def _next_words(caused: Transition) -> Message | None:
    """What the customer wrote after the message that caused a move, before the ticket's next."""
    after = Transition.objects.filter(ticket=caused.ticket, occurred_at__gt=caused.occurred_at)
    moved_on = after.order_by("occurred_at").values_list("occurred_at", flat=True).first()
    words = Message.objects.filter(
        ticket=caused.ticket,
        seq__gt=caused.message.seq if caused.message else caused.seq,
        author_capacity=Capacity.CUSTOMER,
        visibility=Visibility.PUBLIC,
        is_machine=False,
        is_acknowledgement=False,
        corrections__isnull=True,
    )
    if moved_on is not None:
        words = words.filter(occurred_at__lt=moved_on)
    return words.order_by("seq").first()


def _check_acknowledgement(ticket: Ticket, message: Message) -> None:
    is_customers = message.author_capacity == Capacity.CUSTOMER
    is_public = message.visibility == Visibility.PUBLIC and not message.is_machine
    if message.ticket_id != ticket.pk or not is_customers or not is_public:
        raise InvalidInput("Choose a message of the customer on this ticket.")
    if not ticket.messages.filter(seq__lt=message.seq, visibility=Visibility.PUBLIC).exists() and (
        not ticket.contacts.filter(seq__lt=message.seq).exists()
    ):
        raise InvalidInput("This message opened the ticket: cancel the ticket instead.")
