"""Who may see and do what: plain predicates, all in this place.

Whether a ticket's status allows a verb is another question: tickets/lifecycle.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.choices import Role
from accounts.models import User
from tickets import lifecycle
from tickets.choices import Status, Visibility
from tickets.errors import NotAllowed, NotThere
from tickets.lifecycle import Verb
from tickets.models import Message, Ticket

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = User | AnonymousUser

CUSTOMER_VERBS = frozenset({Verb.CUSTOMER_REPLY, Verb.CONFIRM, Verb.REJECT})
STAFF_VERBS = frozenset(Verb) - {Verb.CONFIRM, Verb.REJECT}
OVERSEERS = (Role.MANAGER, Role.ADMINISTRATOR)


def get_ticket(user: Reader, number: int) -> Ticket:
    """Fetch a ticket that `user` may see, with the people and things around it. Raises NotThere,
    which is the same for "no such ticket" and "not yours"."""
    around = ("customer", "organization", "team", "assignee", "category", "product")
    ticket = Ticket.objects.visible_to(user).select_related(*around).filter(pk=number).first()
    if ticket is None:
        raise NotThere(f"There is no ticket #{number}, or it is not yours to see.")
    return ticket


def may_see(user: Reader, ticket: Ticket) -> bool:
    """Answer for one ticket at hand what `TicketQuerySet.visible_to` answers for many."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.role == Role.CUSTOMER:
        is_ours = ticket.organization_id and ticket.organization_id == user.organization_id
        return ticket.customer_id == user.pk or bool(user.is_organization_viewer and is_ours)
    if user.role in OVERSEERS or ticket.team is None or not ticket.team.is_confidential:
        return True
    return ticket.assignee_id == user.pk or _is_member(user, ticket)


def may(user: Reader, verb: Verb, ticket: Ticket) -> bool:
    """Answer whether `user` may do `verb` to `ticket`, whatever its status.

    Customers answer and judge their own tickets (an organization's viewer only looks). Staff do the
    rest on what they see; judging the result is the customer's alone.
    """
    return user.is_authenticated and may_see(user, ticket) and _has_right(user, verb, ticket)


def _has_right(user: User, verb: Verb, ticket: Ticket) -> bool:
    """Answer for a ticket that `user` sees."""
    if user.role == Role.CUSTOMER:
        return verb in CUSTOMER_VERBS and ticket.customer_id == user.pk
    if verb == Verb.PICK_UP:
        return user.role not in OVERSEERS and ticket.assignee_id in (None, user.pk)
    if verb in (Verb.ACCEPT_ESCALATION, Verb.RETURN_ESCALATION):
        return receives(user, ticket)
    return verb in STAFF_VERBS


def picks_up_by_opening(user: Reader, ticket: Ticket) -> bool:
    """Answer whether opening the page is beginning to work: a New ticket that waits for this agent
    or for a team of theirs. Managers and other teams only look."""
    if ticket.status != Status.NEW or not user.is_authenticated:
        return False
    is_theirs = ticket.team_id is None or ticket.assignee_id == user.pk or _is_member(user, ticket)
    return is_theirs and may(user, Verb.PICK_UP, ticket)


def receives(user: User, ticket: Ticket) -> bool:
    """Answer whether an escalation of the ticket is this person's to accept or return."""
    is_theirs = ticket.team_id is None or ticket.assignee_id == user.pk
    return user.role in OVERSEERS or is_theirs or _is_member(user, ticket)


def require(user: User | None, verb: Verb, ticket: Ticket) -> None:
    """Raise NotAllowed unless `user` may do `verb`; None is the system, which may do all."""
    if user is not None and not may(user, verb, ticket):
        words = str(verb).replace("_", " ")
        raise NotAllowed(f"You may not “{words}” ticket #{ticket.pk}.")


def verbs_for(user: Reader, ticket: Ticket) -> frozenset[Verb]:
    """Every verb that would be accepted now: right, status and situation."""
    if not user.is_authenticated or not may_see(user, ticket):
        return frozenset()
    return frozenset(
        verb
        for verb in lifecycle.allowed_verbs(ticket.status)
        if _fits(verb, ticket) and _has_right(user, verb, ticket)
    )


def _fits(verb: Verb, ticket: Ticket) -> bool:
    is_live = ticket.live_contact_id is not None
    if verb in (Verb.JOIN_CONTACT, Verb.END_CONTACT):
        return is_live
    if verb in (Verb.START_CONTACT, Verb.LOG_CONTACT):
        return not is_live
    if verb in (Verb.ACCEPT_ESCALATION, Verb.RETURN_ESCALATION):
        return ticket.pending_escalation_id is not None
    return True


def readable_messages(user: Reader, ticket: Ticket) -> QuerySet[Message]:
    """The ticket's messages that `user` may read, oldest first: private notes are for staff."""
    if not user.is_authenticated or not may_see(user, ticket):
        return Message.objects.none()
    messages = Message.objects.filter(ticket=ticket)
    if user.role == Role.CUSTOMER:
        messages = messages.filter(visibility=Visibility.PUBLIC)
    return messages.order_by("seq")


def _is_member(user: User, ticket: Ticket) -> bool:
    return ticket.team_id is not None and user.memberships.filter(team_id=ticket.team_id).exists()
