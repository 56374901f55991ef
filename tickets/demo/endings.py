"""What comes after a resolution: thanks, silence, a verdict, the same trouble again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from tickets.choices import Channel
from tickets.demo.stories import Story
from tickets.demo.teller import NotYet

DAY = 1440.0


@dataclass(frozen=True, slots=True)
class Again:
    """The customer asks again about the same: as a new ticket at `at`, linked by an agent or
    not."""

    at: datetime
    is_linked: bool


def end(story: Story) -> Again | None:
    """Tell what comes after the resolution; return the customer's next ticket about it, if any.

    Raises NotYet where the demo's time ends before the story does.
    """
    if story.chance(_share_of_comebacks(story)):
        if story.chance(0.4):
            return _ask_again(story)
        _come_back(story)
    _last_words(story)
    return None


def _share_of_comebacks(story: Story) -> float:
    """The less able the agent and the harder the matter, the more often it was not solved."""
    return 0.03 + 0.16 * (1 - story.holder.skill) + 0.07 * story.topic.difficulty


def _ask_again(story: Story) -> Again:
    after = timedelta(minutes=story.rng.uniform(0.3, 11) * DAY)
    return Again(at=story.teller.now + after, is_linked=story.chance(0.6))


def _come_back(story: Story) -> None:
    """The ticket is reopened and solved again."""
    teller, writer = story.teller, story.writer
    teller.wait(story.rng.choice((90, 600, DAY, 3 * DAY)))
    body = writer.common("still_broken")
    if teller.ticket.channel == Channel.PORTAL:
        teller.reject(body)
    else:
        teller.hear(writer.from_customer(body, is_short=True))
    story.work(2.5)
    agent = story.holder.user
    text = writer.from_agent(writer.common("second_fixes"), agent)
    teller.resolve(agent, code="solved", is_l1_capable=story.chance(0.2), reply=text)


def _last_words(story: Story) -> None:
    """Thanks, which open nothing; thanks that did and were put right; a click; or silence."""
    teller = story.teller
    resolved_at = teller.now
    if story.chance(0.10):
        _thank(story)
    elif story.chance(0.03):
        _thank_and_reopen(story)
    is_portal = teller.ticket.channel == Channel.PORTAL
    if story.chance(0.55 if is_portal else 0.16):
        teller.wait(story.rng.choice((20, 240, DAY)))
        teller.confirm()
    else:
        teller.go_to(resolved_at + timedelta(days=settings.CLOSE_AFTER_DAYS, minutes=3))
        teller.close_by_time()


def _thank(story: Story) -> None:
    story.teller.wait(45)
    story.teller.hear(story.writer.common("thanks"), is_acknowledgement=True)


def _thank_and_reopen(story: Story) -> None:
    story.teller.wait(70)
    text = story.writer.common("thanks")
    story.teller.thank_and_be_corrected(text, agent=story.holder.user, minutes=30)


def tell_to_the_end(story: Story) -> Again | None:
    """Tell a whole story, as far as the demo's time goes."""
    try:
        story.tell()
        return end(story)
    except NotYet:
        return None
