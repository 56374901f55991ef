"""Opening a ticket: by a customer, or by an agent for one, maybe with them on the line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.choices import SupportLevel
from accounts.models import Team, User
from tickets.choices import (
    LIVE_CHANNELS,
    AssignmentReason,
    Capacity,
    Channel,
    Complexity,
    Direction,
    Impact,
    LegKind,
    LinkKind,
    Source,
    Status,
    TicketType,
    TransitionReason,
    Urgency,
    Visibility,
)
from tickets.errors import InvalidInput, NotAllowed
from tickets.ledger import Action
from tickets.models import Category, NoticeKind, Product, Ticket
from tickets.priority import derive_priority
from tickets.services.base import capacity_of, finish, past_or_now, require_choice, require_text
from tickets.services.calendars import default_calendar
from tickets.services.fields import clean_custom, find_tags
from tickets.services.notices import announce
from tickets.services.routing import find_team, own_team, usual_team


@transaction.atomic
def open_ticket(
    *,
    customer: User,
    subject: str,
    description: str,
    channel: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
    type: str = TicketType.INCIDENT,  # noqa: A002  # the field's name, as callers know it
    category: Category | None = None,
    product: Product | None = None,
    impact: int = Impact.MEDIUM,
    urgency: int = Urgency.MEDIUM,
    complexity: str = "",
    tags: Iterable[str] = (),
    custom: Mapping[str, object] | None = None,
    has_asked_fields: bool = False,
    level: int | None = None,
    team: Team | None = None,
    is_live: bool = False,
    ended_at: datetime | None = None,
    follow_up_of: Ticket | None = None,
    is_sender_confirmed: bool = True,
    is_told: bool = True,
    part_of: Ticket | None = None,
) -> Ticket:
    """Store a new ticket and tell the customer that it was received, unless not `is_told`: who
    asked machines not to answer.

    The description is the customer's first message, also where an agent typed it in. With
    `is_live` an agent has the customer on the line: a live contact runs from `at` on, the ticket is
    picked up at once and theirs, and the description is the agent's own summary. With `ended_at`
    that contact is over: it ran from `at` to then, and the ticket was picked up when it began, as
    if it had been logged meanwhile; the doors ask who may say so (see access.py).

    Without level or team, the category's default team gets it, else L1. `part_of` is a major
    incident that it is about. `has_asked_fields`: the door showed the desk's own fields, so
    required ones must be filled; a letter is never refused for one. Without `is_sender_confirmed`
    nothing but a form says who wrote: the ticket belongs to no organization until they confirm it
    (see confirming.py). Raises InvalidInput or NotAllowed.
    """
    recorded_at = timezone.now()
    moment = past_or_now(at, now=recorded_at)
    _check(customer=customer, actor=actor, channel=channel, is_live=is_live)
    _check_end(ended_at, start=moment, is_live=is_live, now=recorded_at)
    entry_level, entry_team = _entry(level=level, team=team, category=category)
    if entry_team is None and is_live and actor:
        entry_team = own_team(actor, entry_level)
    ticket = Ticket(
        subject=_subject(subject),
        description=description.strip(),
        customer=customer,
        organization=customer.organization if is_sender_confirmed else None,
        unconfirmed_since=None if is_sender_confirmed else recorded_at,
        channel=channel,
        type=require_choice(type, TicketType, field="type"),
        category=category,
        product=product,
        impact=_grade(impact, Impact, field="impact"),
        urgency=_grade(urgency, Urgency, field="urgency"),
        priority=derive_priority(impact=impact, urgency=urgency),
        complexity=complexity and require_choice(complexity, Complexity, field="complexity"),
        custom=clean_custom(
            custom or {},
            category=category,
            is_customer=actor == customer,
            has_asked=has_asked_fields,
        ),
        calendar=default_calendar(),
        level=entry_level,
        team=entry_team,
        received_at=moment,
        recorded_at=recorded_at,
        source=source,
    )
    receive(
        ticket,
        actor=actor,
        body=description,
        is_live=is_live,
        ended_at=ended_at,
        is_told=is_told,
        link_to=part_of or follow_up_of,
        link_kind=LinkKind.CHILD_OF if part_of else LinkKind.FOLLOW_UP,
    )
    ticket.tags.add(*find_tags(tags))
    return ticket


def twin(ticket: Ticket, *, subject: str, body: str, channel: str, at: datetime) -> Ticket:
    """A new ticket, not stored, of the same customer, about the same things, at the same level and
    team: for a follow-up or for a part that is split off. Give it to `receive`."""
    return Ticket(
        subject=_subject(subject),
        description=body.strip(),
        customer=ticket.customer,
        organization=None if ticket.unconfirmed_since else ticket.customer.organization,
        unconfirmed_since=ticket.unconfirmed_since,
        channel=channel,
        type=ticket.type,
        category=ticket.category,
        product=ticket.product,
        impact=ticket.impact,
        urgency=ticket.urgency,
        priority=ticket.priority,
        custom=dict(ticket.custom),
        calendar=ticket.calendar,
        level=ticket.level,
        team=ticket.team,
        received_at=at,
        recorded_at=timezone.now(),
    )


def receive(
    ticket: Ticket,
    *,
    actor: User | None,
    body: str,
    author: User | None = None,
    is_live: bool = False,
    ended_at: datetime | None = None,
    is_told: bool = True,
    link_to: Ticket | None = None,
    link_kind: str = LinkKind.FOLLOW_UP,
) -> Action:
    """Store a new ticket with its first rows and tell the customer, where they are to be told;
    return the action, done."""
    action = Action(
        ticket=ticket,
        actor=actor,
        capacity=capacity_of(actor),
        source=ticket.source,
        at=ticket.received_at,
        recorded_at=ticket.recorded_at,
    )
    action.receive()
    if is_live:
        _work_live(action, ended_at=ended_at)
    else:
        _let_customer_speak(action, body, author=author or ticket.customer)
    if link_to is not None:
        action.link(link_kind, link_to)
    finish(action)
    kind = NoticeKind.RECEIVED if ticket.unconfirmed_since is None else NoticeKind.CONFIRM
    announce(action, kind, ticket.customer if is_told else None)
    return action


def _check(*, customer: User, actor: User | None, channel: str, is_live: bool) -> None:
    require_choice(channel, Channel, field="channel")
    if actor is not None and not actor.is_agent and actor != customer:
        raise NotAllowed("You may open tickets for yourself only.")
    if not customer.is_active:
        raise InvalidInput(f"{customer} is switched off: choose another customer.")
    if is_live and (actor is None or not actor.is_agent or channel not in LIVE_CHANNELS):
        raise InvalidInput(
            "Only an agent on a live channel (phone, chat, screen share, walk-in) has the customer "
            "on the line.",
            fields={"channel": "Choose a live channel."},
        )


def _check_end(ended_at: datetime | None, *, start: datetime, is_live: bool, now: datetime) -> None:
    if ended_at is None:
        return
    if not is_live:
        words = "Only a live contact ends: say that it was one."
    elif ended_at < start:
        words = "It ended before it started: check the times."
    elif ended_at > now:
        words = "This moment lies in the future."
    else:
        return
    raise InvalidInput(words, fields={"ended_at": words})


def _subject(subject: str) -> str:
    text = require_text(subject, field="subject", message=_("Say in a few words what it is about."))
    if len(text) > 250:
        words = _("Keep the subject under 250 characters; the rest goes into the description.")
        raise InvalidInput(words, fields={"subject": words})
    return text


def _grade(value: int, choices: type[Impact] | type[Urgency], *, field: str) -> int:
    if value not in choices.values:
        raise InvalidInput("Choose 1 (high), 2 or 3 (low).", fields={field: "Choose 1, 2 or 3."})
    return value


def _entry(
    *, level: int | None, team: Team | None, category: Category | None
) -> tuple[int, Team | None]:
    """Where the ticket is received: what was said, else the category's team, else L1."""
    if team is None and level is None:
        team = usual_team(category)
    if team is not None:
        if level is not None and level != team.level:
            words = f"{team} works {SupportLevel(team.level).label}."
            raise InvalidInput(words, fields={"team": words})
        return team.level, team
    entry = SupportLevel.L1 if level is None else level
    if entry not in SupportLevel.values:
        raise InvalidInput("Choose a level from 1 to 5.", fields={"level": "Choose 1 to 5."})
    return entry, find_team(entry, category)


def _let_customer_speak(action: Action, body: str, *, author: User) -> None:
    action.say(
        require_text(body, field="description", message=_("Describe what happens.")),
        author=author,
        author_capacity=Capacity.CUSTOMER,
        visibility=Visibility.PUBLIC,
        channel=action.ticket.channel,
    )


def _work_live(action: Action, *, ended_at: datetime | None) -> None:
    """The agent works on it while the customer is on the line: nobody waits, pick-up is then."""
    ticket = action.ticket
    row = action.begin_contact(ticket.channel, direction=Direction.INBOUND, agent=action.actor)
    action.change_status(Status.IN_PROGRESS, reason=TransitionReason.PICKED_UP)
    action.assign(action.actor, reason=AssignmentReason.PICKED_UP)
    if ended_at is not None:
        action.add_leg(row, LegKind.ENDED, agent=action.actor, at=ended_at)
