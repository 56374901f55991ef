"""Who may see and do what: plain predicates, all in this place.

Whether a ticket's status allows a verb is another question: tickets/lifecycle.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.choices import Role, SupportLevel
from accounts.models import Team, User
from tickets import lifecycle
from tickets.choices import Status, Visibility
from tickets.errors import DatedBack, NotAllowed, NotThere
from tickets.lifecycle import Verb
from tickets.models import Attachment, Message, SavedView, Ticket

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = User | AnonymousUser

CUSTOMER_VERBS = frozenset({Verb.CUSTOMER_REPLY, Verb.CONFIRM, Verb.REJECT})
STAFF_VERBS = frozenset(Verb) - {Verb.CONFIRM, Verb.REJECT}
OUTAGE_VERBS = frozenset({Verb.END_OUTAGE, Verb.CORRECT_OUTAGE, Verb.ANNOUNCE_OUTAGE})
OVERSEERS = (Role.MANAGER, Role.ADMINISTRATOR)
AUDITORS = (Role.LEAD, *OVERSEERS)
# What moves no status, level or assignee and speaks to no customer may be entered afterwards by all
# staff. A logged contact has times of its own; what it moves, a pick-up, happens when it is logged.
DATED_BY_ALL_STAFF = frozenset(
    {
        Verb.ADD_NOTE,
        Verb.JOIN_CONTACT,
        Verb.END_CONTACT,
        Verb.VOID_CONTACT,
        Verb.LINK,
        Verb.UNLINK,
        Verb.CHANGE_PROPERTIES,
    }
)


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
        is_viewer = bool(user.is_organization_viewer and is_ours)
        return ticket.customer_id == user.pk or is_viewer or _watches(user, ticket)
    if user.role in OVERSEERS or ticket.team is None or not ticket.team.is_confidential:
        return True
    return ticket.assignee_id == user.pk or _is_member(user, ticket)


def may(user: Reader, verb: Verb, ticket: Ticket) -> bool:
    """Answer whether `user` may do `verb` to `ticket`, whatever its status.

    Customers answer and judge their own tickets (an organization's viewer only looks). Staff do the
    rest on what they see; judging the result is the customer's alone, and overruling the resolver
    is for those who lead.
    """
    return user.is_authenticated and may_see(user, ticket) and _has_right(user, verb, ticket)


def _has_right(user: User, verb: Verb, ticket: Ticket) -> bool:
    """Answer for a ticket that `user` sees."""
    if user.role == Role.CUSTOMER:
        is_theirs = ticket.customer_id == user.pk
        return (
            verb in CUSTOMER_VERBS
            if is_theirs
            else verb == Verb.CUSTOMER_REPLY and (_watches(user, ticket))
        )
    if verb == Verb.PICK_UP:
        return user.role not in OVERSEERS and ticket.assignee_id in (None, user.pk)
    if verb in (Verb.ACCEPT_ESCALATION, Verb.RETURN_ESCALATION):
        return receives(user, ticket)
    if verb == Verb.AUDIT_L1:
        return user.role in AUDITORS
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


def require_dating(user: User | None, verb: Verb, *, at: datetime | None) -> None:
    """Raise DatedBack unless `user` may say that `verb` happened `at`; None is now, which all may.

    For moments that people send. Commands trust the `at` they are given: the interfaces ask here.
    """
    if at is None or user is None or may_date_all(user):
        return
    if not user.is_agent or verb not in DATED_BY_ALL_STAFF:
        raise _dated_back("at")


def require_dating_opening(user: User, *, started_at: datetime | None) -> None:
    """Raise DatedBack unless `user` may open a ticket with a contact that began at `started_at`,
    which receives it and picks it up at that moment; None is now, which all may."""
    if started_at is not None and not may_date_all(user):
        raise _dated_back("started_at")


def may_date_all(user: User) -> bool:
    """Answer whether somebody may enter anything for an earlier moment: not whose figures it
    makes."""
    return user.role in OVERSEERS


def _dated_back(field: str) -> DatedBack:
    words = "Only managers and administrators may enter this for an earlier moment."
    return DatedBack(words, fields={field: "Leave it out: the desk sets it."})


def verbs_for(user: Reader, ticket: Ticket) -> frozenset[Verb]:
    """Every verb that would be accepted now: right, status and situation."""
    if not user.is_authenticated or not may_see(user, ticket):
        return frozenset()
    fitting = {
        verb
        for verb in lifecycle.allowed_verbs(ticket.status)
        if _fits(verb, ticket) and _has_right(user, verb, ticket)
    }
    if fitting & OUTAGE_VERBS:
        fitting -= OUTAGE_VERBS - _fits_outage(ticket)
    return frozenset(fitting)


def _fits(verb: Verb, ticket: Ticket) -> bool:
    is_live = ticket.live_contact_id is not None
    if verb in (Verb.JOIN_CONTACT, Verb.END_CONTACT):
        return is_live
    if verb in (Verb.START_CONTACT, Verb.LOG_CONTACT):
        return not is_live
    if verb in (Verb.ACCEPT_ESCALATION, Verb.RETURN_ESCALATION):
        return ticket.pending_escalation_id is not None
    return verb != Verb.AUDIT_L1 or ticket.level > SupportLevel.L1


def _fits_outage(ticket: Ticket) -> frozenset[Verb]:
    """What can be said of the ticket's outages. One query, where the status allows any of it."""
    ended = [outage.ended_at is not None for outage in ticket.outages.filter(is_void=False)]
    found = {Verb.CORRECT_OUTAGE, Verb.END_OUTAGE} if ended else set()
    return frozenset(found | ({Verb.ANNOUNCE_OUTAGE} if not all(ended) else set()))


def readable_messages(user: Reader, ticket: Ticket) -> QuerySet[Message]:
    """The ticket's messages that `user` may read, oldest first: private notes are for staff."""
    if not user.is_authenticated or not may_see(user, ticket):
        return Message.objects.none()
    messages = Message.objects.filter(ticket=ticket)
    if user.role == Role.CUSTOMER:
        messages = messages.filter(visibility=Visibility.PUBLIC)
    return messages.order_by("seq")


def may_attach(user: User, message: Message) -> bool:
    """Answer whether a file may be added to a message: by its author, and by whoever typed it in
    for them. Staff need not see the ticket any more, nor at all: see `opening.open_ticket`."""
    if user.is_agent:
        return user.pk in (message.author_id, message.actor_id)
    is_theirs = message.author_id == user.pk and message.visibility == Visibility.PUBLIC
    return is_theirs and may_see(user, message.ticket)


def get_attachment(user: Reader, key: UUID) -> Attachment:
    """Fetch a file of a message that `user` may read. Raises NotThere, which is the same for "no
    such file" and "not yours"."""
    found = Attachment.objects.select_related("message__ticket__team").filter(key=key).first()
    if found is not None:
        readable = readable_messages(user, found.message.ticket)
        if readable.filter(pk=found.message_id).exists():
            return found
    raise NotThere("There is no such file, or it is not yours to see.")


def _watches(user: User, ticket: Ticket) -> bool:
    return ticket.watchers.filter(user=user).exists()


def teams_to_share_with(user: User) -> QuerySet[Team]:
    """The teams for which somebody may keep views: those they lead; for managers and
    administrators all."""
    teams = Team.objects.filter(is_active=True)
    if user.role in OVERSEERS:
        return teams
    leads_all = Q() if user.role == Role.LEAD else Q(is_lead=True)
    return teams.filter(pk__in=user.memberships.filter(leads_all).values("team"))


def may_change_view(user: User, view: SavedView) -> bool:
    """Answer whether a saved view is somebody's to change: its owner's, and, where it is shared,
    theirs who lead that team."""
    is_own = view.owner_id == user.pk
    return is_own or (
        view.team_id is not None and teams_to_share_with(user).filter(pk=view.team_id).exists()
    )


def _is_member(user: User, ticket: Ticket) -> bool:
    return ticket.team_id is not None and user.memberships.filter(team_id=ticket.team_id).exists()
