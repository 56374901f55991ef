"""All tickets of the demo desk, in order of receipt: arrivals, comebacks, duplicates, spam."""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import User
from tickets.choices import (
    LIVE_CHANNELS,
    CancelReason,
    Channel,
    Impact,
    Source,
    TicketType,
    Urgency,
)
from tickets.demo.arrivals import RECENT, draw_arrivals
from tickets.demo.desk import ZONE, Account, DemoAgent, Desk, pick_topic
from tickets.demo.endings import tell_to_the_end
from tickets.demo.scenes import SCENES, Scene
from tickets.demo.stories import Story
from tickets.demo.teller import NotYet, Teller
from tickets.demo.topics import Topic, Words, details, phrases, topics
from tickets.demo.writing import Writer
from tickets.models import LedgerRow, Ticket
from tickets.priority import derive_priority

CHANNELS = {
    Channel.PHONE: 33,
    Channel.EMAIL: 32,
    Channel.PORTAL: 20,
    Channel.CHAT: 9,
    Channel.SLACK: 4,
    Channel.SCREEN_SHARE: 1,
    Channel.WALK_IN: 1,
}


FEWEST_WITH_SCENES = 60


@dataclass(frozen=True, slots=True)
class Told:
    """One ticket with its rows, in memory; `merged_into` is set once both are stored."""

    ticket: Ticket
    rows: list[LedgerRow]
    merged_into: Ticket | None = None


@dataclass(order=True, slots=True)
class Birth:
    """A ticket that is to come. `earlier` is the story that it follows, or repeats; `scene` says
    that it is under way at the end."""

    at: datetime
    number: int
    earlier: Story | None = field(default=None, compare=False)
    is_linked: bool = field(default=False, compare=False)
    is_duplicate: bool = field(default=False, compare=False)
    scene: Scene | None = field(default=None, compare=False)


def tell_all(desk: Desk, *, count: int, until: datetime, seed: int) -> Iterator[Told]:
    """Yield exactly `count` tickets, in order of receipt. The same seed tells the same."""
    rng = Random(f"{seed} arrivals")  # noqa: S311  # a story, not a secret
    scenes = SCENES if count >= FEWEST_WITH_SCENES else ()
    arrivals = draw_arrivals(count - len(scenes), until=until, zone=ZoneInfo(ZONE), rng=rng)
    births = [Birth(at, number) for number, at in enumerate(arrivals)]
    spare = sum(birth.at < until - RECENT for birth in births)
    for number, scene in enumerate(scenes, start=len(births)):
        births.append(Birth(until - timedelta(minutes=scene.minutes), number, scene=scene))
    heapq.heapify(births)
    owed = 0  # a comeback takes the place of the next arrival, so that the number stays
    while births:
        birth = heapq.heappop(births)
        if birth.earlier is None and birth.scene is None and birth.at < until - RECENT:
            spare -= 1
            if owed:
                owed -= 1
                continue
        told, later = _tell(birth, desk, until=until, seed=seed)
        yield told
        if later is not None and later.at < until and spare > owed:
            heapq.heappush(births, later)
            owed += 1


def _tell(birth: Birth, desk: Desk, *, until: datetime, seed: int) -> tuple[Told, Birth | None]:
    kind = "again" if birth.earlier else "first"
    rng = Random(f"{seed} {kind} {birth.number}")  # noqa: S311  # a story, not a secret
    if birth.scene is not None:
        return _tell_scene(birth, birth.scene, desk, until=until, rng=rng), None
    if birth.earlier is None and rng.random() < 0.008:
        return _tell_spam(birth, desk, until=until, rng=rng), None
    story = _story(birth, desk, until=until, rng=rng)
    if birth.is_duplicate and birth.earlier is not None:
        return _tell_duplicate(story, birth.earlier.teller.ticket), None
    again = tell_to_the_end(story)
    told = Told(story.teller.ticket, story.teller.rows)
    if again is not None:
        return told, Birth(
            again.at.replace(microsecond=0), birth.number, story, is_linked=again.is_linked
        )
    if birth.earlier is None and rng.random() < 0.015:
        at = birth.at + timedelta(seconds=rng.randrange(240, 5_400))
        return told, Birth(at, birth.number, story, is_duplicate=True)
    return told, None


# One ticket as it comes in -------------------------------------------------------------------


def _story(birth: Birth, desk: Desk, *, until: datetime, rng: Random) -> Story:
    earlier = birth.earlier
    topic = earlier.topic if earlier else pick_topic(rng)
    words = earlier.writer.words if earlier else details(rng)
    customer = earlier.writer.customer if earlier else _customer(desk, birth.at, until, rng)
    writer = Writer(topic, words, customer, rng, set())
    problem = earlier.problem if earlier else rng.choice(topic.problems)
    subject, text = writer.fill(problem.subject), writer.fill(problem.text)
    if earlier is not None and not birth.is_duplicate:
        subject, text = _once_more(subject, text, rng)
    holder = _first_agent(desk, birth.at, rng)
    channel = _channel(birth, desk, rng)
    ticket = _ticket(birth, desk, topic, writer, subject=subject, text=text, channel=channel)
    return Story(
        desk=desk,
        topic=topic,
        problem=problem,
        teller=Teller(ticket, birth.at, until, rng),
        writer=writer,
        rng=rng,
        holder=holder,
        text=ticket.description,
        pace=_pace(until - birth.at),
        follow_up_of=earlier.teller.ticket if earlier and birth.is_linked else None,
    )


def _once_more(subject: str, text: str, rng: Random) -> tuple[str, str]:
    again: str = rng.choice(phrases()["follow_up_subjects"])
    told: str = rng.choice(phrases()["follow_up_texts"])
    return again.format(subject=subject)[:250], told.format(text=text)


def _customer(desk: Desk, at: datetime, until: datetime, rng: Random) -> User:
    """Draw who asks: some companies ask often, and in each some people do. The quiet ones have
    asked less and less in the last hundred days."""
    account = desk.draw_account(rng)
    while rng.random() > _loudness(account, until - at):
        account = desk.draw_account(rng)
    people = account.people
    return rng.choices(people, weights=[1 / (place + 1) for place in range(len(people))])[0]


def _loudness(account: Account, before_the_end: timedelta) -> float:
    """Return the share of its questions that an account still asks."""
    if not account.goes_quiet:
        return 1.0
    return min(1.0, (before_the_end.days / 100) ** 2)


def _pace(before_the_end: timedelta) -> float:
    """Everything takes longer in the last three weeks: two of the first line are ill."""
    return 1 + 6 * max(0.0, 1 - before_the_end.days / 21)


def _first_agent(desk: Desk, at: datetime, rng: Random) -> DemoAgent:
    """Draw who of the first line gets it; each works four of five days."""
    there = [
        agent for n, agent in enumerate(desk.agents[1]) if (at.timetuple().tm_yday + n) % 5 != 0
    ]
    return rng.choice(there or list(desk.agents[1]))


def _ticket(
    birth: Birth,
    desk: Desk,
    topic: Topic,
    writer: Writer,
    *,
    subject: str,
    text: str,
    channel: str,
) -> Ticket:
    rng = writer.rng
    is_live = channel in LIVE_CHANNELS
    body = writer.common_with("call_summaries", text) if is_live else writer.from_customer(text)
    impact, urgency = _grades(topic, rng)
    return Ticket(
        subject=subject,
        description=body,
        customer=writer.customer,
        organization=writer.customer.organization,
        channel=channel,
        type=TicketType(rng.choice(topic.types)),
        category=desk.categories[topic.category],
        product=desk.products[rng.choice(topic.products)],
        impact=impact,
        urgency=urgency,
        priority=derive_priority(impact=impact, urgency=urgency),
        complexity=rng.choice(topic.complexity),
        custom=_custom(writer.words, rng),
        calendar=desk.calendar,
        level=1,
        team=desk.teams[1],
        received_at=birth.at,
        recorded_at=birth.at,
        source=Source.MAIL if channel == Channel.EMAIL else Source.WEB,
        access_key=uuid.UUID(int=rng.getrandbits(128), version=4),
    )


def _custom(words: Words, rng: Random) -> dict[str, str]:
    """Values of the desk's own fields; not everybody fills them in."""
    return {"site": words["site"]} if rng.random() < 0.6 else {}


def _grades(topic: Topic, rng: Random) -> tuple[Impact, Urgency]:
    if topic.is_outage:
        return Impact.HIGH, rng.choice((Urgency.HIGH, Urgency.HIGH, Urgency.MEDIUM))
    return (
        rng.choice((Impact.MEDIUM, Impact.MEDIUM, Impact.LOW, Impact.LOW)),
        rng.choice((Urgency.HIGH, Urgency.MEDIUM, Urgency.MEDIUM, Urgency.LOW)),
    )


def _channel(birth: Birth, desk: Desk, rng: Random) -> Channel:
    """Draw how it comes in. Nobody answers the phone while the desk is closed."""
    if birth.is_duplicate:
        return Channel.EMAIL
    channel = rng.choices(list(CHANNELS), weights=list(CHANNELS.values()))[0]
    is_open = desk.hours.open_seconds(birth.at, birth.at + timedelta(seconds=1)) > 0
    if channel in LIVE_CHANNELS and not is_open:
        return rng.choice((Channel.EMAIL, Channel.PORTAL))
    return channel


def _tell_scene(birth: Birth, scene: Scene, desk: Desk, *, until: datetime, rng: Random) -> Told:
    """Tell a ticket that is under way at the end; the first agent of the first line has it."""
    topic = next(each for each in topics() if each.category == scene.category)
    problem = topic.problems[scene.problem]
    own = desk.accounts[0].people[0]
    customer = own if scene.is_own else _customer(desk, birth.at, until, rng)
    writer = Writer(topic, details(rng), customer, rng, set())
    subject, text = writer.fill(problem.subject), writer.fill(problem.text)
    ticket = _ticket(birth, desk, topic, writer, subject=subject, text=text, channel=scene.channel)
    story = Story(
        desk=desk,
        topic=topic,
        problem=problem,
        teller=Teller(ticket, birth.at, until, rng),
        writer=writer,
        rng=rng,
        holder=desk.agents[1][0],
        text=ticket.description,
    )
    scene.play(story)
    return Told(ticket, story.teller.rows)


# Tickets that count no more ------------------------------------------------------------------


def _tell_spam(birth: Birth, desk: Desk, *, until: datetime, rng: Random) -> Told:
    """Somebody sells something; an agent sees it and cancels."""
    subject, text = rng.choice(phrases()["spam"])
    ticket = _ticket_of_stranger(birth, desk, subject=subject, text=text, rng=rng)
    teller = Teller(ticket, birth.at, until, rng)
    teller.receive(text)
    try:
        teller.go_to(desk.hours.due(birth.at, rng.uniform(300, 9000)))
        teller.cancel(_first_agent(desk, birth.at, rng).user, reason=CancelReason.SPAM)
    except NotYet:
        pass
    return Told(ticket, teller.rows)


def _ticket_of_stranger(
    birth: Birth, desk: Desk, *, subject: str, text: str, rng: Random
) -> Ticket:
    return Ticket(
        subject=subject,
        description=text,
        customer=desk.stranger,
        channel=Channel.EMAIL,
        calendar=desk.calendar,
        level=1,
        team=desk.teams[1],
        received_at=birth.at,
        recorded_at=birth.at,
        source=Source.MAIL,
        access_key=uuid.UUID(int=rng.getrandbits(128), version=4),
    )


def _tell_duplicate(story: Story, original: Ticket) -> Told:
    """The customer sent it twice; an agent merges it into the first."""
    teller, agent = story.teller, story.holder.user
    teller.receive(story.text)
    try:
        teller.go_to(story.desk.hours.due(teller.now, story.rng.uniform(600, 12_000)))
        teller.note(agent, f"Same as “{original.subject}”, merged into that one.")
        teller.cancel(agent, reason=CancelReason.MERGED)
    except NotYet:
        return Told(teller.ticket, teller.rows)
    return Told(teller.ticket, teller.rows, merged_into=original)
