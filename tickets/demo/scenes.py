"""What is under way when the demo begins, whatever the hour: a running call, an escalation that
waits for an answer, a customer who has just written, the demo customer's own tickets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tickets.choices import Channel, Status
from tickets.demo.stories import Story

HOUR = 60
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket received so many minutes before the end. `problem` picks one of the category's;
    `is_own`: it is the demo customer's."""

    minutes: int
    channel: Channel
    category: tuple[str, str]
    problem: int
    play: Callable[[Story], None]
    is_own: bool = False


def _at(story: Story, minutes: int) -> None:
    """Move the clock to so many minutes before the end."""
    teller = story.teller
    teller.go_to(teller.minutes_before_end(minutes))


def _asked(story: Story, *, minutes: int) -> None:
    """Picked up, and a question went out: it waits for the customer."""
    agent = story.holder.user
    _at(story, minutes + 30)
    story.teller.pick_up(agent)
    _at(story, minutes)
    question, _ = story.topic.exchanges[0]
    mail = story.writer.from_agent(story.writer.fill(question), agent)
    story.teller.reply(agent, mail, then=Status.WAITING_CUSTOMER)


def _escalated(story: Story, *, minutes: int) -> None:
    """Picked up and handed to the second level, where nobody has answered yet."""
    agent = story.holder.user
    _at(story, minutes + 25)
    story.teller.pick_up(agent)
    _at(story, minutes)
    story.teller.escalate(agent, team=story.desk.teams[2], note=story.writer.hand_off())


def just_received(story: Story) -> None:
    """Nobody has opened it."""
    story.teller.receive(story.text)


def running_call(story: Story) -> None:
    """The customer is on the line."""
    story.teller.receive_call(story.holder.user)


def solved(story: Story) -> None:
    """Solved last night; the customer has not said anything yet."""
    story.teller.receive(story.text)
    _at(story, 30 * HOUR)
    story.teller.pick_up(story.holder.user)
    _at(story, 20 * HOUR)
    story.teller.resolve(
        story.holder.user, code="solved", is_l1_capable=True, reply=story.solution()
    )


def waiting_for_answer(story: Story) -> None:
    """A question to the customer is open since yesterday."""
    story.teller.receive(story.text)
    _asked(story, minutes=22 * HOUR)


def just_answered(story: Story) -> None:
    """The customer answered a few minutes ago."""
    story.teller.receive(story.text)
    _asked(story, minutes=6 * HOUR)
    _at(story, 12)
    story.teller.hear(story.writer.fill(story.topic.exchanges[0][1]))


def in_work(story: Story) -> None:
    """An agent is at it and wrote a note."""
    story.teller.receive(story.text)
    _at(story, 3 * HOUR)
    story.teller.pick_up(story.holder.user)
    _at(story, 2 * HOUR)
    story.teller.note(story.holder.user, story.writer.common("private_notes"))


def waits_for_specialists(story: Story) -> None:
    """Escalated half an hour ago."""
    story.teller.receive(story.text)
    _escalated(story, minutes=40)


def on_its_way_up(story: Story) -> None:
    """An outage: from the phone to the second level, from there to the third; a manager knows."""
    teller, first = story.teller, story.holder.user
    second = story.desk.agents[2][0].user
    teller.receive_call(first)
    _at(story, 4 * HOUR + 40)
    teller.hang_up(first, "Will be looked at now.")
    teller.escalate(first, team=story.desk.teams[2], note=story.writer.hand_off())
    _at(story, 4 * HOUR)
    teller.accept(second)
    _at(story, 70)
    teller.draw_in(
        story.desk.manager,
        by=second,
        reason="impact",
        note=story.writer.common("manager_notes"),
    )
    _at(story, 25)
    teller.escalate(second, team=story.desk.teams[3], note=story.writer.hand_off())


def waits_for_vendor(story: Story) -> None:
    """With the second level, who wait for somebody else."""
    story.teller.receive(story.text)
    _escalated(story, minutes=7 * DAY)
    _at(story, 6 * DAY + 20 * HOUR)
    agent = story.desk.agents[2][0].user
    story.teller.accept(agent)
    _at(story, 6 * DAY)
    story.teller.put(agent, Status.WAITING_VENDOR, story.writer.common("waiting_vendor"))


def waits_for_release(story: Story) -> None:
    """On hold until the next update."""
    story.teller.receive(story.text)
    _escalated(story, minutes=5 * DAY)
    _at(story, 4 * DAY + 18 * HOUR)
    agent = story.desk.agents[2][1].user
    story.teller.accept(agent)
    _at(story, 4 * DAY)
    story.teller.put(agent, Status.ON_HOLD, story.writer.common("on_hold"))


def came_back(story: Story) -> None:
    """The second level sent it back; it is with whoever had escalated it."""
    story.teller.receive(story.text)
    _escalated(story, minutes=20 * HOUR)
    _at(story, 90)
    story.teller.send_back(
        story.desk.agents[2][1].user,
        reason="incomplete",
        note=story.writer.common("returned"),
    )


SCENES = (
    Scene(9 * DAY, Channel.EMAIL, ("Integration", "ERP exchange"), 3, waits_for_vendor),
    Scene(6 * DAY, Channel.PORTAL, ("Updates", "After an update"), 2, waits_for_release),
    Scene(32 * HOUR, Channel.PORTAL, ("Billing", "Invoices and licences"), 0, solved, is_own=True),
    Scene(28 * HOUR, Channel.EMAIL, ("Handhelds", "Label printing"), 3, came_back),
    Scene(
        24 * HOUR,
        Channel.PORTAL,
        ("Handhelds", "Connection and battery"),
        0,
        waiting_for_answer,
        is_own=True,
    ),
    Scene(8 * HOUR, Channel.EMAIL, ("Orders", "Stuck and late orders"), 0, just_answered),
    Scene(5 * HOUR, Channel.PHONE, ("Performance", "Slow or not available"), 0, on_its_way_up),
    Scene(4 * HOUR, Channel.PORTAL, ("Stock", "Wrong quantities"), 1, in_work, is_own=True),
    Scene(2 * HOUR, Channel.EMAIL, ("Handhelds", "Label printing"), 0, waits_for_specialists),
    Scene(95, Channel.EMAIL, ("Performance", "Slow or not available"), 1, just_received),
    Scene(50, Channel.PORTAL, ("Reports", "Dashboards and exports"), 0, just_received, is_own=True),
    Scene(7, Channel.PHONE, ("Access", "Sign-in and passwords"), 5, running_call),
)
