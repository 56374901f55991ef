"""The opening and the end that all commands share: lock, check, act; store and announce."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from tickets import access, lifecycle
from tickets.choices import Capacity
from tickets.errors import InvalidInput, NotThere, WrongState
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import Ticket
from tickets.services.nudge import nudge_on_commit

# These may be entered later than what came after them; everything else keeps the order of time.
ENTERED_LATER = frozenset(
    {
        Verb.ADD_NOTE,
        Verb.LOG_CONTACT,
        Verb.VOID_CONTACT,
        Verb.ACKNOWLEDGE,
        Verb.LINK,
        Verb.UNLINK,
        Verb.CHANGE_PROPERTIES,
    }
)


def begin(
    ticket: Ticket, verb: Verb, *, actor: User | None, source: str, at: datetime | None
) -> Action:
    """Lock the ticket, load it anew into the given object, and check that `actor` may do `verb`.

    Call it inside a transaction, first. Raises NotThere, WrongState, NotAllowed or, where `at` lies
    in the future or before what happened last, InvalidInput.
    """
    lock(ticket)
    why_not = lifecycle.refusal(verb, ticket.status)
    if why_not:
        raise WrongState(why_not)
    access.require(actor, verb, ticket)
    recorded_at = timezone.now()
    return Action(
        ticket=ticket,
        actor=actor,
        capacity=capacity_of(actor),
        source=source,
        at=_moment(ticket, verb, at=at, now=recorded_at),
        recorded_at=recorded_at,
    )


def lock(*tickets: Ticket) -> None:
    """Lock tickets, always in the order of their numbers, so that two commands never wait for each
    other, and load each anew. Raises NotThere."""
    for ticket in sorted(tickets, key=lambda each: each.pk):
        try:
            ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update())
        except Ticket.DoesNotExist:
            raise NotThere(f"There is no ticket #{ticket.pk}.") from None


def capacity_of(actor: User | None) -> Capacity:
    """In which capacity somebody acts: None is the system."""
    if actor is None:
        return Capacity.SYSTEM
    return Capacity.AGENT if actor.is_agent else Capacity.CUSTOMER


def past_or_now(at: datetime | None, *, now: datetime) -> datetime:
    """Return `at`, or now where it is None. Raises InvalidInput for a moment to come."""
    if at is not None and at > now:
        raise InvalidInput(
            "This moment lies in the future: enter one that has been.",
            fields={"at": "This moment lies in the future."},
        )
    return at or now


def _moment(ticket: Ticket, verb: Verb, *, at: datetime | None, now: datetime) -> datetime:
    earliest = ticket.received_at if verb in ENTERED_LATER else last_event_at(ticket)
    moment = past_or_now(at, now=now)
    if at is not None and moment < earliest:
        raise InvalidInput(
            "This moment lies before what happened last on the ticket: enter a later one.",
            fields={"at": f"Not before {earliest:%Y-%m-%d %H:%M:%S} UTC."},
        )
    # The clocks of two servers differ a little: history never runs backwards for that.
    return max(moment, earliest)


def last_event_at(ticket: Ticket) -> datetime:
    """The last change of status or level, or the last word spoken, whichever came last."""
    known = (ticket.status_since, ticket.level_since, ticket.last_spoke_at, ticket.received_at)
    return max(moment for moment in known if moment is not None)


def finish(action: Action, *, also: tuple[str, ...] = ()) -> None:
    """Store the action's rows and the ticket, and nudge on commit. Nothing happened: nothing is
    written."""
    action.store(also=also)
    if action.rows or also:
        nudge_on_commit()


def require_text(value: str, *, field: str, message: str) -> str:
    """Return `value` stripped. Raises InvalidInput with `message` where nothing is left."""
    text = value.strip()
    if not text:
        raise InvalidInput(message, fields={field: message})
    return text


def require_choice(value: str, choices: type, *, field: str) -> str:
    """Return `value` where it is one of a TextChoices. Raises InvalidInput, naming them."""
    if value not in choices.values:  # type: ignore[attr-defined]  # every Choices class has it
        words = ", ".join(choices.values)  # type: ignore[attr-defined]  # as above
        raise InvalidInput(f"Choose one of: {words}.", fields={field: f"Choose one of: {words}."})
    return value
