"""Puts notices into the outbox, in the transaction of the command that they tell of."""

from __future__ import annotations

from accounts.models import Team, User
from tickets.ledger import Action
from tickets.models import Message, Notice, NoticeKind, Ticket


def announce(
    action: Action, kind: NoticeKind, *recipients: User | None, message: Message | None = None
) -> list[Notice]:
    """Promise each recipient one mail. Call it after the action was stored.

    Left out: nobody (None), those who cannot sign in any more, and the actor, who knows already;
    only the receipt of a ticket goes to whoever opened it, since it carries its number and link.
    """
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
    is_own_act = person == action.actor and kind != NoticeKind.RECEIVED
    return person.is_active and not is_own_act


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
