"""The opening and the end that all commands share: lock, check, act; store and announce."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from tickets import access, lifecycle
from tickets.choices import Capacity
from tickets.errors import InvalidInput, NotThere, WrongState
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import Assignment, Ticket
from tickets.selectors.rulebook import rule_book
from tickets.services.choosing import choose_policy
from tickets.services.following import follow
from tickets.services.nudge import nudge_on_commit
from tickets.services.promises import concern_promises, settle_promises
from tickets.services.surveys.planning import follow_moves

# These may be entered later than what came after them; everything else keeps the order of time.
ENTERED_LATER = frozenset(
    {
        Verb.ADD_NOTE,
        Verb.VOID_CONTACT,
        Verb.LINK,
        Verb.UNLINK,
        Verb.CHANGE_PROPERTIES,
    }
)


def begin(
    ticket: Ticket, verb: Verb, *, actor: User | None, source: str, at: datetime | None
) -> Action:
    """Lock the ticket, load it anew into the given object, and check that `actor` may do `verb`.
    What changed around it (a calendar, a tier) is followed first, as of when it changed.

    Call it inside a transaction, first. Raises NotThere, WrongState, NotAllowed or, where `at` lies
    in the future or before what happened last, InvalidInput.
    """
    lock(ticket)
    why_not = lifecycle.refusal(verb, ticket.status)
    if why_not:
        raise WrongState(why_not)
    access.require(actor, verb, ticket)
    recorded_at = timezone.now()
    catch_up(ticket, now=recorded_at)
    return Action(
        ticket=ticket,
        actor=actor,
        capacity=capacity_of(actor),
        source=source,
        at=_moment(ticket, verb, at=at, now=recorded_at),
        recorded_at=recorded_at,
    )


def catch_up(ticket: Ticket, *, now: datetime) -> None:
    """Follow what changed around a locked ticket before anything is done to it."""
    if ticket.sla_stale_since is not None:
        follow(ticket, now=now)


def lock(*tickets: Ticket) -> None:
    """Lock tickets, always in the order of their numbers, so that two commands never wait for each
    other, and load each anew. Raises NotThere."""
    for ticket in sorted(tickets, key=lambda each: each.pk):
        try:
            ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update())
        except Ticket.DoesNotExist:
            raise NotThere(f"There is no ticket #{ticket.pk}.") from None


def lock_at(ticket: Ticket, at: datetime) -> datetime:
    """Lock a ticket, and return the moment at which something can have happened on it that we learn
    of now and that came `at`: not before what happened last, not in the future."""
    lock(ticket)
    earliest = max(last_event_at(ticket), _last_hand_over(ticket))
    return min(max(at, earliest), timezone.now())


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
    if at is not None and verb not in ENTERED_LATER:
        earliest = max(earliest, _last_hand_over(ticket))
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


def _last_hand_over(ticket: Ticket) -> datetime:
    """When the ticket last changed hands. It does not tell itself, and only a moment that somebody
    names can lie before it."""
    hand_overs = Assignment.objects.filter(ticket=ticket)
    last: datetime | None = hand_overs.aggregate(at=Max("occurred_at"))["at"]
    return last or ticket.received_at


def finish(action: Action, *, also: tuple[str, ...] = ()) -> None:
    """Store the action's rows and the ticket, settle its promises, plan or withdraw surveys, and
    nudge on commit. Nothing happened: nothing is written."""
    if not action.rows and not also:
        return
    book = rule_book()
    choose_policy(action, book)
    action.store(also=(*also, "sla_revision"))
    if concern_promises(action.rows):
        settle_promises(action.ticket, book)
    follow_moves(action)
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
