"""Puts notices into the outbox, in the transaction of the command that they tell of."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings

from accounts.models import Team, User
from tickets.choices import WatchMode
from tickets.ledger import Action
from tickets.models import Message, Notice, NoticeKind, Ticket, Watcher

NEWS: Final = frozenset(
    {NoticeKind.REPLIED, NoticeKind.RESOLVED, NoticeKind.CLOSED, NoticeKind.CUSTOMER_REPLIED}
)
"""What those who watch by digest read of."""

TOLD_TO_WHO_ASKED = (NoticeKind.RECEIVED, NoticeKind.CONFIRM)

CHOSEN = {
    NoticeKind.PICKED_UP: "wants_begun_mails",
    NoticeKind.CLOSED: "wants_closed_mails",
}
"""What people may do without (their profile says so); the rest asks something of them."""


def announce(
    action: Action, kind: NoticeKind, *recipients: User | None, message: Message | None = None
) -> list[Notice]:
    """Promise each recipient one mail. Call it after the action was stored.

    Left out: nobody (None), those who cannot sign in any more or want no such mail, and the actor;
    only the receipt of a ticket goes to whoever opened it, since it carries its number and link.
    """
    if kind in NEWS:
        add_to_digests(action)
    told = {person.pk: person for person in recipients if person and _wants(action, kind, person)}
    return Notice.objects.bulk_create(
        Notice(
            kind=kind,
            ticket=action.ticket,
            recipient=person,
            message=message,
            action_id=action.action_id,
            created_at=action.recorded_at,
            send_after=action.recorded_at,
        )
        for person in told.values()
    )


def _wants(action: Action, kind: NoticeKind, person: User) -> bool:
    is_own_act = person == action.actor and kind not in TOLD_TO_WHO_ASKED
    is_unwanted = kind in CHOSEN and not getattr(person, CHOSEN[kind])
    return person.is_active and not is_own_act and not is_unwanted


def followers(ticket: Ticket) -> list[User]:
    """Who reads at once what the desk says: the customer, and those who watch and wish so."""
    at_once = User.objects.filter(watched__ticket=ticket, watched__mode=WatchMode.EACH)
    return [ticket.customer, *at_once]


def add_to_digests(action: Action) -> list[Notice]:
    """Let those who watch by digest read of the action in their next one; promise it where none
    waits. Whoever acted knows already. Returns the new promises.

    A digest that is being sent takes in nothing more (the lock waits for its claim): the next one
    begins with this action.
    """
    watched = Watcher.objects.filter(ticket=action.ticket, mode=WatchMode.DIGEST)
    people = User.objects.filter(watched__in=watched, is_active=True)
    if action.actor is not None:
        people = people.exclude(pk=action.actor.pk)
    if not people:
        return []
    waiting = Notice.objects.unsent().filter(ticket=action.ticket, kind=NoticeKind.DIGEST)
    waiting = waiting.filter(claimed_at=None).select_for_update(of=("self",))
    served = {notice.recipient_id for notice in waiting}
    pause = timedelta(minutes=settings.DIGEST_MINUTES)
    return Notice.objects.bulk_create(
        Notice(
            kind=NoticeKind.DIGEST,
            ticket=action.ticket,
            recipient=person,
            since_seq=min(row.seq for row in action.rows),
            action_id=action.action_id,
            created_at=action.recorded_at,
            send_after=action.recorded_at + pause,
        )
        for person in people
        if person.pk not in served
    )


def holders(ticket: Ticket) -> list[User]:
    """Who is to hear of the ticket: its assignee, or the team where the assignee has left. Nobody
    where nobody holds it: the queue tells of those."""
    assignee = ticket.assignee
    if assignee is None:
        return []
    return [assignee] if assignee.is_active else team_members(ticket.team)


def team_members(team: Team | None) -> list[User]:
    """The people of a team who take work, by name; none without a team."""
    if team is None:
        return []
    return list(team.members.filter(is_active=True, is_taking_work=True))
